/// What reports on a mail are asked for (RFC 3461, 4). What is not given is not said.
public struct SMTPNotificationRequest: Sendable, Hashable {
    /// RET: whether a report brings back the whole message; nil if not given.
    public var returnsAll: Bool?
    /// ENVID, not encoded: what reports name the mail by.
    public var envelopeID: String?
    /// NOTIFY: `NEVER` or a list such as `FAILURE,DELAY`; for all recipients.
    public var notify: String?
    /// ORCPT, not encoded, with its type: `rfc822;user@example.com`; for all recipients.
    public var originalRecipient: String?

    /// Makes a request.
    public init(
        returnsAll: Bool? = nil, envelopeID: String? = nil, notify: String? = nil, originalRecipient: String? = nil
    ) {
        self.returnsAll = returnsAll
        self.envelopeID = envelopeID
        self.notify = notify
        self.originalRecipient = originalRecipient
    }

    /// The parameters of MAIL (RFC 3461, 4.3 and 4.4).
    var mailParameters: [String] {
        [
            returnsAll.map { "RET=\($0 ? "FULL" : "HDRS")" },
            envelopeID.map { "ENVID=\(SMTPXText.encode($0.utf8))" },
        ].compactMap(\.self)
    }

    /// The parameters of RCPT (RFC 3461, 4.1 and 4.2).
    var recipientParameters: [String] {
        let original = originalRecipient.flatMap { text -> String? in
            let parts = text.split(separator: ";", maxSplits: 1)
            return parts.count == 2 ? "ORCPT=\(parts[0]);\(SMTPXText.encode(parts[1].utf8))" : nil
        }
        return [notify.map { "NOTIFY=\($0)" }, original].compactMap(\.self)
    }
}
