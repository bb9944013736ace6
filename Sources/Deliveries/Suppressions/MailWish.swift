public import Foundation
public import MailMessage

/// Which mail the owner of an address wants from this system. The raw values are stable.
public enum MailWish: String, Sendable, CaseIterable {
    /// All of it.
    case all
    /// All but reminders.
    case noReminders = "no-reminders"
    /// None but what the owner asks for in the same moment, such as codes.
    case none
}

/// An address whose owner wants no reminders.
public struct ReminderRefusal: Equatable, Sendable {
    /// The address. Case does not tell two apart.
    public let address: EmailAddress
    /// Since when.
    public let at: Date

    /// A refusal.
    public init(address: EmailAddress, at: Date) {
        self.address = address
        self.at = at
    }
}

extension Transaction {
    /// Which mail the owner of an address wants.
    func mailWish(of address: EmailAddress) throws -> MailWish {
        if try suppressions.suppression(of: address)?.reason.isOwnersWish == true { return .none }
        return try suppressions.reminderRefusals(of: [address]).isEmpty ? .all : .noReminders
    }

    /// The wishes of several owners, by the addresses' comparison keys; who wants all mail is not among them.
    func mailWishes(of addresses: [EmailAddress]) throws -> [String: MailWish] {
        var wishes: [String: MailWish] = [:]
        for refusal in try suppressions.reminderRefusals(of: addresses) {
            wishes[refusal.address.comparisonKey] = .noReminders
        }
        for suppression in try suppressions.suppressions(of: addresses) where suppression.reason.isOwnersWish {
            wishes[suppression.address.comparisonKey] = MailWish.none
        }
        return wishes
    }

    /// Those who may be reminded: who wants no reminders, or no mail at all, gets none.
    func withoutRefusals(_ recipients: [Recipient]) throws -> [Recipient] {
        let wishes = try mailWishes(of: recipients.map(\.email))
        return recipients.filter { wishes[$0.email.comparisonKey] == nil }
    }
}
