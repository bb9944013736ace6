/// Reads what came back to a return path: reports after RFC 3464, 6522 and 5965, and the free words of servers that do
/// not know them.
///
/// Never fails, and looks no further than its limits: everything in such a mail may be forged. Who sent it and whether it
/// is believed is the caller's to judge.
public struct DeliveryReportParser: Sendable {
    /// How deep a report may be wrapped into forwarded mails.
    private static let mostWraps = 4

    let parser: MessageParser
    /// How many octets of a mail are read. What lies beyond is the mail that came back.
    public var mostOctets: Int

    /// A parser that reads at most 4 MiB of a mail.
    public init(mostOctets: Int = 4 << 20) {
        var limits = MessageParser.Limits()
        limits.parts = 100
        parser = MessageParser(limits: limits)
        self.mostOctets = mostOctets
    }

    /// Reads a mail.
    ///
    /// - Parameter mail: the mail with its header; line ends may be LF.
    public func parse(_ mail: [UInt8]) -> DeliveryReport {
        var mail = mail.count > mostOctets ? Array(mail[..<mostOctets]) : mail
        // What was saved on an old computer has CR alone as line end.
        if !mail.contains(0x0A) { mail = mail.map { $0 == 0x0D ? 0x0A : $0 } }
        let message = parser.parse(mail)
        if let report = report(message, wraps: 0) { return report }
        if Self.isDaemon(message), let report = loose(mail, message) { return report }
        let kind: DeliveryReport.Kind = AutomaticAnswer.isOne(message) ? .autoReply : .message
        return DeliveryReport(
            kind: kind, recipients: kind == .autoReply ? Self.answerer(message) : [],
            originalMessageID: message.rawHeader(.inReplyTo).flatMap { MessageID.list(in: $0).first },
            originalHeaders: [], reporter: "")
    }

    /// Whether a mail may be a report, by its header alone: so that others need not be fetched whole.
    ///
    /// - Parameter header: the header, or the beginning of the mail.
    public func mightBeReport(header: [UInt8]) -> Bool {
        let message = parser.parse(header)
        let type = message.root.contentType
        return type.mediaType == "multipart/report" || Self.isDaemon(message)
            || message.headers.contains { $0.name.lowercased() == "x-failed-recipients" }
    }

    func report(_ message: ParsedMessage, wraps: Int) -> DeliveryReport? {
        if let report = complaint(message) ?? status(message) ?? freeText(message) ?? forwarded(message) {
            return report
        }
        guard wraps < Self.mostWraps else { return nil }
        // A report that somebody, or a rule of a mail server, forwarded whole.
        for part in message.root.all where part.contentType.mediaType == "message/rfc822" {
            guard case .leaf(let bytes) = part.content else { continue }
            let inner = parser.parse(bytes)
            if Self.isDaemon(inner) || Self.hasReportPart(inner), let report = report(inner, wraps: wraps + 1) {
                return report
            }
        }
        return nil
    }

    // MARK: RFC 5965

    func complaint(_ message: ParsedMessage) -> DeliveryReport? {
        guard
            let text = message.root.all.first(where: { $0.contentType.mediaType == "message/feedback-report" })?.anyText
                ?? Self.plainComplaint(message)
        else { return nil }
        let fields = StatusFields(text).groups.reduce(into: StatusFields.Group()) { $0.merge($1) { first, _ in first } }
        let original = returned(message)
        // RFC 5965, 3.2: Original-Rcpt-To; many receivers take it out, and leave at best the To of the mail.
        let named = [fields["original-rcpt-to"], fields["removal-recipient"]].compactMap(StatusFields.address)
        let addresses = named.isEmpty ? original.mailboxes(.to).map(\.address).filter { !Self.isRedacted($0) } : named
        let type = (fields["feedback-type"] ?? "abuse").lowercased()
        // RFC 6591: a report on failed authentication is nobody's complaint, and not-spam is praise.
        guard type != "not-spam" else { return nil }
        let failureClass: FailureClass = type == "auth-failure" ? .authentication : .complaint
        return DeliveryReport(
            kind: .complaint,
            recipients: addresses.prefix(1).map { address in
                ReportedRecipient(
                    address: address, originalAddress: StatusFields.address(fields["original-rcpt-to"]),
                    action: .delivered, status: nil, replyCode: nil, failureClass: failureClass, isPermanent: false,
                    diagnostic: ReportText.shown(type), remoteServer: "")
            },
            originalMessageID: original.messageID, originalHeaders: Array(original.headers.prefix(100)),
            reporter: ReportText.shown(StatusFields.typed(fields["reporting-mta"])))
    }

    /// One large provider sends the mail back without a report part.
    static func plainComplaint(_ message: ParsedMessage) -> String? {
        let subject = (message.subject ?? "").lowercased().drop { $0 == " " }
        guard subject.hasPrefix("complaint about message from") else { return nil }
        return message.mailboxes(.from).first?.address.comparisonKey == "staff@hotmail.com"
            ? "Feedback-Type: abuse" : nil
    }

    static func isRedacted(_ address: EmailAddress) -> Bool {
        address.localPart.lowercased().contains("redacted") || address.domain.ascii.contains("redacted")
    }

