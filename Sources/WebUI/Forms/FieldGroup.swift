/// Fields of a form that belong together.
struct FieldGroup: Sendable {
    let title: String
    var hint: String?
    let fields: [FormField]

    /// The same with the mistakes at their fields.
    func judged(by errors: FormErrors?) -> FieldGroup {
        FieldGroup(title: title, hint: hint, fields: fields.judged(by: errors))
    }
}
