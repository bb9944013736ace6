/// Reports in free words, and how they are told from what people write.
extension DeliveryReportParser {
    /// The header line by which Exim and a large provider name whom they could not reach.
    static func failedRecipients(_ message: ParsedMessage) -> String? {
        message.headers.first { $0.name.lowercased() == "x-failed-recipients" }?.value
    }

    func freeText(_ message: ParsedMessage) -> DeliveryReport? {
        let failed = Self.failedRecipients(message)
        guard failed != nil || Self.isDaemon(message), let text = Self.text(message) else { return nil }
        let words = BounceText(text, mail: message)
        var recipients = words.recipients(failed: failed)
        let original = returned(message)
        if recipients.isEmpty, words.soundsLikeABounce,
            let address = original.mailboxes(.to).first?.address ?? words.returnedTo
        {
            recipients = [words.recipient(address, reason: words.text)]
        }
        guard !recipients.isEmpty else { return nil }
        return DeliveryReport(
            kind: Self.kind(recipients), recipients: recipients,
            originalMessageID: original.messageID ?? words.returnedMessageID,
            originalHeaders: Array(original.headers.prefix(100)), reporter: "")
    }

    /// A report whose parts were lost on the way, or whose boundaries are missing or broken: all of it is text.
    func loose(_ mail: [UInt8], _ message: ParsedMessage) -> DeliveryReport? {
        guard case .parts = message.root.content, Self.text(message) == nil,
            !message.root.all.contains(where: { $0.contentType.mediaType.hasPrefix("message/") })
        else { return nil }
        let text = Charset.decode(mail, named: "utf-8")
        let lines = ReportText.lines(of: text, atMost: 5_000).drop { !$0.isEmpty }
        return spoken(lines.joined(separator: "\n"), of: message)
    }

    /// A report that somebody forwarded as text, often with `>` before each line.
    func forwarded(_ message: ParsedMessage) -> DeliveryReport? {
        let subject = (message.subject ?? "").lowercased()
        guard ["fw:", "fwd:", "wg:", "tr:"].contains(where: { subject.hasPrefix($0) }),
            Self.subjects.contains(where: { subject.contains($0) }), let text = Self.text(message)
        else { return nil }
        let lines = ReportText.lines(of: text, atMost: 2_000).map { line in String(line.drop { $0 == ">" || $0 == " " })
        }
        let start = lines.firstIndex { line in
            let folded = line.lowercased()
            return (folded.hasPrefix("from:") || folded.hasPrefix("von:"))
                && ["mailer-daemon", "postmaster", "mail delivery"].contains { folded.contains($0) }
        }
        guard let start, let end = lines[start...].firstIndex(where: \.isEmpty) else { return nil }
        return spoken(lines[end...].joined(separator: "\n"), of: message)
    }

    /// What a text says that may have the fields of RFC 3464 in it.
    func spoken(_ text: String, of message: ParsedMessage) -> DeliveryReport? {
        let words = BounceText(text, mail: message)
        let groups = StatusFields(text).groups
        var recipients = groups.filter { $0["final-recipient"] != nil }.prefix(1_000)
            .compactMap { recipient($0, spoken: words) }
        if recipients.isEmpty { recipients = words.recipients(failed: nil) }
        guard !recipients.isEmpty else { return nil }
        return DeliveryReport(
            kind: Self.kind(recipients), recipients: recipients, originalMessageID: words.returnedMessageID,
            originalHeaders: [], reporter: "")
    }

    private static let daemons: Set<String> = [
        "mailer-daemon", "mailerdaemon", "postmaster", "post_master", "mail-daemon", "maildaemon", "mailer_daemon",
        "mdaemon",
        "mail delivery subsystem", "mail delivery system", "root", "bounce",
        "microsoftexchange329e71ec88ae4615bbc36ab6ce41109e",
    ]
    private static let subjects = [
        "undeliver", "delivery fail", "delivery status", "returned mail", "mail delivery", "failure notice",
        "failure delivery", "delivery error", "delivery problem", "delivery notification", "delivery report",
        "delivery delay", "message delayed", "could not be delivered", "non-delivery", "nondelivery", "not delivered",
        "mail failure", "mail system error", "unzustellbar", "nicht zugestellt", "zustellung", "delivery unsuccessful",
        "message status", "non remis", "no entregado", "mancato recapito", "returned to sender", "bounced",
        "mail could not", "warning: message", "warning: could not send", "unable to deliver", "user unknown",
        "delivery has failed", "failed mail", "rejected", "undelivered", "メールエラー", "non delivery", "recapito", "bounce",
    ]

    /// Whether a mail server seems to speak: the null return path, its name in From, or a subject that only they write.
    static func isDaemon(_ message: ParsedMessage) -> Bool {
        let subject = (message.subject ?? "").lowercased()
        let isSubject = subjects.contains { subject.contains($0) }
        // An answer or a forwarded copy of a person quotes the subject; it is no report by itself.
        let isPersonal = ["re:", "aw:", "fw:", "fwd:", "wg:"].contains { subject.hasPrefix($0) }
        let from = message.mailboxes(.from).first
        let local = from?.address.localPart.lowercased() ?? ""
        let raw = (message.rawHeader(.from) ?? "").lowercased()
        let isDaemon =
            daemons.contains(local) || raw.contains("mailer-daemon") || raw.contains("mail delivery")
            || raw.contains("mail administrator") || raw.contains("microsoftexchange")
        if isDaemon { return true }
        let path = message.headers.first { $0.name.lowercased() == "return-path" }?.value ?? ""
        if path.filter({ $0 != " " }) == "<>" { return !AutomaticAnswer.isOne(message) || isSubject }
        return isSubject && !isPersonal
    }

    static func hasReportPart(_ message: ParsedMessage) -> Bool {
        message.root.all.contains {
            $0.contentType.mediaType == "message/delivery-status"
                || $0.contentType.mediaType == "message/feedback-report"
        }
    }
}
