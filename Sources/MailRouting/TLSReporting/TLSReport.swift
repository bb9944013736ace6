public import Foundation

/// An aggregate report on TLS towards one domain (RFC 8460, 4.4).
public struct TLSReport: Sendable, Hashable, Codable {
    /// From when to when.
    public struct DateRange: Sendable, Hashable, Codable {
        /// The beginning, in whole seconds.
        public var start: Date
        /// The end, in whole seconds.
        public var end: Date

        /// A range.
        public init(start: Date, end: Date) {
            self.start = start
            self.end = end
        }

        private enum CodingKeys: String, CodingKey {
            case start = "start-datetime"
            case end = "end-datetime"
        }
    }

    /// What happened under one policy.
    public struct PolicyResult: Sendable, Hashable, Codable {
        /// The policy.
        public var policy: TLSReportPolicy
        /// How many sessions there were.
        public var summary: Summary
        /// What failed, and how often.
        public var failures: [TLSFailureDetail]

        /// A result.
        public init(policy: TLSReportPolicy, summary: Summary, failures: [TLSFailureDetail] = []) {
            self.policy = policy
            self.summary = summary
            self.failures = failures
        }

        private enum CodingKeys: String, CodingKey {
            case policy, summary
            case failures = "failure-details"
        }

        /// Reads a result; without failures the list may be missing.
        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            policy = try container.decode(TLSReportPolicy.self, forKey: .policy)
            summary = try container.decode(Summary.self, forKey: .summary)
            failures = try container.decodeIfPresent([TLSFailureDetail].self, forKey: .failures) ?? []
        }

        /// Writes a result; without failures the list is left out.
        public func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(policy, forKey: .policy)
            try container.encode(summary, forKey: .summary)
            if !failures.isEmpty { try container.encode(failures, forKey: .failures) }
        }
    }

    /// How many sessions there were.
    public struct Summary: Sendable, Hashable, Codable {
        /// Those that came about as the policy says.
        public var successful: Int
        /// Those that did not.
        public var failed: Int

        /// A summary.
        public init(successful: Int, failed: Int) {
            self.successful = successful
            self.failed = failed
        }

        private enum CodingKeys: String, CodingKey {
            case successful = "total-successful-session-count"
            case failed = "total-failure-session-count"
        }
    }

    /// Who reports.
    public var organization: String
    /// The time that is reported on.
    public var dateRange: DateRange
    /// Whom to ask.
    public var contact: String
    /// Names the report.
    public var id: String
    /// What happened.
    public var policies: [PolicyResult]

    /// A report.
    public init(organization: String, dateRange: DateRange, contact: String, id: String, policies: [PolicyResult]) {
        self.organization = organization
        self.dateRange = dateRange
        self.contact = contact
        self.id = id
        self.policies = policies
    }

    private enum CodingKeys: String, CodingKey {
        case organization = "organization-name"
        case dateRange = "date-range"
        case contact = "contact-info"
        case id = "report-id"
        case policies
    }

    /// The report as I-JSON (RFC 7493), keys sorted: equal reports give equal octets.
    public func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        encoder.dateEncodingStrategy = .iso8601
        return try encoder.encode(self)
    }

    /// Reads a report.
    public init(json: Data) throws {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        self = try decoder.decode(TLSReport.self, from: json)
    }

    /// The name of the compressed file (RFC 8460, 5.1).
    ///
    /// - Parameters:
    ///   - sender: the domain that reports.
    ///   - domain: the domain that is reported on.
    public func fileName(sender: String, domain: String) -> String {
        let (start, end) = (dateRange.start.timeIntervalSince1970, dateRange.end.timeIntervalSince1970)
        return "\(sender)!\(domain)!\(Int(start))!\(Int(end)).json.gz"
    }
}
