/// What a certificate authority refuses, and why (RFC 7807; RFC 8555, 6.7).
public struct ACMEProblem: Sendable, Equatable, Decodable {
    private static let space = "urn:ietf:params:acme:error:"
    private static let longestDetail = 1_000

    /// The kind, such as `rateLimited`; empty for one that is none of ACME's.
    public let kind: String
    /// The authority's own words.
    public let detail: String

    /// A problem.
    public init(kind: String, detail: String) {
        self.kind = kind
        self.detail = String(detail.prefix(Self.longestDetail))
    }

    private enum CodingKeys: String, CodingKey { case type, detail, subproblems }

    /// Reads the document; the first of several problems speaks for all if the whole says nothing.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        let type = try values.decodeIfPresent(String.self, forKey: .type) ?? ""
        let detail = try values.decodeIfPresent(String.self, forKey: .detail) ?? ""
        let parts = try values.decodeIfPresent([ACMEProblem].self, forKey: .subproblems) ?? []
        self.init(
            kind: type.hasPrefix(Self.space) ? String(type.dropFirst(Self.space.count)) : "",
            detail: detail.isEmpty ? parts.first?.detail ?? "" : detail)
    }
}
