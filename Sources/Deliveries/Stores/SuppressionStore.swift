public import MailMessage

/// Keeps addresses that get no further mail. Addresses are told apart by their comparison key.
public protocol SuppressionStore {
    /// Stores a suppression in place of the one that the address had, if any.
    func set(_ suppression: Suppression) throws
    /// The suppression of an address.
    func suppression(of address: EmailAddress) throws -> Suppression?
    /// The suppressions of some addresses, in no order.
    func suppressions(of addresses: [EmailAddress]) throws -> [Suppression]
    /// Takes the suppression of an address away; returns it.
    func remove(_ address: EmailAddress) throws -> Suppression?
    /// Suppressions, newest first; `search` matches parts of the address.
    func suppressions(search: String, offset: Int, limit: Int) throws -> [Suppression]
    /// How many match.
    func suppressionCount(search: String) throws -> Int

    /// Notes that an address gets no reminders; an earlier note stays.
    func refuseReminders(_ refusal: ReminderRefusal) throws
    /// Lets reminders go to an address again; returns whether they did not.
    func allowReminders(to address: EmailAddress) throws -> Bool
    /// Those of some addresses that get no reminders, in no order.
    func reminderRefusals(of addresses: [EmailAddress]) throws -> [ReminderRefusal]
    /// Addresses that get no reminders, newest first; `search` matches parts of the address.
    func reminderRefusals(search: String, offset: Int, limit: Int) throws -> [ReminderRefusal]
    /// How many match.
    func reminderRefusalCount(search: String) throws -> Int
}
