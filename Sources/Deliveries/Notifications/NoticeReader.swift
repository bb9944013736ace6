public import Localization
public import MailMessage
public import MailTemplates

/// Somebody who gets a notification, with the language in which it is written.
public struct NoticeReader: Equatable, Sendable {
    /// Name and address.
    public let mailbox: Mailbox
    /// The language: the account's own, where the address has one, else the system's.
    public let language: Language
    /// Whether it is who sent the delivery that is told of: others do not read along.
    let isSender: Bool

    /// The owner of an account.
    init(_ account: Account, isSender: Bool = false) {
        mailbox = account.mailbox
        language = account.language
        self.isSender = isSender
    }

    /// Whoever sent a delivery.
    init(_ sender: DeliverySender) {
        mailbox = sender.person
        language = sender.language
        isSender = true
    }

    /// An address, and the language of its owner if that is known.
    init(_ address: EmailAddress, language: Language) {
        mailbox = Mailbox(address: address)
        self.language = language
        isSender = false
    }
}

extension Transaction {
    /// Who gets a notification by the settings, each once: nobody if the kind is off.
    ///
    /// - Parameters:
    ///   - kind: what is told.
    ///   - sender: the sender of the delivery that it is about; one who may not sign in any more is told nothing,
    ///     a mailbox always.
    ///   - settings: the settings in force.
    public func readers(of kind: MailKind, sender: DeliverySender? = nil, settings: Settings) throws -> [NoticeReader] {
        guard settings.sends(kind), let rule = NotificationRule.of(kind) else { return [] }
        let to = rule.to.map { settings.text($0) } ?? (rule.audience == .sender ? "sender" : "administrators")
        var readers: [NoticeReader] = []
        if to == "sender" || to == "both", let sender, sender.isReachable { readers.append(NoticeReader(sender)) }
        if to == "administrators" || to == "both" {
            readers += try accounts.administrators().map { NoticeReader($0, isSender: sender?.isPerson($0) == true) }
        }
        for entry in rule.addresses.map({ settings.list($0) }) ?? [] {
            guard let address = try? EmailAddress(parsing: entry) else { continue }
            if let account = try accounts.account(email: address) {
                readers.append(NoticeReader(account, isSender: sender?.isPerson(account) == true))
            } else {
                readers.append(NoticeReader(address, language: settings.language))
            }
        }
        var seen: Set<String> = []
        return readers.filter { seen.insert($0.mailbox.address.comparisonKey).inserted }
    }
}
