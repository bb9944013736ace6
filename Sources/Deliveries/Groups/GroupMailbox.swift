public import MailMessage

/// The address under which a group sends and sees deliveries: a function mailbox.
public struct GroupMailbox: Equatable, Sendable {
    /// The address; unique among mailboxes and accounts by its comparison key.
    public var address: EmailAddress
    /// What recipients see as its name, one line; never empty.
    public var name: String

    /// A mailbox.
    public init(address: EmailAddress, name: String) {
        self.address = address
        self.name = name
    }

    /// Name and address.
    public var mailbox: Mailbox { Mailbox(name: name, address: address) }
}

/// A mailbox from which an account may send.
public struct SenderMailbox: Equatable, Sendable {
    /// The group that it belongs to.
    public let group: GroupID
    /// Name and address.
    public let mailbox: GroupMailbox
}

/// What somebody typed about the mailbox of a group.
public struct MailboxForm: Equatable, Sendable {
    /// The address; empty takes the mailbox away.
    public var address: String
    /// What recipients see as its name; empty: what the group is called.
    public var name: String
    /// The address of the mailbox that takes over the deliveries of one that is taken away; empty: none.
    public var handOverTo: String

    /// A form with what was typed.
    public init(address: String, name: String = "", handOverTo: String = "") {
        self.address = address
        self.name = name
        self.handOverTo = handOverTo
    }
}
