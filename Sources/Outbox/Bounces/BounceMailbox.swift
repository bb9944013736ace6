public import Foundation

/// A mailbox that reports come to.
public protocol BounceMailbox: Sendable {
    /// Opens the folder for a while.
    ///
    /// - Throws: what stopped it, in a form for the log; what `body` throws.
    func open<Result: Sendable>(
        _ body: @Sendable (any OpenBounceMailbox) async throws -> Result
    ) async throws -> Result
}

/// What happens to a mail that was read.
public enum BounceDisposal: Equatable, Sendable {
    /// Nothing.
    case leave
    /// It is marked as read.
    case markRead
    /// It is marked for somebody to look at.
    case flag
    /// It is taken away.
    case delete
    /// It is moved to a folder.
    case move(to: String)
}

/// The folder of such a mailbox, open.
public protocol OpenBounceMailbox: Sendable {
    /// What its numbers are good for (RFC 9051, 2.3.1.1).
    var uidValidity: UInt32 { get }
    /// The number that the next mail gets.
    var nextUID: UInt32 { get }

    /// The numbers of mails in a range that came at that time or later, ascending.
    func uids(in range: ClosedRange<UInt32>, since: Date) async throws -> [UInt32]
    /// The beginning of a mail's header; nil if the mail is gone.
    func header(of uid: UInt32) async throws -> [UInt8]?
    /// A mail from its beginning; nil if it is gone.
    func mail(_ uid: UInt32) async throws -> [UInt8]?
    /// Treats a mail that was read.
    func dispose(of uid: UInt32, _ disposal: BounceDisposal) async throws
}
