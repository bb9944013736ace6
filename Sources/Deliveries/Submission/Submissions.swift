public import Foundation

/// Takes messages from programs into the outbox.
public struct Submissions: Sendable {
    /// A message that was handed in, with what is known of it when it is complete.
    public struct Envelope: Sendable {
        /// Who hands it in.
        public var submitter: Submitter
        /// Everything else.
        public var message: MessageSpool.Envelope

        /// An envelope.
        public init(submitter: Submitter, message: MessageSpool.Envelope) {
            self.submitter = submitter
            self.message = message
        }
    }

    /// Where messages go.
    public let spool: MessageSpool

    private let parts: AccountParts

    /// Submissions at the given parts.
    public init(_ parts: AccountParts) {
        self.parts = parts
        spool = MessageSpool(database: parts.database, keys: parts.keys, random: parts.random, now: parts.now)
    }

    /// The settings as they are now.
    public func settings() async throws -> Settings { try await parts.settings.current() }

    /// The time.
    public var now: Date { parts.now() }

    /// The credential as it is now; nil if it was revoked meanwhile.
    public func renewed(_ credential: SubmissionCredential) async throws -> SubmissionCredential? {
        let current = try await parts.database.read { try $0.submissions.credential(credential.id) }
        return current?.revokedAt == nil ? current : nil
    }

    /// Whether the hour's mails of a client are used up.
    public func isExhausted(_ submitter: Submitter) async throws -> Bool {
        guard let throttle = Self.throttle(submitter) else { return false }
        let now = parts.now()
        return try await parts.database.read { transaction in
            do {
                try throttle.limit.check(throttle.subject, in: transaction, now: now)
                return false
            } catch let error as DeliveriesError where error.code == .throttled {
                return true
            }
        }
    }

    /// Puts a complete message into the outbox; it may be acknowledged when this returns.
    ///
    /// - Throws: ``DeliveriesError`` `.throttled` if the hour's mails were used up meanwhile; what the database throws.
    public func complete(_ writer: MessageWriter, _ envelope: Envelope) async throws -> StoredMessage {
        let throttle = Self.throttle(envelope.submitter)
        let now = parts.now()
        let message = try await writer.complete(envelope.message) { transaction in
            try throttle?.limit.count(throttle?.subject ?? "", in: transaction, now: now)
        }
        parts.mailQueued()
        return message
    }

    private static func throttle(_ submitter: Submitter) -> (limit: Throttle, subject: String)? {
        guard case .credential(let credential) = submitter else { return nil }
        let limit = Throttle(name: "submission", limit: credential.limits.mailsPerHour, window: 3_600)
        return (limit, credential.id.description)
    }
}
