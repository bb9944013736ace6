public import DNS

/// How a policy is fetched (RFC 8461, 3.3): for whoever speaks HTTPS.
public struct STSFetch: Sendable, Hashable {
    /// What came back.
    public struct Response: Sendable, Hashable {
        /// The status of the HTTP answer.
        public var status: Int
        /// The value of Content-Type, if there is one.
        public var contentType: String?
        /// The body; one octet more than ``STSPolicy/sizeLimit`` suffices to see that it is too large.
        public var body: [UInt8]

        /// An answer.
        public init(status: Int, contentType: String?, body: [UInt8]) {
            self.status = status
            self.contentType = contentType
            self.body = body
        }
    }

    /// Why there is no policy.
    public enum Failure: Error, Sendable, Hashable {
        /// The host was not reached, was too slow, or could not be found.
        case unreachable(String)
        /// The certificate of the policy host is not valid for its name.
        case certificate(String)
        /// An HTTP status other than 200; redirects included.
        case status(Int)
        /// Not `text/plain`.
        case contentType
        /// No policy.
        case invalid(STSPolicy.Problem)

        /// What is reported (RFC 8460, 4.3.2.2).
        public var resultType: TLSResultType {
            switch self {
            case .unreachable, .status, .contentType: .stsPolicyFetchError
            case .certificate: .stsWebPKIInvalid
            case .invalid: .stsPolicyInvalid
            }
        }
    }

    /// Whose policy it is.
    public let domain: DNSName
    /// The host that has it, for which its certificate must be valid.
    public let host: DNSName
    /// The id that the domain's record names.
    public let id: String

    /// How long it may take in all, seconds (RFC 8461, 3.3).
    public static let timeout = 60
    /// Redirects are not followed (RFC 8461, 3.3).
    public static let followsRedirects = false
    /// Nothing is taken from an HTTP cache (RFC 8461, 3.3).
    public static let usesHTTPCache = false
    /// The path on the host.
    public static let path = "/.well-known/mta-sts.txt"

    /// What is to be fetched for a domain.
    ///
    /// - Returns: `nil` if the name of the host would be too long.
    public init?(domain: DNSName, id: String) {
        guard let host = domain.prefixed(by: "mta-sts") else { return nil }
        self.domain = domain.lowercased
        self.host = host.lowercased
        self.id = id
    }

    /// The address to fetch, always over HTTPS.
    public var url: String { "https://\(host)\(Self.path)" }

    /// Judges an answer that came over a connection with a valid certificate.
    public func judge(_ response: Response) -> Result<STSPolicy, Failure> {
        guard response.status == 200 else { return .failure(.status(response.status)) }
        let mediaType = response.contentType?.prefix { $0 != ";" } ?? ""
        guard mediaType.lowercased().filter({ $0 != " " && $0 != "\t" }) == "text/plain" else {
            return .failure(.contentType)
        }
        do {
            return .success(try STSPolicy(parsing: response.body))
        } catch {
            return .failure(.invalid(error))
        }
    }
}
