/// Fields of a form that belong together.
struct FieldGroup: Sendable {
    let title: String
    var hint: String?
    let fields: [FormField]
    /// Whether it opens only on demand: what most people never need.
    var isFolded = false
    /// Whether a folded group stands open, because something is set or wrong in it.
    var isOpen = false

    /// The same with the mistakes at their fields.
    func judged(by errors: FormErrors?) -> FieldGroup {
        let judged = fields.judged(by: errors)
        return FieldGroup(
            title: title, hint: hint, fields: judged, isFolded: isFolded,
            isOpen: isOpen || judged.contains { $0.error != nil })
    }
}
