public import MailMessage

/// A mail that came to an address of ours.
public struct IncomingMail: Sendable {
    /// All of it, with its header.
    public let octets: [UInt8]
    /// Its envelope sender; nil if it is not known, as in a mailbox.
    public let sender: ReversePath?
    /// The addresses of ours that it came to: the envelope recipient, or what servers on the way wrote down.
    public let recipients: [EmailAddress]

    /// A mail.
    public init(octets: [UInt8], sender: ReversePath?, recipients: [EmailAddress]) {
        self.octets = octets
        self.sender = sender
        self.recipients = recipients
    }
}

extension ParsedMessage {
    /// Whether a program sent it, or it goes to many: nothing that a person waits for an answer to (RFC 3834, 2).
    var isAutomatic: Bool {
        for header in headers {
            let value = header.value.lowercased()
            switch header.name.lowercased() {
            case "auto-submitted": if !value.hasPrefix("no") { return true }
            // RFC 2369 and RFC 2919: a list's.
            case "list-id", "list-unsubscribe", "list-post", "list-help", "list-owner", "list-archive": return true
            case "precedence":
                if ["bulk", "list", "junk", "auto"].contains(where: { value.hasPrefix($0) }) { return true }
            case "x-autoreply", "x-autorespond", "x-auto-reply-from", "feedback-id", "x-loop": return true
            case "return-path": if value.filter({ $0 != " " }) == "<>" { return true }
            default: break
            }
        }
        let local = mailboxes(.from).first?.address.localPart.lowercased() ?? ""
        return ["mailer-daemon", "noreply", "no-reply", "donotreply", "do-not-reply"].contains(local)
    }

    /// How many servers it passed.
    var hops: Int { headers.count { $0.name.lowercased() == "received" } }
}
