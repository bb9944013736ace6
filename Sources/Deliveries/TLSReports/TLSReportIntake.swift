import Crypto
import Foundation
import Logging
public import MailMessage
import MailRouting
import Secrets
import SenderDomains

/// Takes in what others report of TLS towards our domains (RFC 8460): each report once, and of it what is about our
/// domains.
///
/// Anybody can send such a report, and nothing in it is proven. So it changes nothing but what a page shows.
public struct TLSReportIntake: Sendable {
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
        /// Too many came today.
        case tooMany = "too-many"
    }

    /// For how long reports are kept, days.
    public static let keptDays = 400
    /// How many reports are taken in a day.
    static let mostPerDay = 1_000
    /// The rows of a report that are kept.
    static let mostRows = 2_000
    /// They come within a day; some take a week.
    private static let oldest: TimeInterval = 30 * 86_400

    private let parts: DeliveryParts
    private let unpacker: Unpacker

    /// Works with the given parts.
    public init(_ parts: DeliveryParts) {
        self.parts = parts
        var limits = Unpacker.Limits()
        limits.octets = TLSReportReader.mostOctets
        unpacker = Unpacker(limits: limits)
    }

    /// Whether a mail may bring such a report, by its header alone (RFC 8460, 5.3).
    public static func mightBeReport(_ mail: ParsedMessage) -> Bool {
        mail.headers.contains { $0.name.lowercased() == "tls-report-domain" }
            || isReport(mail.root.contentType.mediaType)
    }

    /// The reports that a mail brings, as attachments or as the mail itself; at most ten are looked at.
    static func attachments(of mail: ParsedMessage) -> [[UInt8]] {
        let parts = mail.root.all.filter { part in
            let name = (part.fileName ?? "").lowercased()
            return isReport(part.contentType.mediaType) || name.hasSuffix(".json") || name.hasSuffix(".json.gz")
        }
        return parts.prefix(10).compactMap { part in
            if case .leaf(let octets) = part.content { return octets }
            return nil
        }
    }

    private static func isReport(_ mediaType: String) -> Bool {
        ["application/tlsrpt+gzip", "application/tlsrpt+json"].contains(mediaType)
    }

    /// Takes a report in.
    ///
    /// - Parameter packed: the attachment.
    public func take(_ packed: [UInt8]) async throws -> Verdict {
        let report: TLSReportReader.Report
        do {
            report = try TLSReportReader().read(try unpacker.unpack(packed))
        } catch {
            parts.log.notice("a report on TLS cannot be read", metadata: ["why": "\(error)"])
            return .unreadable
        }
        let now = parts.now()
        guard report.period.end <= now.addingTimeInterval(86_400), report.period.duration <= 8 * 86_400,
            now.timeIntervalSince(report.period.end) <= Self.oldest
        else { return .foreign }
        let parts = parts
        let verdict = try await parts.database.write { transaction -> Verdict in
            let settings = try parts.settings.current(in: transaction)
            let ours = try transaction.senderDomains.domains().filter(\.isOurs).map(\.domain.ascii)
            let rows = Self.rows(report, ours: Set(ours + settings.ownMailDomains.map(\.ascii)))
            guard !rows.isEmpty else { return .foreign }
            let count = try transaction.ledger.countThrottle("tls-report", window: 86_400, now: now).count
            guard count <= Self.mostPerDay else { return .tooMany }
            let kept = ReceivedTLSReport(
                key: Self.key(report), organisation: report.organisation, begin: report.period.start,
                end: report.period.end, receivedAt: now, rows: rows)
            guard try transaction.tlsReports.insert(kept) else { return .known }
            _ = try transaction.tlsReports.forget(beforeDay: kept.day - Self.keptDays)
            return .stored
        }
        if verdict == .stored { parts.changes.give() }
        return verdict
    }

    /// RFC 8460, 4.4: the name of a report is unique with the organisation.
    private static func key(_ report: TLSReportReader.Report) -> String {
        Hex.encode(SHA256.hash(data: Data("\(report.organisation.lowercased())\n\(report.id)".utf8)))
    }

    /// What is about our domains; what is the same but for the count becomes one.
    private static func rows(_ report: TLSReportReader.Report, ours: Set<String>) -> [ReceivedTLSReport.Row] {
        struct Kind: Hashable {
            let domain, policy, result, host: String
        }
        var counts: [Kind: Int] = [:]
        var order: [Kind] = []
        func add(_ kind: Kind, _ sessions: Int) {
            guard sessions > 0 else { return }
            if counts[kind] == nil {
                guard order.count < mostRows else { return }
                order.append(kind)
            }
            counts[kind, default: 0] += sessions
        }
        for result in report.results {
            guard let domain = owner(of: result.domain, among: ours) else { continue }
            add(Kind(domain: domain, policy: result.policy, result: "", host: ""), result.successful)
            for failure in result.failures {
                add(
                    Kind(domain: domain, policy: result.policy, result: failure.result, host: failure.host),
                    failure.count)
            }
        }
        return order.map { kind in
            .init(
                domain: kind.domain, policy: kind.policy, result: kind.result, host: kind.host,
                sessions: counts[kind] ?? 0)
        }
    }

    /// A policy is a domain's or, by DANE, that of one of its hosts.
    private static func owner(of name: String, among ours: Set<String>) -> String? {
        guard let domain = try? MailDomain(parsing: name).ascii else { return nil }
        return ours.filter { domain == $0 || domain.hasSuffix("." + $0) }.max { $0.count < $1.count }
    }
}
