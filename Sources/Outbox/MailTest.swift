public import DNS
public import Deliveries
public import Foundation
public import Localization
public import MailMessage
import MailTemplates
public import SMTP
public import Secrets
public import SenderDomains

/// A test mail by the real way: the same composition, outbox row, sender decision and attempt as any delivery mail.
public struct MailTest: Sendable {
    /// One step of the way.
    public struct Step: Sendable, Equatable, Codable {
        /// Which: `composed`, `connected`, `secured`, `signed-in`, `sender`, `recipient`, `accepted`.
        public enum Name: String, Sendable, CaseIterable, Codable {
            /// The mail was composed, its sender decided.
            case composed
            /// The server was reached and greeted.
            case connected
            /// The connection is encrypted and the certificate accepted.
            case secured
            /// The sign-in succeeded.
            case signedIn = "signed-in"
            /// The sender was accepted.
            case sender
            /// The recipient was accepted.
            case recipient
            /// The mail was taken over.
            case accepted
        }

        /// Which step.
        public let name: Name
        /// Whether it succeeded; `nil` if it was not reached.
        public let isDone: Bool?
    }

    /// What the test came to.
    public struct Report: Sendable, Codable {
        /// The row in the outbox.
        public let entry: OutboxEntryID
        /// Whom the mail was for.
        public let to: EmailAddress
        /// How far the mail is.
        public let state: OutboxEntry.State
        /// What the server answered last; may be empty.
        public let answer: String
        /// The class of what went wrong; empty if nothing did.
        public let failureClass: String
        /// Whom recipients see.
        public let sender: SenderDecision?
        /// The steps in their order.
        public let steps: [Step]
        /// What is wrong and what to change, in plain words; `nil` if nothing is.
        public let advice: Phrase?
        /// The conversation.
        public let conversation: SMTPConversation
        /// What finds the mail again where it arrived.
        public let marker: String
        /// Whether the mail was handed over.
        public var isHandedOver: Bool { state == .handedOver }
    }

    private let database: any Database
    private let settings: SettingsService
    private let attempt: MailAttempt
    private let composer: MailComposer
    private let resolver: any DNSResolver
    private let random: any RandomSource
    private let now: @Sendable () -> Date

    /// - Parameters:
    ///   - database: where the outbox is.
    ///   - settings: which way mail leaves.
    ///   - attempt: carries out the attempt.
    ///   - composer: composes the mail.
    ///   - resolver: who is asked for the keys of signatures on a test mail that came back.
    ///   - random: makes the marker that finds the mail again.
    ///   - now: the clock.
    public init(
        database: any Database, settings: SettingsService, attempt: MailAttempt, composer: MailComposer,
        resolver: any DNSResolver, random: any RandomSource, now: @escaping @Sendable () -> Date
    ) {
        self.database = database
        self.settings = settings
        self.attempt = attempt
        self.composer = composer
        self.resolver = resolver
        self.random = random
        self.now = now
    }

    /// Sends a test mail and waits for the outcome of its first attempt.
    ///
    /// - Parameters:
    ///   - to: any address, also outside.
    ///   - author: in whose name; `nil` for the system sender.
    ///   - language: the mail's language.
    public func run(to: EmailAddress, author: Account?, language: Language) async throws -> Report {
        let current = try await settings.current()
        let at = now()
        let marker = "DPS-" + Identifier<OutboxEntry>(now: at, random: random).description.uppercased()
        var entry = try entry(marker: marker, to: to, author: author, language: language, settings: current, at: at)
        entry.leasedUntil = at.addingTimeInterval(600)  // The worker leaves it to us.
        let stored = entry
        try await database.write { try $0.outbox.insert([stored]) }
        let report = try await attempt.carryOut(stored, settings: current, isInteractive: true)
        let settled = try await settle(report)
        return Report(
            entry: settled.id, to: settled.to, state: settled.state, answer: settled.lastAnswer,
            failureClass: settled.failureClass, sender: report.sender,
            steps: Self.steps(report.outcome, settings: current),
            advice: Self.advice(report.outcome, settings: current), conversation: report.outcome.conversation,
            marker: marker)
    }

    /// A test that failed for the settings' sake is over: it must not arrive when they are put right, nor try a wrong
    /// password again and again. What the server itself put off waits as any mail.
    private func settle(_ report: AttemptReport) async throws -> OutboxEntry {
        let isOver =
            switch report.outcome.result {
            case .deferred(_, _, let concernsHost): concernsHost || report.outcome.failure?.kind == .authentication
            case .unknown: true
            default: false
            }
        guard isOver else { return report.entry }
        let at = now()
        return try await database.write { transaction in
            guard var entry = try transaction.outbox.entry(report.entry.id), entry.state == .queued else {
                return report.entry
            }
            entry.state = .failed
            entry.finishedAt = at
            try transaction.outbox.update(entry)
            return entry
        }
    }

    /// Compares a test mail that came back with what was sent, and verifies its signatures.
    ///
    /// - Parameters:
    ///   - source: the mail's source text as it arrived, at most 4 MiB of it are read.
    ///   - marker: the marker of the report.
    /// - Throws: `DeliveriesError` `.invalid` if the marker is none.
    public func compare(_ source: [UInt8], marker: String) async throws -> ReturnedTestMail {
        let current = try await settings.current()
        let at = now()
        guard let mail = try content(marker: marker, author: nil, to: nil, settings: current, at: at) else {
            throw DeliveriesError(.invalid, fields: [FieldError("marker", "malformed")])
        }
        return await ReturnedTestMail(
            source: Array(source.prefix(4 << 20)), marker: marker, sent: mail.links, resolver: resolver, at: at)
    }

    private func entry(
        marker: String, to: EmailAddress, author: Account?, language: Language, settings: Settings, at now: Date
    ) throws -> OutboxEntry {
        guard let content = try content(marker: marker, author: author, to: to, settings: settings, at: now) else {
            throw DeliveriesError(.trouble, detail: "the test mail cannot be composed")
        }
        return try composer.entry(
            content, to: Mailbox(address: to),
            author: author.map { .sender(DeliverySender(account: $0)) } ?? .system, language: language,
            settings: settings, now: now)
    }

    private func content(
        marker: String, author: Account?, to: EmailAddress?, settings: Settings, at now: Date
    ) throws -> TestMail? {
        let asking = author.map { Mailbox(name: $0.name, address: $0.email) } ?? settings.systemSender
        let fallback = try EmailAddress(parsing: "postmaster@\(settings.messageIDDomain)")
        guard let publicURL = MailLink(settings.text(.serverPublicURL)) else { return nil }
        return TestMail(
            marker: marker, publicURL: publicURL,
            requestedBy: MailPerson(
                asking ?? Mailbox(address: to ?? fallback), organisation: settings.organisationName), requestedAt: now)
    }
}
