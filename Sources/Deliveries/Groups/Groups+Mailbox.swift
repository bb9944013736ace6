import Foundation
import MailMessage
import SenderDomains

extension Groups {
    /// Takes over what was typed about a group's mailbox.
    ///
    /// - Returns: what is wrong with it.
    static func apply(
        _ form: MailboxForm, to group: inout AccountGroup, in transaction: any Transaction
    ) throws -> [FieldError] {
        guard !form.address.allSatisfy(\.isWhitespace) else {
            group.mailbox = nil
            return []
        }
        var fields = AccountFields()
        let name = HeaderText(cleaning: String(form.name.prefix(4_096))).value
        if name.count > AccountGroup.nameCharacters || name.utf8.count > AccountGroup.nameCharacters * 8 {
            fields.add([FieldError("mailboxName", "too-long", ["most": String(AccountGroup.nameCharacters)])])
        }
        if let address = fields.email(form.address, field: "mailbox") {
            if address.comparisonKey != group.mailbox?.address.comparisonKey {
                fields.add(try problems(with: address, of: group.id, in: transaction))
            }
            group.mailbox = GroupMailbox(address: address, name: name.isEmpty ? group.name : name)
        }
        return fields.mistakes
    }

    private static func problems(
        with address: EmailAddress, of group: GroupID, in transaction: any Transaction
    ) throws -> [FieldError] {
        if try transaction.accounts.account(email: address) != nil { return [FieldError("mailbox", "address-taken")] }
        if let other = try transaction.groups.group(mailbox: address), other.id != group {
            return [FieldError("mailbox", "mailbox-taken", ["group": other.name])]
        }
        do {
            _ = try DomainEntry(typed: address.domain.ascii)
        } catch .mailboxProvider(let domain) {
            return [FieldError("mailbox", "mailbox-provider", ["domain": domain])]
        } catch {
            // A domain of a local network may have mailboxes, too.
        }
        return []
    }

    /// Makes sure that no delivery belongs to a mailbox that goes away: another one takes them over, drafts too.
    ///
    /// - Throws: ``DeliveriesError`` `.invalid` at `handOverTo`: `mailbox-in-use`, or `no-such-mailbox`.
    static func settle(
        _ id: GroupID, handOverTo typed: String, by actor: AccountID?, origin: RequestOrigin,
        in transaction: any Transaction, now: Date
    ) throws {
        let count = try transaction.deliveries.count(inMailbox: id)
        guard count > 0 else { return }
        guard !typed.allSatisfy(\.isWhitespace) else {
            throw DeliveriesError(
                .invalid, fields: [FieldError("handOverTo", "mailbox-in-use", ["count": String(count)])])
        }
        guard let address = try? EmailAddress(parsing: typed.trimmingCharacters(in: .whitespacesAndNewlines)),
            let other = try transaction.groups.group(mailbox: address), other.id != id
        else { throw DeliveriesError(.invalid, fields: [FieldError("handOverTo", "no-such-mailbox")]) }
        try transaction.deliveries.moveMailbox(from: id, to: other.id)
        try note(.groupMailboxHandedOver, "\(id) \(other.id)", by: actor, origin: origin, in: transaction, now: now)
    }

    /// How many deliveries, drafts among them, belong to a group's mailbox, and the mailboxes that could take them over.
    public func mailboxPlan(of id: GroupID) async throws -> (deliveries: Int, others: [SenderMailbox]) {
        try await parts.database.read { transaction in
            let others = try transaction.groups.groups().map(\.group).filter { $0.id != id }.compactMap { group in
                group.mailbox.map { SenderMailbox(group: group.id, mailbox: $0) }
            }
            return (try transaction.deliveries.count(inMailbox: id), others)
        }
    }
}

extension Transaction {
    /// Refuses an address that an account or a mailbox has.
    func checkFree(_ email: EmailAddress) throws {
        if try accounts.account(email: email) != nil {
            throw DeliveriesError(.invalid, fields: [FieldError("email", "address-taken")])
        }
        if let group = try groups.group(mailbox: email) {
            throw DeliveriesError(.invalid, fields: [FieldError("email", "mailbox-taken", ["group": group.name])])
        }
    }
}
