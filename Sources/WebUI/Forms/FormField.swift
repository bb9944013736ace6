import Localization

/// A field of a form with its label, hint, value and mistake.
struct FormField: Sendable {
    /// One entry of a list to choose from.
    struct Option: Sendable, Equatable {
        let value: String
        let label: String
        let isSelected: Bool
    }

    let id: String
    let name: String
    let label: String
    var value = ""
    var hint: String?
    var error: String?
    var inputType = "text"
    var isInput = false
    var isTextarea = false
    var isSelect = false
    var isCheckbox = false
    var isChecked = false
    var isOptional = false
    /// Whether the value is only proposed and not in force.
    var isProposed = false
    /// What kinds of files can be chosen; nil for a field without files.
    var accept: String?
    var isRequired = false
    var isLocked = false
    /// No spelling help and no capitals: addresses, names of machines, codes.
    var isPlain = false
    var isShort = false
    var isCode = false
    var isSource = false
    var isFocused = false
    var autocomplete: String?
    var inputMode: String?
    var placeholder: String?
    var suffix: String?
    var rows = "4"
    var options: [Option] = []
    /// What comes of the value, below the field.
    var example: SenderNameExample?
    /// The ids of hint and mistake, for screen readers.
    var describedBy: String?

    private init(_ name: String, _ label: String) {
        id = name
        self.name = name
        self.label = label
    }

    /// A line of text.
    static func line(
        _ name: String, _ label: String, _ value: String = "", hint: String? = nil, autocomplete: String? = nil,
        isPlain: Bool = false
    ) -> FormField {
        var field = FormField(name, label)
        field.isInput = true
        field.value = value
        field.hint = hint
        field.autocomplete = autocomplete
        field.isPlain = isPlain
        return field
    }

    /// A mail address.
    static func email(
        _ name: String, _ label: String, _ value: String = "", hint: String? = nil, autocomplete: String? = nil
    ) -> FormField {
        var field = line(name, label, value, hint: hint, autocomplete: autocomplete, isPlain: true)
        field.inputMode = "email"
        return field
    }

    /// A password: never filled again. `autocomplete` is `current-password`, `new-password` or `off`.
    static func password(_ name: String, _ label: String, hint: String? = nil, autocomplete: String) -> FormField {
        var field = line(name, label, hint: hint, autocomplete: autocomplete)
        field.inputType = "password"
        return field
    }

    /// A code of a few digits or letters.
    static func code(_ name: String, _ label: String, hint: String? = nil) -> FormField {
        var field = line(name, label, hint: hint, autocomplete: "one-time-code", isPlain: true)
        field.isCode = true
        field.isFocused = true
        return field
    }

    /// A whole number with its unit.
    static func number(
        _ name: String, _ label: String, _ value: String, suffix: String? = nil, hint: String? = nil
    ) -> FormField {
        var field = line(name, label, value, hint: hint, isPlain: true)
        field.inputMode = "numeric"
        field.suffix = suffix
        field.isShort = true
        return field
    }

    /// Several lines.
    static func area(
        _ name: String, _ label: String, _ value: String = "", rows: Int = 4, hint: String? = nil,
        isSource: Bool = false
    ) -> FormField {
        var field = FormField(name, label)
        field.isTextarea = true
        field.value = value
        field.hint = hint
        field.rows = String(rows)
        field.isSource = isSource
        return field
    }

    /// One of several; `options` are values and their words.
    static func choice(
        _ name: String, _ label: String, _ value: String, _ options: [(value: String, label: String)],
        hint: String? = nil, isShort: Bool = false
    ) -> FormField {
        var field = FormField(name, label)
        field.isSelect = true
        field.hint = hint
        field.isShort = isShort
        field.options = options.map { .init(value: $0.value, label: $0.label, isSelected: $0.value == value) }
        return field
    }

    /// Yes or no.
    static func check(_ name: String, _ label: String, _ isChecked: Bool, hint: String? = nil) -> FormField {
        var field = FormField(name, label)
        field.isCheckbox = true
        field.isChecked = isChecked
        field.hint = hint
        return field
    }

    /// A file; `accept` names endings.
    static func file(_ name: String, _ label: String, accept: String, hint: String? = nil) -> FormField {
        var field = line(name, label, hint: hint)
        field.inputType = "file"
        field.accept = accept
        return field
    }

    /// The same, which may stay empty.
    var optional: FormField { changed { $0.isOptional = true } }

    /// The same, which is only proposed.
    func proposed(_ isProposed: Bool) -> FormField { changed { $0.isProposed = isProposed } }

    /// The same, with these words in it while it is empty.
    func placeholder(_ words: String?) -> FormField { changed { $0.placeholder = words } }

    /// The same, with what comes of the value.
    func showing(_ example: SenderNameExample) -> FormField { changed { $0.example = example } }

    /// The same, with the keyboard's focus when the page opens.
    var focused: FormField { changed { $0.isFocused = true } }

    /// The same, which the configuration of the server fixes.
    func locked(_ isLocked: Bool) -> FormField { changed { $0.isLocked = isLocked } }

    /// The same with what is wrong with it, and with hint and mistake named to screen readers.
    func judged(by errors: FormErrors?) -> FormField {
        changed { field in
            field.error = errors?.message(of: name)
            let ids = [field.hint.map { _ in "\(id)-hint" }, field.error.map { _ in "\(id)-error" }].compactMap { $0 }
            field.describedBy = ids.isEmpty ? nil : ids.joined(separator: " ")
        }
    }

    private func changed(_ change: (inout FormField) -> Void) -> FormField {
        var copy = self
        change(&copy)
        return copy
    }
}

extension [FormField] {
    /// All fields with their mistakes.
    func judged(by errors: FormErrors?) -> [FormField] { map { $0.judged(by: errors) } }
}
