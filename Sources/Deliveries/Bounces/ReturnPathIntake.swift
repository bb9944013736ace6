import Crypto
import Foundation
import Logging
public import MailMessage
import Secrets
import SenderDomains

/// Takes in all mail that comes to addresses of ours, by whatever way: returned mail and complaints take effect, reports
/// are read, what people wrote is passed on, and what programs wrote is dropped.
///
/// It never answers and never bounces: whoever sent such a mail may be invented, and an answer would make us a source of
/// unwanted mail. It returns when what follows is durable.
public struct ReturnPathIntake: Sendable {
    /// What an address of ours is for.
    public enum Purpose: Equatable, Sendable {
        /// Reports about one mail of ours, and answers to it.
        case returnPath(OutboxEntryID)
        /// Reports of receivers about our domains: DMARC, TLS.
        case reports
        /// People who want to reach whoever runs this (RFC 5321, 4.5.1; RFC 2142).
        case administrators
    }

    /// What became of a mail.
    public enum Verdict: String, Sendable, CaseIterable {
        /// It took effect.
        case applied
        /// It took effect, or was passed on, before.
        case known
        /// It is a program's answer or a list's mail, and nobody needs it.
        case dropped
        /// A person wrote it, and it goes to whom it concerns.
        case passedOn = "passed-on"
        /// It is about nothing that we know, or about somebody whom the mail never went to.
        case foreign
        /// It was passed on by us before, or went through too many servers.
        case loop
        /// It is larger than what is taken.
        case tooLarge = "too-large"
    }

    /// The largest mail that is taken, octets.
    public static let largestMail = 10 << 20
    /// RFC 5321, 6.3: more servers than these are a loop.
    static let mostHops = 50
    /// How many answers about one mail are passed on in a day.
    static let mostAnswersPerDay = 20
    /// How many mails are passed on to administrators in a day.
    static let mostMailsToAdministratorsPerDay = 200
    /// The names before the @ under which reports are taken.
    static let reportNames: Set<String> = ["dmarc-reports", "tls-reports"]
    /// The names before the @ under which whoever runs this is reached.
    static let administratorNames: Set<String> = ["postmaster", "abuse"]

    private let parts: DeliveryParts
    private let spool: MessageSpool
    private let bounces: BounceIntake
    private let dmarcReports: DMARCReportIntake
    private let tlsReports: TLSReportIntake
    private let reader = DeliveryReportParser(mostOctets: largestMail)

    /// - Parameters:
    ///   - parts: what deliveries work with.
    ///   - spool: where mail is kept that is passed on.
    public init(_ parts: DeliveryParts, spool: MessageSpool) {
        self.parts = parts
        self.spool = spool
        bounces = BounceIntake(parts)
        dmarcReports = DMARCReportIntake(parts)
        tlsReports = TLSReportIntake(parts)
    }

    /// What an address is for; nil if it is none of ours, so that mail for it is to be refused.
    public func purpose(of address: EmailAddress) async throws -> Purpose? {
        purpose(of: address, settings: try await parts.settings.current(), now: parts.now())
    }

    private func purpose(of address: EmailAddress, settings: Settings, now: Date) -> Purpose? {
        if let keyed = ReturnPathAddress(address, keys: parts.keys, now: now) { return .returnPath(keyed.entry) }
        guard settings.ownMailDomains.contains(address.domain) else { return nil }
        let name = address.localPart.lowercased()
        if Self.reportNames.contains(name) { return .reports }
        return Self.administratorNames.contains(name) ? .administrators : nil
    }

    /// The largest mail that is taken, octets.
    public var mostOctets: Int { Self.largestMail }

    /// Whether an address is one of ours, so that mail for it is taken.
    public func isOurs(_ address: EmailAddress) async throws -> Bool { try await purpose(of: address) != nil }

    /// Takes a mail in that came over SMTP.
    ///
    /// - Parameters:
    ///   - octets: all of it.
    ///   - sender: its envelope sender; nil for the null path.
    ///   - recipients: its envelope recipients.
    /// - Throws: what the database throws; the mail then counts as not taken.
    public func take(_ octets: [UInt8], sender: EmailAddress?, recipients: [EmailAddress]) async throws {
        let verdict = try await take(
            IncomingMail(octets: octets, sender: sender.map(ReversePath.address) ?? .null, recipients: recipients))
        let metadata = await subject(of: recipients).merging(["verdict": "\(verdict.rawValue)"]) { $1 }
        parts.log.info("returned mail", metadata: metadata)
    }

    /// The mail of ours that these addresses belong to, as each line of the log names it.
    private func subject(of recipients: [EmailAddress]) async -> Logger.Metadata {
        let now = parts.now()
        let keyed = recipients.lazy.compactMap { ReturnPathAddress($0, keys: parts.keys, now: now)?.entry }.first
        guard let keyed else { return [:] }
        // What was taken in stays so, whether its line can be complete or not.
        let entry = try? await parts.database.read { try $0.outbox.entry(keyed) }
        return entry?.logMetadata() ?? ["outbox": "\(keyed)"]
    }

