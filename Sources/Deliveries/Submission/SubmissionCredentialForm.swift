import MailMessage
import SenderDomains

/// What was typed for a new credential.
public struct SubmissionCredentialForm: Equatable, Sendable {
    /// What administrators call it.
    public var name: String
    /// The sender domains, one a word.
    public var domains: String
    /// The most mails in an hour; empty: what the settings say.
    public var mailsPerHour: String
    /// The most recipients of a mail; empty: what the settings say.
    public var recipients: String
    /// The largest message, octets; empty: what the settings say.
    public var messageSize: String

    /// A form.
    public init(
        name: String = "", domains: String = "", mailsPerHour: String = "", recipients: String = "",
        messageSize: String = ""
    ) {
        self.name = name
        self.domains = domains
        self.mailsPerHour = mailsPerHour
        self.recipients = recipients
        self.messageSize = messageSize
    }

    /// What was typed, read.
    ///
    /// - Throws: ``DeliveriesError`` `.invalid` (fields `name`, `domains`, `mailsPerHour`, `recipients`, `messageSize`).
    func read(_ settings: Settings) throws -> (name: String, domains: [MailDomain], limits: SubmissionLimits) {
        var fields = AccountFields()
        let cleaned = fields.name(name)
        if cleaned.count > SubmissionCredentials.nameCharacters {
            fields.add([FieldError("name", "too-long", ["most": String(SubmissionCredentials.nameCharacters)])])
        }
        let bound = readDomains(settings, &fields)
        let most = settings.submissionLimits
        let limits = SubmissionLimits(
            mailsPerHour: Self.number(mailsPerHour, "mailsPerHour", 1_000_000, most.mailsPerHour, &fields),
            recipients: Self.number(recipients, "recipients", 10_000, most.recipients, &fields),
            messageSize: Self.number(messageSize, "messageSize", most.messageSize, most.messageSize, &fields))
        try fields.check()
        return (cleaned, bound, limits)
    }

    private func readDomains(_ settings: Settings, _ fields: inout AccountFields) -> [MailDomain] {
        var bound: [MailDomain] = []
        let words = domains.split { $0 == "," || $0 == ";" || $0.isWhitespace }
        if words.isEmpty { fields.add([FieldError("domains", "required")]) }
        for word in words.prefix(SubmissionCredentials.mostDomains + 1) {
            let entry = String(word.prefix(253))
            // A credential for a domain that does not work yet would fail at every mail, far from here.
            guard let domain = try? MailDomain(parsing: entry), settings.senderDomains[domain]?.isUsable == true else {
                fields.add([FieldError("domains", "domain-not-verified", ["entry": entry])])
                continue
            }
            if !bound.contains(domain) { bound.append(domain) }
        }
        if words.count > SubmissionCredentials.mostDomains {
            fields.add([FieldError("domains", "too-many", ["most": String(SubmissionCredentials.mostDomains)])])
        }
        return bound.sorted { $0.ascii < $1.ascii }
    }

    private static func number(
        _ text: String, _ field: String, _ most: Int, _ standard: Int, _ fields: inout AccountFields
    ) -> Int {
        let typed = text.filter { !$0.isWhitespace }
        guard !typed.isEmpty else { return standard }
        guard let number = Int(typed) else {
            fields.add([FieldError(field, "not-a-number")])
            return standard
        }
        guard (1...most).contains(number) else {
            fields.add([FieldError(field, "out-of-range", ["least": "1", "most": String(most)])])
            return standard
        }
        return number
    }
}
