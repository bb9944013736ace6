public import Foundation

/// A report that we write to the sender of a mail: `multipart/report` with words for people, fields for programs, and
/// the header of the mail (RFC 3464, RFC 6522).
///
/// Of the mail itself nothing but the header comes back, also where `RET=FULL` asked for all of it: whoever forges a
/// sender would have us carry the content to a stranger. All that others wrote is cut and cleaned.
public struct DeliveryStatusNotification: Sendable, Hashable {
    /// The server that reports (`Reporting-MTA`, RFC 3464, 2.2.2): us.
    public var reportingServer: MailDomain
    /// ENVID of the mail, decoded (RFC 3461, 4.4).
    public var envelopeID: String?
    /// When the mail was handed in.
    public var arrival: Date?
    /// What became of it, by recipient; at least one.
    public var recipients: [NotifiedRecipient]
    /// The mail that it is about, or its beginning; only its header is used.
    public var original: [UInt8]

    /// A report.
    public init(
        reportingServer: MailDomain, envelopeID: String? = nil, arrival: Date? = nil, recipients: [NotifiedRecipient],
        original: [UInt8]
    ) {
        self.reportingServer = reportingServer
        self.envelopeID = envelopeID
        self.arrival = arrival
        self.recipients = recipients
        self.original = original
    }

    /// The envelope sender under which it must leave, so that no report is ever answered by a report (RFC 3464, 2).
    public static let envelopeSender = ReversePath.null

    /// What the report says above all.
    public var action: ReportedRecipient.Action {
        let actions = recipients.map(\.action)
        return [.failed, .delayed, .relayed, .expanded].first { actions.contains($0) } ?? .delivered
    }

    /// The report as a mail.
    ///
    /// - Parameters:
    ///   - from: our postmaster, with a name that says that a program writes.
    ///   - sender: the envelope sender of the mail.
    ///   - subject: what it is about.
    ///   - explanation: the words for people.
    ///   - date: when it is written.
    ///   - messageID: its name.
    ///   - boundary: must not be known before, since the header of a stranger's mail stands between.
    public func message(
        from: Mailbox, to sender: EmailAddress, subject: HeaderText, explanation: String, date: Date,
        messageID: MessageID, boundary: MIMEBoundary
    ) -> MIMEMessage {
        let header = ReturnedHeader(original)
        // RFC 3834, 5: a report is the answer of a program, and one large server reads a field of its own.
        let fields = [
            HeaderField(.autoSubmitted, pieces: ["auto-replied"]),
            HeaderField(.autoResponseSuppress, pieces: ["All"]),
        ]
        return MIMEMessage(
            from: from, to: [Mailbox(address: sender)], subject: subject, date: date, messageID: messageID,
            // RFC 6522, 3: words, fields, and what comes back, in this order.
            body: .multipart(
                .report,
                [.plainText(explanation), .asciiLines(statusLines, type: .deliveryStatus), header.part],
                boundary: boundary),
            inReplyTo: header.messageID.map { [$0] } ?? [], references: header.messageID.map { [$0] } ?? [],
            extraFields: fields)
    }

    /// The fields for programs, with an empty line between the groups (RFC 3464, 2.1).
    var statusLines: [String] {
        var fields = [StatusFieldWriter("Reporting-MTA", "dns; \(reportingServer.ascii)")]
        // RFC 3464, 2.2.1: as it was given.
        if let envelopeID, !envelopeID.isEmpty {
            fields.insert(StatusFieldWriter("Original-Envelope-Id", envelopeID), at: 0)
        }
        if let arrival { fields.append(StatusFieldWriter("Arrival-Date", HeaderDate.string(arrival))) }
        var lines = fields.flatMap(\.lines)
        for recipient in recipients {
            lines.append("")
            lines += recipient.fields.flatMap(\.lines)
        }
        return lines
    }
}

extension NotifiedRecipient {
    /// The fields of the recipient (RFC 3464, 2.3), in the order in which the RFC names them.
    var fields: [StatusFieldWriter] {
        var fields: [StatusFieldWriter] = []
        if let original {
            let type = original.type.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
            if !type.isEmpty, !original.address.isEmpty {
                fields.append(StatusFieldWriter("Original-Recipient", "\(type); \(original.address)"))
            }
        }
        fields.append(StatusFieldWriter("Final-Recipient", address.typed))
        fields.append(StatusFieldWriter("Action", action.rawValue))
        fields.append(StatusFieldWriter("Status", status.description))
        if !remoteServer.isEmpty { fields.append(StatusFieldWriter("Remote-MTA", "dns; \(remoteServer)")) }
        if !diagnostic.isEmpty { fields.append(StatusFieldWriter("Diagnostic-Code", "smtp; \(diagnostic)")) }
        if let lastAttempt {
            fields.append(StatusFieldWriter("Last-Attempt-Date", HeaderDate.string(lastAttempt)))
        }
        // RFC 3464, 2.3.9: only for a mail that is still tried.
        if let willRetryUntil, action == .delayed {
            fields.append(StatusFieldWriter("Will-Retry-Until", HeaderDate.string(willRetryUntil)))
        }
        return fields
    }
}

extension EmailAddress {
    /// The address behind its type, in ASCII whatever it is (RFC 6533, 3: `utf-8-addr-xtext`).
    var typed: String {
        guard needsSMTPUTF8 else { return "rfc822; \(wireForm)" }
        var text = ""
        for scalar in wireForm.unicodeScalars {
            switch scalar.value {
            case 0x21...0x2A, 0x2C...0x3C, 0x3E...0x5B, 0x5D...0x7E: text.unicodeScalars.append(scalar)
            default: text += "\\x{\(String(scalar.value, radix: 16, uppercase: true))}"
            }
        }
        return "utf-8; \(text)"
    }
}
