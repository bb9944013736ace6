/// How header and body are brought into one form before they are hashed: the tag `c=` (RFC 6376, 3.4).
public struct DKIMCanonicalization: Sendable, Hashable, CustomStringConvertible {
    /// One of the two ways.
    public enum Method: String, Sendable, Hashable, CaseIterable {
        /// Almost as it is.
        case simple
        /// Without regard to folding, the number of blanks, and the case of names.
        case relaxed
    }

    /// How the header is treated.
    public var header: Method
    /// How the body is treated.
    public var body: Method

    /// Two ways.
    public init(header: Method, body: Method) {
        self.header = header
        self.body = body
    }

    /// Reads the value of `c=`; a missing second part is `simple` (RFC 6376, 3.5). `nil` for unknown ways.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let header = Method(rawValue: String(parts[0])),
            let body = parts.count == 2 ? Method(rawValue: String(parts[1])) : .simple
        else { return nil }
        self.init(header: header, body: body)
    }

    /// The value of `c=`.
    public var description: String { "\(header.rawValue)/\(body.rawValue)" }
}