    /// Takes a mail in.
    ///
    /// - Throws: what the database throws; the mail then counts as not taken.
    public func take(_ mail: IncomingMail) async throws -> Verdict {
        guard mail.octets.count <= Self.largestMail else { return .tooLarge }
        let settings = try await parts.settings.current()
        let now = parts.now()
        let message = MessageParser().parse(mail.octets)
        guard message.hops <= Self.mostHops, !OwnMailMark(keys: parts.keys).isOn(message) else { return .loop }
        var purposes: [Purpose?] = []
        for recipient in mail.recipients {
            guard let purpose = purpose(of: recipient, settings: settings, now: now), !purposes.contains(purpose)
            else { continue }
            purposes.append(purpose)
        }
        // Without an address of ours the Message-ID of the mail that it brings back may say what it is about.
        if purposes.isEmpty { purposes.append(nil) }
        var verdicts: [Verdict] = []
        for purpose in purposes { verdicts.append(try await take(mail, message, for: purpose, settings)) }
        return Self.order.first { verdicts.contains($0) } ?? .foreign
    }

    /// What a mail to several addresses came to is told by the first of these.
    private static let order: [Verdict] = [.applied, .passedOn, .known, .dropped]

    private func take(
        _ mail: IncomingMail, _ message: ParsedMessage, for purpose: Purpose?, _ settings: Settings
    ) async throws -> Verdict {
        var entry: OutboxEntryID?
        if case .returnPath(let id)? = purpose { entry = id }
        if entry == nil, let verdict = try await takeReports(of: message, for: purpose) { return verdict }
        let returned = BounceIntake.ReturnedMail(
            report: reader.parse(mail.octets), fingerprint: Self.fingerprint(mail.octets, message), keyedEntry: entry)
        let verdict = try await bounces.take(returned)
        switch (verdict, purpose) {
        case (.applied, _): return .applied
        case (.known, _): return .known
        case (.dropped, _): return .dropped
        case (.answer, .returnPath(let id)?):
            guard !Self.isAutomatic(mail, message) else { return .dropped }
            return try await passOn(.answer(to: id), mail, message, returned.fingerprint, settings)
        case (_, .administrators?):
            guard !Self.isAutomatic(mail, message) else { return .dropped }
            return try await passOn(.toAdministrators, mail, message, returned.fingerprint, settings)
        case (.answer, _), (.foreign, _): return .foreign
        }
    }

    /// Reads the reports of receivers that a mail brings; nil if it brings none.
    private func takeReports(of message: ParsedMessage, for purpose: Purpose?) async throws -> Verdict? {
        if purpose == .reports || TLSReportIntake.mightBeReport(message),
            let verdict = try await takeTLSReports(of: message)
        {
            return verdict
        }
        guard purpose == .reports || DMARCReportIntake.mightBeReport(message) else { return nil }
        let reports = DMARCReportIntake.attachments(of: message)
        var verdicts: [DMARCReportIntake.Verdict] = []
        for report in reports { verdicts.append(try await dmarcReports.take(report)) }
        if verdicts.contains(.stored) { return .applied }
        if verdicts.contains(.known) { return .known }
        if verdicts.contains(.tooMany) { return .dropped }
        // Somebody may have sent a ZIP to the postmaster; what came for reports and is none goes nowhere.
        return purpose == .reports ? .foreign : nil
    }

    /// Nil if it brings none that can be read.
    private func takeTLSReports(of message: ParsedMessage) async throws -> Verdict? {
        var verdicts: [TLSReportIntake.Verdict] = []
        for report in TLSReportIntake.attachments(of: message) { verdicts.append(try await tlsReports.take(report)) }
        if verdicts.contains(.stored) { return .applied }
        if verdicts.contains(.known) { return .known }
        if verdicts.contains(.tooMany) { return .dropped }
        return verdicts.contains(.foreign) ? .foreign : nil
    }

    private func passOn(
        _ errand: PassedOnMail.Errand, _ mail: IncomingMail, _ message: ParsedMessage, _ fingerprint: String,
        _ settings: Settings
    ) async throws -> Verdict {
        try await PassedOnMail(parts: parts, spool: spool, settings: settings, now: parts.now())
            .send(errand, mail, message, fingerprint: fingerprint)
    }

    /// RFC 5321, 4.5.5: mail with a null sender is a report or a program's; people have an address.
    private static func isAutomatic(_ mail: IncomingMail, _ message: ParsedMessage) -> Bool {
        mail.sender == .null || message.isAutomatic
    }

    /// The same mail has the same Message-ID however often and by whatever way it comes; without one its header counts.
    private static func fingerprint(_ octets: [UInt8], _ message: ParsedMessage) -> String {
        let (fields, _) = MessageHeaders.rawFields(Array(octets.prefix(65_536)))
        let id = message.messageID?.wireForm
        return Hex.encode(SHA256.hash(data: id.map { Data($0.utf8) } ?? Data(fields.flatMap { Array($0) })))
    }
}

extension Settings {
    /// The domains whose mail comes to us: that of keyed return paths, and `bounce.<sender domain>` where that is the way.
    public var ownMailDomains: Set<MailDomain> {
        var domains: Set<MailDomain> = []
        if let domain = returnPathDomain { domains.insert(domain) }
        // RFC 5321, 4.5.1: `postmaster` without a domain means the server itself.
        if let domain = try? MailDomain(parsing: mailServerName) { domains.insert(domain) }
        if returnPath == .subdomain {
            for name in senderDomains.keys {
                if let domain = try? MailDomain(parsing: "\(ReturnPathMode.bounceLabel).\(name.ascii)") {
                    domains.insert(domain)
                }
            }
        }
        return domains
    }

    /// Where mail to postmaster and abuse is passed on to; nil: to all administrators.
    public var postmaster: EmailAddress? { try? EmailAddress(parsing: text(.mailPostmaster)) }
}
