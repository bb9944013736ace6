import Crypto
import DNS
import Foundation
import Logging
import MailAuth
public import MailMessage
import Secrets
import SenderDomains

/// Takes in what receivers report of the mail of our sender domains (RFC 9990): each report once, and only on domains whose
/// control was proven or that work.
///
/// Anybody can send such a report, and nothing in it is proven. So it changes nothing but what the domain's page shows.
public struct DMARCReportIntake: Sendable {
    /// What became of a report.
    public enum Verdict: String, Sendable, CaseIterable {
        /// It is kept.
        case stored
        /// It is there already.
        case known
        /// It is about no domain of ours, or about a time that it cannot be about.
        case foreign
        /// It cannot be read: damaged, no report, or made to harm.
        case unreadable
        /// Too many came about the domain today.
        case tooMany = "too-many"
    }

    /// For how long reports are kept, days.
    public static let keptDays = 400
    /// How many reports about a domain are taken in a day. There are not so many receivers.
    static let mostPerDay = 1_000
    /// The rows of a report that are kept; a report with more different ones tells of a flood by its first.
    static let mostRows = 2_000
    /// Large receivers report within a day; some take a week.
    private static let oldest: TimeInterval = 30 * 86_400

    private let parts: DeliveryParts
    private let unpacker = Unpacker()
    private let parser = DMARCReportParser()

    /// Works with the given parts.
    public init(_ parts: DeliveryParts) {
        self.parts = parts
    }

    /// Whether a mail may bring such a report, by its header alone.
    public static func mightBeReport(_ mail: ParsedMessage) -> Bool {
        let subject = (mail.subject ?? "").lowercased()
        // RFC 9990, 4: `Report Domain: … Submitter: … Report-ID: …`, which not all obey.
        return subject.contains("report domain:") || subject.contains("dmarc aggregate")
            || isPacked(mail.root.contentType.mediaType)
    }

    /// The reports that a mail brings: packed, as attachments or as the mail itself; at most ten are looked at.
    static func attachments(of mail: ParsedMessage) -> [[UInt8]] {
        let parts = mail.root.all.filter { part in
            let name = (part.fileName ?? "").lowercased()
            return isPacked(part.contentType.mediaType) || name.hasSuffix(".xml") || name.hasSuffix(".xml.gz")
                || name.hasSuffix(".zip")
        }
        return parts.prefix(10).compactMap { part in
            if case .leaf(let octets) = part.content { return octets }
            return nil
        }
    }

    /// RFC 9990, 4.1: gzip; RFC 7489 had ZIP.
    private static func isPacked(_ mediaType: String) -> Bool {
        [
            "application/gzip", "application/x-gzip", "application/zip", "application/x-zip-compressed",
            "application/x-zip", "text/xml", "application/xml",
        ].contains(mediaType)
    }

    /// Takes a report in.
    ///
    /// - Parameter packed: the attachment.
    public func take(_ packed: [UInt8]) async throws -> Verdict {
        let report: DMARCReport
        do {
            report = try parser.parse(try unpacker.unpack(packed))
        } catch {
            parts.log.notice("an aggregate report cannot be read", metadata: ["why": "\(error)"])
            return .unreadable
        }
        let now = parts.now()
        guard let domain = try? MailDomain(parsing: report.domain.description),
            report.period.end <= now.addingTimeInterval(86_400), report.period.duration <= 8 * 86_400,
            now.timeIntervalSince(report.period.end) <= Self.oldest
        else { return .foreign }
        let verdict = try await parts.database.write { transaction -> Verdict in
            guard let known = try transaction.senderDomains.domain(domain), known.isOurs else { return .foreign }
            let key = Self.key(report, domain)
            let count = try transaction.ledger.countThrottle(
                "dmarc-report:\(domain.ascii)", window: 86_400, now: now
            ).count
            guard count <= Self.mostPerDay else { return .tooMany }
            let selectors = Set(known.keys.map { $0.selector.lowercased() })
            let kept = ReceivedDMARCReport(
                key: key, domain: domain, organisation: report.organisation, begin: report.period.start,
                end: report.period.end, receivedAt: now, rows: Self.rows(report, selectors, domain))
            guard try transaction.dmarcReports.insert(kept) else { return .known }
            _ = try transaction.dmarcReports.forget(beforeDay: kept.day - Self.keptDays)
            return .stored
        }
        if verdict == .stored { parts.changes.give() }
        return verdict
    }

    /// RFC 9990, 3.1.1.4: the name of a report is unique with the organisation.
    private static func key(_ report: DMARCReport, _ domain: MailDomain) -> String {
        let text = "\(domain.ascii)\n\(report.organisation.lowercased())\n\(report.id)"
        return Hex.encode(SHA256.hash(data: Data(text.utf8)))
    }

    private static func rows(
        _ report: DMARCReport, _ selectors: Set<String>, _ domain: MailDomain
    ) -> [ReceivedDMARCReport.Row] {
        // Many receivers write a row per mail: what is the same but for the count becomes one.
        var counts: [Int] = []
        var places: [String: Int] = [:]
        var rows: [ReceivedDMARCReport.Row] = []
        for row in report.rows {
            let isOurs =
                row.isDKIMAligned
                && row.signatures.contains { signature in
                    signature.isPass && selectors.contains(signature.selector)
                        && signature.domain?.description.lowercased() == domain.ascii
                }
            let name = "\(row.source) \(row.disposition) \(row.isDKIMAligned) \(row.isSPFAligned) \(isOurs)"
            if let place = places[name] {
                counts[place] += row.count
                continue
            }
            guard rows.count < mostRows else { continue }
            places[name] = rows.count
            counts.append(row.count)
            rows.append(
                ReceivedDMARCReport.Row(
                    source: row.source.description, count: 0, disposition: row.disposition,
                    isDKIMAligned: row.isDKIMAligned, isSPFAligned: row.isSPFAligned, isOurs: isOurs))
        }
        return zip(rows, counts).map { row, count in
            ReceivedDMARCReport.Row(
                source: row.source, count: count, disposition: row.disposition, isDKIMAligned: row.isDKIMAligned,
                isSPFAligned: row.isSPFAligned, isOurs: row.isOurs)
        }
    }
}

extension SenderDomain {
    /// Whether reports about it are ours to read: somebody proved power over it, or mail in its name leaves from here.
    var isOurs: Bool { control.provenAt != nil || state != .pending }
}
