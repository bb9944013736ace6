public import Foundation
public import MailMessage

/// An address that gets no further mail: because it is wrong, or because its owner wants none.
public struct Suppression: Equatable, Sendable {
    /// Why. The raw values are stable.
    public enum Reason: String, Sendable, CaseIterable {
        /// The mailbox does not exist.
        case noSuchUser = "no-such-user"
        /// The domain does not exist or takes no mail.
        case noSuchDomain = "no-such-domain"
        /// The mailbox is shut.
        case inactive
        /// Its owner called a mail of ours spam.
        case complaint
        /// Its owner asked for no more mail from this system.
        case unsubscribed

        /// Whether the owner wants it so. Then senders cannot lift it, and a sign of life does not either.
        public var isOwnersWish: Bool { self == .complaint || self == .unsubscribed }

        /// The reason of a class of failures; nil for those that do not condemn the address: a full mailbox empties, and
        /// rules, content and reputation are about us.
        public init?(_ failureClass: FailureClass) {
            switch failureClass {
            case .noSuchUser: self = .noSuchUser
            case .noSuchDomain: self = .noSuchDomain
            case .inactive: self = .inactive
            case .complaint: self = .complaint
            default: return nil
            }
        }

        /// The class under which a mail fails that is not sent because of it.
        public var failureClass: FailureClass {
            switch self {
            case .noSuchUser: .noSuchUser
            case .noSuchDomain: .noSuchDomain
            case .inactive: .inactive
            case .complaint: .complaint
            case .unsubscribed: .policy
            }
        }
    }

    /// The address. Case does not tell two apart.
    public let address: EmailAddress
    /// Why.
    public let reason: Reason
    /// What a server said of it, or empty.
    public let answer: String
    /// The row of the outbox that it came of; nil if an administrator entered it.
    public let source: OutboxEntryID?
    /// Since when.
    public let at: Date

    /// A suppression with all its parts.
    public init(address: EmailAddress, reason: Reason, answer: String, source: OutboxEntryID?, at: Date) {
        self.address = address
        self.reason = reason
        self.answer = answer
        self.source = source
        self.at = at
    }

    /// What stands as the answer at a mail that is not sent because of it.
    public var words: String {
        let day = at.formatted(.iso8601.year().month().day())
        let why =
            switch reason {
            case .noSuchUser, .noSuchDomain, .inactive:
                answer.isEmpty ? "An earlier mail came back." : "An earlier mail came back: \(answer)"
            case .complaint: "Its owner reported an earlier mail as spam."
            case .unsubscribed: "Its owner asked for no more mail."
            }
        return String("Not sent. The address is suppressed since \(day). \(why)".prefix(500))
    }
}
