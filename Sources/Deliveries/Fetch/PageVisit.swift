/// A GET or HEAD of a recipient's page, with what tells a person from a scanner.
public struct PageVisit: Equatable, Sendable {
    /// Where it comes from.
    public var origin: RequestOrigin
    /// Whether it is a HEAD.
    public var isHead: Bool
    /// The header `Accept-Language`, or empty.
    public var acceptLanguage: String
    /// The header `Sec-Fetch-Mode`, or empty.
    public var fetchMode: String
    /// The header `Sec-Purpose` or `Purpose`, or empty.
    public var purpose: String
    /// Whether the page was asked for over https, or on a loopback address: only there browsers send `Sec-Fetch-…`.
    public var isSecure: Bool

    /// A visit with all its parts.
    public init(
        origin: RequestOrigin, isHead: Bool = false, acceptLanguage: String = "", fetchMode: String = "",
        purpose: String = "", isSecure: Bool = false
    ) {
        self.origin = origin
        self.isHead = isHead
        self.acceptLanguage = acceptLanguage
        self.fetchMode = fetchMode
        self.purpose = purpose
        self.isSecure = isSecure
    }
}
