public import MailMessage

/// What a delivery may be at the most, from its sender's policy, the settings and the formats.
public struct DeliveryLimits: Equatable, Sendable {
    /// The most characters of a subject: a header line cannot be longer (RFC 5322, 2.1.1).
    public static let subjectCharacters = 998
    /// The most characters of a message.
    public static let messageCharacters = 100_000
    /// The most octets of each typed text that a draft keeps although it cannot be sent.
    static let draftOctets = 4 << 20

    /// What holds for the sender.
    public let policy: AccountPolicy
    /// The most recipients.
    public let recipients: Int
    /// The most files.
    public let files: Int
    /// The largest file, octets.
    public let fileSize: Int64
    /// The largest sum of files, octets.
    public let deliverySize: Int64
    /// The longest lifetime, days.
    public let lifetimeDays: Int

    /// The limits of a sender.
    ///
    /// - Parameters:
    ///   - policy: what holds for the sender.
    ///   - settings: the settings in force.
    public init(_ policy: AccountPolicy, _ settings: Settings) {
        self.policy = policy
        recipients = policy.mostRecipients
        files = settings.integer(.deliveriesMostFiles)
        fileSize = policy.largestFile
        deliverySize = policy.largestDelivery
        lifetimeDays = policy.longestLifetimeDays
    }

    /// A file is larger than one may be.
    var fileTooLarge: DeliveriesError {
        DeliveriesError(.tooLarge, fields: [FieldError("size", "too-large", ["most": String(fileSize)])])
    }

    /// A file is too large beside the others.
    var togetherTooLarge: DeliveriesError {
        DeliveriesError(.tooLarge, fields: [FieldError("files", "together-too-large", ["most": String(deliverySize)])])
    }

    /// There are as many files as there may be.
    var tooManyFiles: DeliveriesError {
        DeliveriesError(.tooMany, fields: [FieldError("files", "too-many", ["most": String(files)])])
    }

    /// What stands in the way of sending a draft, field by field in the order of the page.
    ///
    /// - Parameters:
    ///   - draft: the draft.
    ///   - recipients: its recipients as read.
    ///   - files: its files.
    /// - Returns: nothing if it can be sent.
    func problems(of draft: Delivery, recipients list: RecipientListCheck, files present: [DeliveryFile])
        -> [FieldError]
    {
        var result = recipientProblems(list)
        result += Self.subjectProblem(draft.subject).map { [$0] } ?? []
        result += messageProblems(of: draft)
        if present.isEmpty, draft.message.allSatisfy(\.isWhitespace) {
            result.append(FieldError("files", "nothing-to-send"))
        }
        return result + fileProblems(present)
    }

    /// What stands in the way of sending to a list.
    func recipientProblems(_ list: RecipientListCheck) -> [FieldError] {
        var result = list.problems(most: recipients)
        for (index, entry) in list.entries.enumerated() where result.count < RecipientListCheck.mostProblems {
            guard let domain = entry.mailbox?.address.domain, !policy.allows(recipientsAt: domain) else { continue }
            result.append(
                FieldError(
                    "recipients[\(index)]", Self.domainReason, ["text": entry.text, "domain": domain.unicode]))
        }
        return result
    }

    /// What stands in the way of sending in the name of an address.
    ///
    /// - Parameter sender: the address whose owner writes.
    public func senderProblem(_ sender: EmailAddress) -> FieldError? {
        guard !policy.allows(senderAt: sender.domain) else { return nil }
        let domains = policy.ruling(on: .senderDomains).value.entries.joined(separator: ", ")
        return FieldError(
            "sender", "sender-domain-not-allowed", ["domain": sender.domain.unicode, "domains": domains])
    }

    /// What stands in the way of one more recipient.
    func check(_ recipient: EmailAddress, field: String) throws {
        guard policy.allows(recipientsAt: recipient.domain) else {
            throw DeliveriesError(
                .invalid,
                fields: [FieldError(field, Self.domainReason, ["domain": recipient.domain.unicode])])
        }
    }

    /// A file may not be called that.
    func check(fileName name: String) throws {
        guard policy.allows(fileName: name) else {
            throw DeliveriesError(
                .invalid, fields: [FieldError("name", Self.typeReason, ["type": Self.type(of: name)])])
        }
    }

    /// The reason of mistakes about recipients at a domain that the sender may not send to.
    static let domainReason = "domain-not-allowed"
    private static let typeReason = "file-type-not-allowed"

    /// The ending of a name as it is told; the name itself if it has none.
    private static func type(of name: String) -> String {
        guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return String(name.prefix(80)) }
        return String(name[dot...].prefix(40))
    }

    /// The same for a delivery whose message and recipients stand in a mail of the sender's own.
    func contentProblems(of draft: Delivery, files present: [DeliveryFile]) -> [FieldError] {
        var result = messageProblems(of: draft)
        if present.isEmpty { result.append(FieldError("files", "nothing-to-send")) }
        return result + fileProblems(present)
    }

    private func messageProblems(of draft: Delivery) -> [FieldError] {
        var result: [FieldError] = []
        if draft.message.unicodeScalars.count > Self.messageCharacters {
            result.append(FieldError("message", "too-long", ["most": String(Self.messageCharacters)]))
        }
        if !policy.levels.contains(draft.level) { result.append(FieldError("level", "level-not-allowed")) }
        if draft.passwordHash != nil, draft.level != .secureLink {
            result.append(FieldError("password", "level-one-only"))
        }
        if !(1...max(1, lifetimeDays)).contains(draft.lifetimeDays) {
            result.append(FieldError("lifetimeDays", "out-of-range", ["least": "1", "most": String(lifetimeDays)]))
        }
        return result
    }

    private func fileProblems(_ present: [DeliveryFile]) -> [FieldError] {
        var result: [FieldError] = []
        if present.count > files { result.append(FieldError("files", "too-many", ["most": String(files)])) }
        if present.reduce(0, { $0 + $1.size }) > deliverySize {
            result.append(FieldError("files", "together-too-large", ["most": String(deliverySize)]))
        }
        for (index, file) in present.enumerated() where result.count < RecipientListCheck.mostProblems {
            if file.size > fileSize {
                result.append(FieldError("files[\(index)]", "too-large", ["most": String(fileSize)]))
            }
            if !policy.allows(fileName: file.name) {
                result.append(FieldError("files[\(index)]", Self.typeReason, ["type": Self.type(of: file.name)]))
            }
        }
        return result
    }

    private static func subjectProblem(_ subject: String) -> FieldError? {
        if subject.allSatisfy(\.isWhitespace) { return FieldError("subject", "required") }
        if subject.unicodeScalars.count > subjectCharacters {
            return FieldError("subject", "too-long", ["most": String(subjectCharacters)])
        }
        // What reaches a header must be one line; nothing is silently joined.
        if subject.utf8.contains(where: { $0 == 0x0D || $0 == 0x0A || $0 == 0 }) {
            return FieldError("subject", "line-break")
        }
        return nil
    }
}
