/// A header value with parameters, such as `form-data; name="a"` (RFC 2045, 5.1; RFC 7578, 4.2).
struct HeaderParameterList: Equatable {
    /// What stands before the first parameter, in lower case.
    let value: String
    private let parameters: [String: String]

    /// Reads a value; `nil` if it is not of that form, or names a parameter twice.
    init?(_ text: String) {
        var rest = Array(text.unicodeScalars)[...]
        value = Self.token(&rest).lowercased()
        guard !value.isEmpty else { return nil }
        var parameters: [String: String] = [:]
        while true {
            Self.skipBlanks(&rest)
            if rest.isEmpty { break }
            guard rest.removeFirst() == ";" else { return nil }
            let name = Self.token(&rest).lowercased()
            // A semicolon at the end is harmless.
            if name.isEmpty, rest.isEmpty { break }
            guard !name.isEmpty, rest.popFirst() == "=", parameters[name] == nil else { return nil }
            parameters[name] = rest.first == "\"" ? Self.quoted(&rest) : Self.token(&rest)
        }
        self.parameters = parameters
    }

    /// The value of a parameter; names are compared without regard to case, values are not.
    subscript(name: String) -> String? { parameters[name] }

    /// Up to a separator, without the blanks around it.
    private static func token(_ rest: inout ArraySlice<Unicode.Scalar>) -> String {
        skipBlanks(&rest)
        let scalars = rest.prefix { ![";", "=", "\"", " ", "\t"].contains($0) }
        rest = rest.dropFirst(scalars.count)
        skipBlanks(&rest)
        return text(scalars)
    }

    /// Up to the closing quotation mark. A backslash quotes the next mark or backslash, as in RFC 822; browsers do not
    /// write it, so the last mark of a name like `C:\` closes all the same.
    private static func quoted(_ rest: inout ArraySlice<Unicode.Scalar>) -> String {
        rest.removeFirst()
        var scalars: [Unicode.Scalar] = []
        while let scalar = rest.popFirst() {
            if scalar == "\"" { break }
            let isQuoting =
                scalar == "\\"
                && (rest.first == "\\" || rest.first == "\"" && rest.dropFirst().contains("\""))
            if isQuoting, let next = rest.first {
                rest.removeFirst()
                scalars.append(next)
            } else {
                scalars.append(scalar)
            }
        }
        return text(scalars)
    }

    private static func skipBlanks(_ rest: inout ArraySlice<Unicode.Scalar>) {
        rest = rest.drop { $0 == " " || $0 == "\t" }
    }

    private static func text(_ scalars: some Sequence<Unicode.Scalar>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }
}
