import DNS
import Foundation

/// Reads aggregate reports from XML: those of RFC 9990 and of RFC 7489, appendix C, which large receivers still write, also
/// where they leave out what no reader needs.
public struct DMARCReportParser: Sendable {
    /// The most rows that are read. No honest report of one domain and day has more sources.
    public var mostRows: Int
    /// No count of one row is believed beyond this.
    static let mostMails = 100_000_000

    /// A parser.
    public init(mostRows: Int = 20_000) {
        self.mostRows = mostRows
    }

    /// Reads a report.
    ///
    /// - Parameter xml: the report, unpacked.
    public func parse(_ xml: [UInt8]) throws(DMARCReportError) -> DMARCReport {
        var scanner = ReportXMLScanner(xml)
        var draft = Draft()
        var path: [String] = []
        while let event = try scanner.next() {
            switch event {
            case .start(let name):
                // RFC 9990, 3.1: the outermost element.
                if path.isEmpty, name != "feedback" { throw .notAReport }
                path.append(name)
                draft.begin(path.dropFirst().joined(separator: "/"))
            case .text(let text): draft.take(text, at: path.dropFirst().joined(separator: "/"))
            case .end:
                draft.end(path.dropFirst().joined(separator: "/"))
                path.removeLast()
                guard draft.rows.count <= mostRows else { throw .tooLarge }
            }
        }
        return try draft.report()
    }
}

/// A report as far as it was read.
private struct Draft {
    private static let mostSignatures = 20

    private var organisation = ""
    private var id = ""
    private var begin: Double?
    private var end: Double?
    private var domain: DNSName?
    private var policy = ""
    private(set) var rows: [DMARCReport.Row] = []

    private var source: IPAddress?
    private var row = Draft.emptyRow
    private var signature = Draft.emptySignature

    private static let emptyRow = DMARCReport.Row(
        source: IPAddress(v4: 0), count: 0, disposition: "", isDKIMAligned: false, isSPFAligned: false, author: nil,
        signatures: [])
    private static let emptySignature = DMARCReport.Signature(domain: nil, selector: "", isPass: false)

    mutating func begin(_ path: String) {
        switch path {
        case "record":
            row = Self.emptyRow
            source = nil
        case "record/auth_results/dkim": signature = Self.emptySignature
        default: break
        }
    }

    mutating func end(_ path: String) {
        switch path {
        case "record":
            // Without a source there is nothing to tell; a count of nothing says nothing.
            if let source, row.count > 0 {
                row.source = source
                rows.append(row)
            }
        case "record/auth_results/dkim":
            if row.signatures.count < Self.mostSignatures { row.signatures.append(signature) }
        default: break
        }
    }

    mutating func take(_ text: String, at path: String) {
        switch path {
        case "report_metadata/org_name": organisation = Self.words(text)
        case "report_metadata/report_id": id = Self.words(text)
        case "report_metadata/date_range/begin": begin = Self.seconds(text)
        case "report_metadata/date_range/end": end = Self.seconds(text)
        case "policy_published/domain": domain = DNSName(text.trimmingCharacters(in: .whitespaces))
        case "policy_published/p": policy = Self.word(text)
        case "record/row/source_ip": source = IPAddress(text)
        case "record/row/count": row.count = min(max(0, Int(text) ?? 0), DMARCReportParser.mostMails)
        case "record/row/policy_evaluated/disposition": row.disposition = Self.word(text)
        case "record/row/policy_evaluated/dkim": row.isDKIMAligned = text.lowercased() == "pass"
        case "record/row/policy_evaluated/spf": row.isSPFAligned = text.lowercased() == "pass"
        case "record/identifiers/header_from": row.author = DNSName(text)
        case "record/auth_results/dkim/domain": signature.domain = DNSName(text)
        case "record/auth_results/dkim/selector": signature.selector = Self.word(text)
        case "record/auth_results/dkim/result": signature.isPass = text.lowercased() == "pass"
        default: break
        }
    }

    func report() throws(DMARCReportError) -> DMARCReport {
        guard !organisation.isEmpty, !id.isEmpty, let domain, let begin, let end, begin <= end else {
            throw .incomplete
        }
        return DMARCReport(
            organisation: organisation, id: id,
            period: DateInterval(
                start: Date(timeIntervalSince1970: begin), end: Date(timeIntervalSince1970: end)),
            domain: domain, policy: policy, rows: rows)
    }

    /// Seconds since 1970, in this century.
    private static func seconds(_ text: String) -> Double? {
        guard let number = Double(text), (946_684_800...4_102_444_800).contains(number) else { return nil }
        return number.rounded(.down)
    }

    /// Words of a stranger that can be shown and compared: one line, at most 200 characters.
    private static func words(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars.prefix(200) {
            result.unicodeScalars.append(Self.isShown(scalar) ? scalar : " ")
        }
        return result.trimmingCharacters(in: .whitespaces)
    }

    /// A word of letters, digits and a few signs, at most 80 of them, in lower case.
    private static func word(_ text: String) -> String {
        String(
            text.lowercased().prefix(80).filter {
                $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" || $0 == ".")
            })
    }

    private static func isShown(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
        default: true
        }
    }
}
