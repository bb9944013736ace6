public import DNS
public import Deliveries
public import Foundation
import Localization
import MailMessage
import MailRouting
import SenderDomains

/// Hands a report in at an address of the web (RFC 8460, 5.4).
public protocol TLSReportPoster: Sendable {
    /// Posts a report.
    ///
    /// - Returns: whether it was taken.
    func post(_ report: [UInt8], to uri: String) async -> Bool
}

/// Sends the reports on TLS of days that are over to the domains that ask for them (RFC 8460).
public struct TLSReportJob: LeasedJob {
    private static let batch = 20
    /// After so many days a report that nobody takes is given up.
    private static let mostDays = 3

    private let database: any Database
    private let settings: SettingsService
    private let spool: MessageSpool
    private let resolver: any DNSResolver
    private let poster: any TLSReportPoster

    /// - Parameters:
    ///   - database: where the counts are.
    ///   - settings: who reports.
    ///   - spool: where reports by mail leave from.
    ///   - resolver: who is asked where a domain wants its reports.
    ///   - poster: hands reports in at addresses of the web.
    public init(
        database: any Database, settings: SettingsService, spool: MessageSpool, resolver: any DNSResolver,
        poster: any TLSReportPoster
    ) {
        self.database = database
        self.settings = settings
        self.spool = spool
        self.resolver = resolver
        self.poster = poster
    }

    /// After its end, a day's counts are complete so many seconds later: each node writes down what it counted each minute.
    private static let lateness: TimeInterval = 180

    /// The name of its row.
    public var name: String { "tls-reports" }

    /// Sends what is due.
    public func run(now: Date) async throws -> Date {
        let today = TLSSessionCounts.day(of: now.addingTimeInterval(-Self.lateness))
        let current = try await settings.current()
        let due = try await database.read { try $0.transport.reportsDue(before: today, limit: Self.batch) }
        for (day, domain) in due {
            try Task.checkCancellation()
            try await report(on: domain, day: day, isLast: today - day >= Self.mostDays, settings: current, now: now)
        }
        return now.addingTimeInterval(due.count == Self.batch ? 60 : 3600)
    }

    private func report(on domain: String, day: Int, isLast: Bool, settings current: Settings, now: Date) async throws {
        let wanted = current.boolean(.mailServerTLSReports) ? await destinations(of: domain) : []
        guard let wanted else {
            // DNS could not be asked: later.
            if isLast { try await database.write { try $0.transport.removeCounts(of: domain, day: day) } }
            return
        }
        guard let sender = current.systemSender?.address, !wanted.isEmpty else {
            try await database.write { try $0.transport.removeCounts(of: domain, day: day) }
            return
        }
        let counts = try await database.read { try $0.transport.counts(of: domain, day: day) }
        let report = try Self.report(counts, domain: domain, day: day, sender: sender, settings: current)
        guard let packed = Packer.gzip(Array(try report.json())) else {
            throw DeliveriesError(.trouble, detail: "a report cannot be packed")
        }
        var isTaken = true
        // RFC 8460, 3: each destination is tried.
        for case .https(let uri) in wanted where await !poster.post(packed, to: uri) { isTaken = false }
        let addresses = wanted.compactMap { destination -> EmailAddress? in
            if case .mail(let address) = destination { address } else { nil }
        }
        guard isTaken || isLast || !addresses.isEmpty else { return }
        let mail = try Self.mail(
            report, packed, to: addresses, domain: domain, sender: sender, settings: current, spool: spool, now: now)
        try await database.write { transaction in
            if !addresses.isEmpty {
                try spool.put(mail.octets, envelope: mail.envelope(to: addresses), in: transaction, at: now)
            }
            try transaction.transport.removeCounts(of: domain, day: day)
        }
    }

    /// Where a domain wants its reports; none if it does not say so, `nil` if DNS could not be asked.
    private func destinations(of domain: String) async -> [TLSReportRecord.Destination]? {
        guard let owner = DNSName(domain).flatMap(TLSReportRecord.owner) else { return [] }
        do throws(DNSFailure) {
            return TLSReportRecord.find(in: try await resolver.resolve(owner, .txt).texts)?.destinations ?? []
        } catch {
            return nil
        }
    }

    private static func report(
        _ counts: [TLSSessionCount], domain: String, day: Int, sender: EmailAddress, settings: Settings
    ) throws -> TLSReport {
        var sessions = TLSReportCounts()
        let decoder = JSONDecoder()
        for count in counts {
            let policy = try decoder.decode(TLSReportPolicy.self, from: Data(count.policy.utf8))
            if count.failure.isEmpty {
                sessions.countSuccess(under: policy, times: count.sessions)
            } else {
                var failure = try decoder.decode(TLSFailureDetail.self, from: Data(count.failure.utf8))
                failure.count = count.sessions
                sessions.countFailure(failure, under: policy)
            }
        }
        let start = Date(timeIntervalSince1970: Double(day) * 86_400)
        return TLSReport(
            organization: settings.organisationName,
            dateRange: .init(start: start, end: start.addingTimeInterval(86_399)), contact: sender.wireForm,
            id: "\(day).\(domain)@\(sender.domain.ascii)", policies: sessions.results)
    }
}

extension TLSReportJob {
    /// A report as a mail.
    private struct Mail {
        let octets: [UInt8]
        let from: EmailAddress
        let messageID: String

        func envelope(to addresses: [EmailAddress]) -> MessageSpool.Envelope {
            // RFC 8460, 3: reports about reports are of no use to anybody.
            MessageSpool.Envelope(
                origin: .report, sender: nil,
                recipients: addresses.map { .init($0, notification: DeliveryNotificationRequest(.never)) }, from: from,
                messageID: messageID)
        }
    }

    /// RFC 8460, 5.3.
    private static func mail(
        _ report: TLSReport, _ packed: [UInt8], to: [EmailAddress], domain: String, sender: EmailAddress,
        settings: Settings, spool: MessageSpool, now: Date
    ) throws -> Mail {
        let submitter = sender.domain.ascii
        let id = "tlsrpt.\(StoredMessageID(now: now, random: spool.random))@\(submitter)"
        guard let messageID = MessageID(parsing: "<\(id)>"),
            let boundary = MIMEBoundary(unique: id.filter { $0.isASCII && ($0.isLetter || $0.isNumber) }),
            let type = ContentType("application/tlsrpt+gzip"),
            let reportDomain = HeaderName("TLS-Report-Domain"), let reportSubmitter = HeaderName("TLS-Report-Submitter")
        else { throw DeliveriesError(.trouble, detail: "a report cannot be named") }
        let text = Localizer(.english)("mail.tlsReport", ["domain": domain, "organisation": report.organization])
        let message = MIMEMessage(
            from: Mailbox(name: settings.organisationName, address: sender), to: to.map { Mailbox(address: $0) },
            subject: HeaderText(cleaning: "Report Domain: \(domain) Submitter: \(submitter) Report-ID: <\(report.id)>"),
            date: now, messageID: messageID,
            body: .report(
                "tlsrpt",
                [
                    .plainText(text),
                    .attachment(packed, type: type, fileName: report.fileName(sender: submitter, domain: domain)),
                ], boundary: boundary),
            extraFields: [
                HeaderField(reportDomain, token: domain), HeaderField(reportSubmitter, token: submitter),
                HeaderField(.autoSubmitted, token: "auto-generated"),
            ].compactMap(\.self))
        return Mail(octets: message.serialized, from: sender, messageID: id)
    }
}