    // MARK: RFC 3464

    func status(_ message: ParsedMessage) -> DeliveryReport? {
        let parts = message.root.all
        guard
            let part = parts.first(where: {
                $0.contentType.mediaType == "message/delivery-status"
                    || $0.contentType.mediaType == "message/global-delivery-status"
            }), let text = part.anyText
        else { return nil }
        let words = Self.text(message)
        let spoken = words.map { BounceText($0, mail: message) }
        var groups = StatusFields(text).groups
        var perMessage: StatusFields.Group = [:]
        if let first = groups.first, first["final-recipient"] == nil, first["action"] == nil {
            perMessage = groups.removeFirst()
        }
        // Some write all recipients, or all they know, into one group.
        var recipients: [ReportedRecipient] = []
        var seen: Set<String> = []
        for group in groups.prefix(1_000) {
            guard let recipient = recipient(group, spoken: spoken),
                seen.insert(recipient.address.comparisonKey).inserted
            else { continue }
            recipients.append(recipient)
        }
        if recipients.isEmpty {
            recipients = spoken?.recipients(failed: Self.failedRecipients(message)) ?? []
        }
        let original = returned(message)
        if recipients.isEmpty, let address = original.mailboxes(.to).first?.address {
            let fields = groups.first ?? perMessage
            recipients = [Self.recipient(fields, address: address, originalAddress: nil, spoken: spoken)]
        }
        guard !recipients.isEmpty else { return nil }
        return DeliveryReport(
            kind: Self.kind(recipients), recipients: recipients,
            originalMessageID: original.messageID ?? spoken?.returnedMessageID,
            originalHeaders: Array(original.headers.prefix(100)),
            reporter: ReportText.shown(StatusFields.typed(perMessage["reporting-mta"])))
    }

    func recipient(_ group: StatusFields.Group, spoken: BounceText?) -> ReportedRecipient? {
        let original = StatusFields.address(group["original-recipient"])
        guard
            let address = StatusFields.address(group["final-recipient"]) ?? original
                ?? StatusFields.address(group["x-actual-recipient"])
        else { return nil }
        return Self.recipient(group, address: address, originalAddress: original, spoken: spoken)
    }

    static func recipient(
        _ group: StatusFields.Group, address: EmailAddress, originalAddress: EmailAddress?, spoken: BounceText?
    ) -> ReportedRecipient {
        let diagnostic = StatusFields.typed(group["diagnostic-code"])
        let said = spoken?.reason(for: address) ?? ""
        let given = group["status"].flatMap { value in
            EnhancedStatusCode(value.prefix { !$0.isWhitespace && $0 != "(" })
        }
        let action = group["action"].flatMap {
            ReportedRecipient.Action(rawValue: $0.lowercased().prefix { $0.isLetter }.description)
        }
        return ReportedRecipient(
            address: address, originalAddress: originalAddress,
            action: action ?? (given?.severity == 2 ? .delivered : given?.severity == 4 ? .delayed : .failed),
            status: given, diagnostic: diagnostic.isEmpty ? said : diagnostic, further: said,
            remoteServer: ReportText.shown(StatusFields.typed(group["remote-mta"])))
    }

    static func kind(_ recipients: [ReportedRecipient]) -> DeliveryReport.Kind {
        if recipients.contains(where: { $0.action == .failed }) { return .bounce }
        return recipients.contains { $0.action == .delayed } ? .delay : .success
    }

    // MARK: The mail that came back

    /// The mail that was sent, or its header (RFC 6522, 3: the third part).
    func returned(_ message: ParsedMessage) -> ParsedMessage {
        for part in message.root.all.dropFirst() {
            switch part.contentType.mediaType {
            case "message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers", "text/rfc822",
                "message/rfc822-headers":
                if case .leaf(let bytes) = part.content { return parser.parse(bytes) }
            default: break
            }
        }
        return parser.parse([])
    }

    /// Whose program answered.
    static func answerer(_ message: ParsedMessage) -> [ReportedRecipient] {
        message.mailboxes(.from).prefix(1).map {
            ReportedRecipient(
                address: $0.address, originalAddress: nil, action: .delivered, status: nil, replyCode: nil,
                failureClass: .autoReply, isPermanent: false, diagnostic: ReportText.shown(message.subject ?? ""),
                remoteServer: "")
        }
    }

    /// What people are to read: the plain texts, else the HTML as text.
    static func text(_ message: ParsedMessage) -> String? {
        var texts: [String] = []
        for part in message.root.all {
            if part.contentType.mediaType == "message/rfc822" || part.contentType.mediaType == "text/rfc822-headers" {
                break
            }
            if part.contentType.mediaType == "text/plain", let text = part.text { texts.append(text) }
        }
        let plain = texts.joined(separator: "\n")
        if plain.contains(where: { !$0.isWhitespace }) { return plain }
        return message.html.map(ReportText.text(ofHTML:))
    }
}

extension ParsedPart {
    /// The content as text whatever its type says.
    var anyText: String? {
        guard case .leaf(let bytes) = content else { return nil }
        return Charset.decode(bytes, named: contentType.parameters["charset"] ?? "utf-8")
    }
}
