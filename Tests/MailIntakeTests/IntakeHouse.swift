import Deliveries
import Foundation
import Logging
import MailMessage
import SMTP
import Secrets
import SenderDomains
import Storage
import TestDatabases

@testable import MailIntake

/// The use cases behind the desks on a real database in a temporary folder.
struct IntakeHouse: Sendable {
    let database: any StoredDatabase
    let parts: AccountParts
    static let now = Date(timeIntervalSince1970: 1_795_439_100)

    static func with(_ body: (IntakeHouse) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("depesche-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let database = try await TestEngine.open(folder: folder)
        let result: Result<Void, any Error>
        do {
            try await body(try IntakeHouse(database))
            result = .success(())
        } catch {
            result = .failure(error)
        }
        try await database.close()
        try result.get()
    }

    private init(_ database: any StoredDatabase) throws {
        let random = SeededRandomSource(seed: 7)
        let keys = KeyRing(ephemeral: random)
        let now: @Sendable () -> Date = { Self.now }
        self.database = database
        parts = AccountParts(
            database: database, keys: keys, hasher: PasswordHasher(cost: .cheap),
            settings: try SettingsService(database: database, keys: keys, now: now),
            notifications: SystemNotifications(MailComposer(keys: keys, random: random)), random: random, now: now,
            mailQueued: {}, log: .quiet)
    }

    func addDomain(_ name: String, _ state: SenderDomain.State = .verified) async throws {
        let domain = try MailDomain(parsing: name)
        try await database.write { transaction in
            let added = SenderDomain(domain: domain, controlToken: "abc", now: Self.now)
            try transaction.senderDomains.insert(
                SenderDomain(
                    domain: domain, state: state, policy: added.policy, keys: [], control: added.control,
                    createdAt: Self.now, stateSince: Self.now, changedAt: Self.now, alignedBy: [],
                    bouncesReady: false, doubtedAt: nil, lastReport: nil, nextCheckAt: Self.now))
        }
    }

    /// A credential with its password.
    func credential(
        _ domains: String = "kunde.example", mailsPerHour: Int = 100, recipients: Int = 100, size: Int = 1 << 20
    ) async throws -> (user: String, password: String, credential: SubmissionCredential) {
        let made = try await SubmissionCredentials(parts).create(
            SubmissionCredentialForm(
                name: "x\(mailsPerHour)\(recipients)\(size)\(domains)", domains: domains,
                mailsPerHour: String(mailsPerHour), recipients: String(recipients), messageSize: String(size)),
            by: nil, origin: .commandLine)
        return (made.credential.id.description, made.password, made.credential)
    }

    func submission(_ access: SubmissionDesk.Access = .credentials) async throws -> SubmissionDesk {
        SubmissionDesk(
            access: access, hostName: .test, limits: try await parts.settings.current().submissionLimits,
            parts: parts)
    }

    /// The rows of the outbox with the octets of their messages.
    func outbox() async throws -> [(entry: OutboxEntry, message: StoredMessage, text: String)] {
        let spool = MessageSpool(database: database, keys: parts.keys, random: parts.random, now: parts.now)
        let entries = try await database.read { try $0.outbox.entries(OutboxFilter(), offset: 0, limit: 100) }
        var result: [(entry: OutboxEntry, message: StoredMessage, text: String)] = []
        for entry in entries.reversed() {
            guard let id = entry.message, let message = try await database.read({ try $0.messages.message(id) }) else {
                continue
            }
            var octets = Data()
            for number in 0..<message.chunks { octets += try await spool.chunk(number, of: id) }
            result.append((entry, message, String(decoding: octets, as: UTF8.self)))
        }
        return result
    }

    /// How many chunks of messages are stored, whole or not.
    func abandonedChunks() async throws -> Int {
        try await database.write { try $0.messages.removeAbandoned(before: Self.now.addingTimeInterval(1)) }
    }
}

/// Asks a conversation as a session does.
struct Asker {
    let conversation: any MailIntakeConversation

    init(_ desk: any MailIntakeDesk, from address: String = "198.51.100.7") {
        conversation = desk.conversation(with: MailIntakeClient(address: address))
    }

    func signIn(_ user: String, _ password: String) async -> SMTPServerSession.AuthenticationVerdict {
        await conversation.authenticate(user: user, password: SMTPSecret(password))
    }

    /// Hands a mail in.
    ///
    /// - Returns: the first refusal; `nil` if the mail was stored.
    func mail(
        from sender: String, to recipients: [String] = ["r@ziel.example"], _ text: String,
        parameters: SMTPMailParameters = SMTPMailParameters(), pieces: Int = 100
    ) async throws -> String? {
        var envelope = SMTPServerSession.Envelope(
            sender: sender.isEmpty ? .null : try SMTPEnvelopeAddress(sender), parameters: parameters)
        if case .refused(let reply) = await conversation.checkSender(envelope) { return "MAIL \(reply.lines[0])" }
        for recipient in recipients {
            let named = SMTPServerSession.Envelope.Recipient(address: try SMTPEnvelopeAddress(recipient))
            if case .refused(let reply) = await conversation.checkRecipient(named) { return "RCPT \(reply.lines[0])" }
            envelope.recipients.append(named)
        }
        let message = MailIntakeMessage(
            envelope: envelope, clientName: SMTPHelloName("client.example")!, transmission: .esmtpSA)
        if case .refused(let reply) = await conversation.beginMessage(message) { return "DATA \(reply.lines[0])" }
        let octets = Array(text.utf8)
        for start in stride(from: 0, to: octets.count, by: pieces) {
            await conversation.take(Array(octets[start..<min(start + pieces, octets.count)]))
        }
        if case .refused(let reply) = await conversation.completeMessage() { return reply.lines[0] }
        return nil
    }
}
