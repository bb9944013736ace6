public import Foundation
public import MailMessage

/// What a recipient sees at a link. What is not yet unlocked is not in it.
public struct RecipientPage: Equatable, Sendable {
    /// Where the delivery stands, seen from the recipient.
    public enum State: Equatable, Sendable {
        /// It can be fetched.
        case open
        /// The mail with its link left before all files were there.
        case unfinished
        /// Its sender took it back.
        case withdrawn
        /// Its time is over. While the files are kept, the recipient can ask for more time.
        case expired(canAsk: Bool, asked: Bool)
        /// Its files are gone.
        case removed
    }

    /// The delivery, without its password's hash, and without its message until that is unlocked.
    public let delivery: Delivery
    /// The sender's name; may be empty.
    public let senderName: String
    /// The sender's address.
    public let senderAddress: EmailAddress
    /// The link.
    public let link: Link
    /// Whom the link is for; on a shared one, who was proven in this browser, else `nil`.
    public let recipient: Recipient?
    /// The files; none until they are unlocked.
    public let files: [DeliveryFile]
    /// The files that this recipient has fetched completely.
    public let fetched: Set<DeliveryFileID>
    /// Where the delivery stands.
    public let state: State
    /// Whether the delivery's own password must be given first.
    public let needsPassword: Bool
    /// Whether a mailed code must be given first.
    public let needsCode: Bool
    /// Until when the code that this browser asked for is valid; `nil` if there is none to be given.
    public let codeValidUntil: Date?
    /// Whether the virus scanner lets the files be fetched.
    public let scan: DeliveryScan
    /// The browser, if it has acted at this link before.
    public let visitor: Visitor?

    /// Whether message and files can be seen and fetched.
    public var isUnlocked: Bool { state == .open && !needsPassword && !needsCode }
}
