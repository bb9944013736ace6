import Foundation
public import Localization
public import MailMessage

/// In whose name a delivery goes out, and who hears what becomes of it: the account that made it, or a mailbox.
public struct DeliverySender: Equatable, Sendable {
    /// The account that made the delivery: its rules and its quota count.
    public let account: Account
    /// The mailbox that it was sent from; nil: the account's own address.
    public let mailbox: GroupMailbox?

    /// A sender.
    public init(account: Account, mailbox: GroupMailbox? = nil) {
        self.account = account
        self.mailbox = mailbox
    }

    /// Name and address as recipients see them.
    public var person: Mailbox { mailbox?.mailbox ?? account.mailbox }
    /// The language of what it is told.
    public var language: Language { account.language }
    /// Whether somebody is there to be told: people leave, a mailbox stays.
    var isReachable: Bool { mailbox != nil || account.state == .active }

    /// Whether an account is the one in whose own name the delivery went out.
    func isPerson(_ account: Account) -> Bool { mailbox == nil && self.account.id == account.id }
}

extension Transaction {
    /// In whose name a delivery goes out.
    func sender(of delivery: Delivery) throws -> DeliverySender {
        guard let account = try accounts.account(delivery.sender) else {
            throw DeliveriesError(.trouble, detail: "delivery \(delivery.id) has no sender")
        }
        return DeliverySender(account: account, mailbox: try delivery.mailbox.flatMap { try groups.group($0)?.mailbox })
    }

    /// The mailboxes from which an account may send, by the names of their groups.
    func mailboxes(of account: AccountID) throws -> [SenderMailbox] {
        try groups.groups(of: account).compactMap { group in
            group.mailbox.map { SenderMailbox(group: group.id, mailbox: $0) }
        }
    }

    /// The mailbox that somebody chose as sender by its address; nil for the account's own address, or for nothing.
    ///
    /// - Throws: what is wrong, at `from`: one that is not there is not told apart from somebody else's.
    func mailbox(typed: String, for account: AccountID) throws -> GroupID? {
        let typed = typed.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !typed.isEmpty else { return nil }
        if let key = try? EmailAddress(parsing: typed).comparisonKey {
            if try accounts.account(account)?.email.comparisonKey == key { return nil }
            if let found = try mailboxes(of: account).first(where: { $0.mailbox.address.comparisonKey == key }) {
                return found.group
            }
        }
        throw FieldError("from", "not-your-mailbox")
    }

    /// Whether the maker of a draft may still send from the mailbox that was chosen.
    func mailboxProblems(of draft: Delivery) throws -> [FieldError] {
        guard let mailbox = draft.mailbox, try !mailboxes(of: draft.sender).contains(where: { $0.group == mailbox })
        else { return [] }
        return [FieldError("from", "not-your-mailbox")]
    }
}
