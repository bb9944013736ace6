public import Foundation

/// Reads reports on TLS that others sent (RFC 8460, 4.4). They may be made to harm whoever reads them, and not all follow
/// the letter: what is not needed is not looked at, and a kind of failure that nobody knows is kept as it is called.
public struct TLSReportReader: Sendable {
    /// What was reported.
    public struct Report: Sendable, Equatable {
        /// Who reports, in words of its own.
        public let organisation: String
        /// Names the report among those of the organisation.
        public let id: String
        /// The time that is reported on.
        public let period: DateInterval
        /// What happened.
        public let results: [Result]
    }

    /// What happened under one policy.
    public struct Result: Sendable, Equatable {
        /// The domain whose policy it is.
        public let domain: String
        /// The kind of policy: `tlsa`, `sts` or `no-policy-found`.
        public let policy: String
        /// How many sessions came about.
        public let successful: Int
        /// What failed; what was counted and not explained is ``TLSReportReader/unexplained``.
        public let failures: [Failure]
    }

    /// What failed at one host.
    public struct Failure: Sendable, Equatable {
        /// The kind, as RFC 8460, 4.3 calls it.
        public let result: String
        /// The host's name; may be empty.
        public let host: String
        /// How many sessions.
        public let count: Int
    }

    /// Why a report is not read. The raw value is a stable name.
    public enum Trouble: String, Error, Sendable, CaseIterable {
        /// It is larger than reports are.
        case tooLarge = "too-large"
        /// Its brackets are nested deeper than a report's.
        case nested
        /// It is no report.
        case malformed
    }

    /// The kind of failures that were counted and not explained.
    public static let unexplained = "unexplained"
    /// The most octets of a report.
    public static let mostOctets = 4 << 20
    private static let deepest = 16
    private static let mostParts = 1_000
    private static let largestCount = 1_000_000_000
    private static let longestWord = 255

    /// A reader.
    public init() {}

    /// Reads a report, unpacked.
    public func read(_ json: [UInt8]) throws(Trouble) -> Report {
        guard json.count <= Self.mostOctets else { throw .tooLarge }
        guard Self.depth(json) <= Self.deepest else { throw .nested }
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        guard let document = try? decoder.decode(Document.self, from: Data(json)),
            document.range.start <= document.range.end
        else { throw .malformed }
        return Report(
            organisation: Self.word(document.organisation ?? document.contact ?? ""), id: Self.word(document.id),
            period: DateInterval(start: document.range.start, end: document.range.end),
            results: document.policies.prefix(Self.mostParts).map { Self.result($0) })
    }

    private static func result(_ part: Document.Part) -> Result {
        let successful = count(part.summary.successful)
        var failures = (part.failures ?? []).prefix(mostParts).map { detail in
            Failure(
                result: kind(detail.result), host: word(detail.host ?? "").lowercased(), count: count(detail.count))
        }
        let missing = count(part.summary.failed) - failures.reduce(0) { $0 + $1.count }
        if missing > 0 { failures.append(Failure(result: unexplained, host: "", count: missing)) }
        return Result(
            domain: word(part.policy.domain).lowercased(),
            policy: TLSReportPolicy.Kind(rawValue: part.policy.kind.lowercased())?.rawValue
                ?? TLSReportPolicy.Kind.none.rawValue, successful: successful,
            failures: failures.filter { $0.count > 0 })
    }

    /// A number that adds up with others without end.
    private static func count(_ number: Int?) -> Int { min(max(number ?? 0, 0), largestCount) }

    private static func word(_ text: String) -> String {
        String(
            text.prefix(longestWord).filter { !$0.isNewline && $0.asciiValue.map { $0 >= 0x20 && $0 != 0x7F } ?? true })
    }

    /// A name of letters, digits and hyphens; whatever else somebody writes is a failure all the same.
    private static func kind(_ text: String) -> String {
        let name = text.lowercased()
        let isName =
            (1...60).contains(name.utf8.count)
            && name.utf8.allSatisfy {
                (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D
            }
        return isName ? name : TLSResultType.validationFailure.rawValue
    }

    /// How deep brackets are nested, outside of strings.
    private static func depth(_ json: [UInt8]) -> Int {
        var (depth, deepest) = (0, 0)
        var (isInside, isEscaped) = (false, false)
        for octet in json {
            switch octet {
            case _ where isEscaped: isEscaped = false
            case UInt8(ascii: "\\"): isEscaped = isInside
            case UInt8(ascii: "\""): isInside.toggle()
            case UInt8(ascii: "{") where !isInside, UInt8(ascii: "[") where !isInside:
                depth += 1
                deepest = max(deepest, depth)
            case UInt8(ascii: "}") where !isInside, UInt8(ascii: "]") where !isInside: depth -= 1
            default: break
            }
        }
        return deepest
    }

    /// What is needed of a report.
    private struct Document: Decodable {
        struct Part: Decodable {
            struct Policy: Decodable {
                let kind: String
                let domain: String

                enum CodingKeys: String, CodingKey {
                    case kind = "policy-type"
                    case domain = "policy-domain"
                }
            }

            struct Summary: Decodable {
                let successful: Int?
                let failed: Int?

                enum CodingKeys: String, CodingKey {
                    case successful = "total-successful-session-count"
                    case failed = "total-failure-session-count"
                }
            }

            struct Detail: Decodable {
                let result: String
                let host: String?
                let count: Int?

                enum CodingKeys: String, CodingKey {
                    case result = "result-type"
                    case host = "receiving-mx-hostname"
                    case count = "failed-session-count"
                }
            }

            let policy: Policy
            let summary: Summary
            let failures: [Detail]?

            enum CodingKeys: String, CodingKey {
                case policy, summary
                case failures = "failure-details"
            }
        }

        let organisation: String?
        let contact: String?
        let id: String
        let range: TLSReport.DateRange
        let policies: [Part]

        enum CodingKeys: String, CodingKey {
            case organisation = "organization-name"
            case contact = "contact-info"
            case id = "report-id"
            case range = "date-range"
            case policies
        }
    }
}
