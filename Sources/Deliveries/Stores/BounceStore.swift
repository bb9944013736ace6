public import Foundation

/// How far a mailbox of returned mail was read.
public struct BouncePosition: Equatable, Sendable {
    /// The mailbox: user, host and folder.
    public let mailbox: String
    /// The folder's UIDVALIDITY; when it changes, all numbers are new (RFC 9051, 2.3.1.1).
    public var uidValidity: Int64
    /// The last number that was looked at.
    public var lastUID: Int64

    /// A position.
    public init(mailbox: String, uidValidity: Int64, lastUID: Int64) {
        self.mailbox = mailbox
        self.uidValidity = uidValidity
        self.lastUID = lastUID
    }
}

/// Keeps how far mailboxes of returned mail were read, and which of their mails took effect.
public protocol BounceStore {
    /// How far a mailbox was read.
    func position(of mailbox: String) throws -> BouncePosition?
    /// Stores how far.
    func set(_ position: BouncePosition) throws
    /// Notes that a mail takes effect, in the transaction in which it does; false if it did before.
    ///
    /// - Parameters:
    ///   - fingerprint: what tells it from others.
    ///   - entry: the row of the outbox that it speaks of.
    ///   - now: the time.
    func note(_ fingerprint: String, entry: OutboxEntryID, at now: Date) throws -> Bool
    /// Forgets what was noted before that; returns how many.
    func forget(before: Date) throws -> Int
    /// The row of the outbox with that Message-ID, without angle brackets.
    func entry(messageID: String) throws -> OutboxEntryID?
}
