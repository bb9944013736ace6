/// A media type with its parameters (RFC 2045, 5).
public struct ContentType: Sendable, Hashable, CustomStringConvertible {
    /// The type and subtype in lower case, such as `text/plain`.
    public let mediaType: String
    /// The parameters; names in lower case.
    public let parameters: [String: String]

    /// A media type of two tokens; nil if it is none. Parameter names that are no tokens are left out.
    public init?(_ mediaType: String, parameters: [String: String] = [:]) {
        let parts = mediaType.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, mediaType.utf8.count <= 127,
            parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(\.isTokenCharacter) })
        else { return nil }
        self.mediaType = mediaType.lowercased()
        self.parameters = parameters.filter { !$0.key.isEmpty && $0.key.utf8.allSatisfy(\.isTokenCharacter) }
    }

    private init(known mediaType: String, _ parameters: [String: String] = [:]) {
        self.mediaType = mediaType
        self.parameters = parameters
    }

    /// Reads the value of a Content-Type header; what is malformed is plain text (RFC 2045, 5.2).
    init(header: String) {
        let (value, parameters) = HeaderParameters.parse(header)
        self = ContentType(value, parameters: parameters) ?? .plainText
    }

    /// `text/plain` in UTF-8.
    public static let plainText = ContentType(known: "text/plain", ["charset": "utf-8"])
    /// `text/html` in UTF-8.
    public static let html = ContentType(known: "text/html", ["charset": "utf-8"])
    /// `application/octet-stream`.
    public static let octetStream = ContentType(known: "application/octet-stream")

    /// A mail within a mail (RFC 2046, 5.2.1).
    static let mail = ContentType(known: "message/rfc822")
    /// The fields of a report for programs (RFC 3464, 2.1).
    static let deliveryStatus = ContentType(known: "message/delivery-status")
    /// The header of a mail (RFC 6522, 4).
    static let returnedHeader = ContentType(known: "text/rfc822-headers")
    static let returnedHeaderInUTF8 = ContentType(known: "text/rfc822-headers", ["charset": "utf-8"])

    /// Parts that make a report of another kind than of what became of a mail (RFC 6522, 3).
    static func report(_ type: String, _ boundary: MIMEBoundary) -> ContentType {
        ContentType(known: "multipart/report", ["boundary": boundary.text, "report-type": type])
    }

    static func multipart(_ kind: MIMEPart.Multipart, _ boundary: MIMEBoundary) -> ContentType {
        var parameters = ["boundary": boundary.text]
        // RFC 6522, 3: the type of the second part stands here, too.
        if kind == .report { parameters["report-type"] = "delivery-status" }
        // RFC 2387, 3.1: the type of the first part, which shows the others.
        if kind == .related { parameters["type"] = "text/html" }
        return ContentType(known: "multipart/\(kind.rawValue)", parameters)
    }

    /// Whether the content is made of parts.
    public var isMultipart: Bool { mediaType.hasPrefix("multipart/") }

    /// The type and its parameters on one line.
    public var description: String { field.value }

    var field: HeaderField {
        let ordered = parameters.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
        let first = ordered.isEmpty ? mediaType : mediaType + ";"
        return HeaderField(.contentType, pieces: [first] + HeaderParameters.pieces(ordered))
    }
}
