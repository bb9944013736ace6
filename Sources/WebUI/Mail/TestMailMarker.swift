/// The marker that finds a test mail again, read out of a mail's source.
struct TestMailMarker: Sendable, Equatable {
    private static let prefix = "DPS-"
    private static let length = 26

    let text: String

    /// The first marker in a source; a line that quoted-printable broke in two is joined (RFC 2045, 6.7).
    init?(in source: String) {
        let joined = source.prefix(1 << 20).replacing("=\r\n", with: "").replacing("=\n", with: "")
        var rest = joined[...]
        while let found = rest.firstRange(of: Self.prefix) {
            let marker = rest[found.upperBound...].prefix { $0.isASCII && ($0.isLetter || $0.isNumber) }
            if marker.count == Self.length, marker.allSatisfy({ $0.isUppercase || $0.isNumber }) {
                text = Self.prefix + marker
                return
            }
            rest = rest[found.upperBound...]
        }
        return nil
    }
}
