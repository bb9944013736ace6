public import Foundation

/// What a report that we write says of one recipient (RFC 3464, 2.3).
public struct NotifiedRecipient: Sendable, Hashable {
    /// The address that the sender gave in the first place (ORCPT; RFC 3461, 4.2).
    public struct Original: Sendable, Hashable, Codable {
        /// The type of the address in lower case, such as `rfc822`.
        public var type: String
        /// The address, decoded from xtext.
        public var address: String

        /// An address of a type.
        public init(type: String, address: String) {
            self.type = type
            self.address = address
        }
    }

    /// The address that the mail went to.
    public var address: EmailAddress
    /// The address of ORCPT, if there was one.
    public var original: Original?
    /// What was done.
    public var action: ReportedRecipient.Action
    /// The enhanced status code.
    public var status: EnhancedStatusCode
    /// The class of the failure: what the words for people are chosen by.
    public var failureClass: FailureClass
    /// The server that answered, as a host name or an address in brackets; empty if none did.
    public var remoteServer: String
    /// What it answered, with its reply code; empty if it said nothing.
    public var diagnostic: String
    /// When the last attempt was made.
    public var lastAttempt: Date?
    /// Until when it is tried, for a delayed mail.
    public var willRetryUntil: Date?

    /// What became of a mail to a recipient.
    public init(
        address: EmailAddress, original: Original? = nil, action: ReportedRecipient.Action, status: EnhancedStatusCode,
        failureClass: FailureClass = .unknown, remoteServer: String = "", diagnostic: String = "",
        lastAttempt: Date? = nil, willRetryUntil: Date? = nil
    ) {
        self.address = address
        self.original = original
        self.action = action
        self.status = status
        self.failureClass = failureClass
        self.remoteServer = remoteServer
        self.diagnostic = diagnostic
        self.lastAttempt = lastAttempt
        self.willRetryUntil = willRetryUntil
    }
}
