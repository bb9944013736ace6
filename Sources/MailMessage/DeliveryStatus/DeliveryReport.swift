/// What a mail that came back to a return path says about the mail that was sent.
public struct DeliveryReport: Sendable, Equatable {
    /// What such a mail is.
    public enum Kind: String, Sendable, CaseIterable {
        /// The mail could not be delivered to at least one recipient.
        case bounce
        /// The mail is still on its way.
        case delay
        /// The mail was delivered, or handed to a system that reports nothing further.
        case success
        /// A recipient called the mail spam (RFC 5965).
        case complaint
        /// A program answered for its owner: out of office and the like (RFC 3834).
        case autoReply = "auto-reply"
        /// None of these: probably a person wrote it.
        case message
    }

    /// What the mail is.
    public var kind: Kind
    /// Whom it speaks of; empty for a mail that is no report.
    public var recipients: [ReportedRecipient]
    /// The Message-ID of the mail that was sent, where the report brings it back.
    public var originalMessageID: MessageID?
    /// The header of the mail that was sent as far as it came back, at most 100 fields.
    public var originalHeaders: [ParsedHeader]
    /// The server that wrote the report, as it calls itself (`Reporting-MTA`, RFC 3464, 2.2.2); empty if unknown.
    public var reporter: String

    /// Whether it reports that a mail has not arrived, is late, or was unwelcome.
    public var isBounce: Bool { kind == .bounce || kind == .delay || kind == .complaint }
}

/// What a report says of one recipient.
public struct ReportedRecipient: Sendable, Equatable {
    /// What was done (RFC 3464, 2.3.3).
    public enum Action: String, Sendable, CaseIterable, Codable {
        /// It could not be delivered; nobody tries any more.
        case failed
        /// It could not be delivered yet.
        case delayed
        /// It was delivered.
        case delivered
        /// It was handed to a system that reports nothing further.
        case relayed
        /// It was delivered to a list, which sends it on.
        case expanded
    }

    /// The address that the last server had (`Final-Recipient`, RFC 3464, 2.3.2), or the one that the text names.
    public var address: EmailAddress
    /// The address that the mail was sent to (`Original-Recipient`, RFC 3464, 2.3.1), where the report tells.
    public var originalAddress: EmailAddress?
    /// What was done.
    public var action: Action
    /// The enhanced status code, where one was given (RFC 3463).
    public var status: EnhancedStatusCode?
    /// The reply code of the server that refused, where one was given (RFC 5321, 4.2).
    public var replyCode: Int?
    /// Why.
    public var failureClass: FailureClass
    /// Whether another try would fail too: the status or reply code is a permanent one.
    public var isPermanent: Bool
    /// What the server said, on one line, without control characters, at most 1,000 characters.
    public var diagnostic: String
    /// The server that said it (`Remote-MTA`, RFC 3464, 2.3.5); empty if unknown.
    public var remoteServer: String

    /// Whether the address itself is wrong, so that no further mail should go there: a permanent failure of the classes
    /// that speak of mailbox or domain (RFC 3463, 3.2).
    public var isAddressWrong: Bool {
        action == .failed && isPermanent && (failureClass == .noSuchUser || failureClass == .noSuchDomain)
    }
}
