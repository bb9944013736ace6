public import Foundation
public import Localization
public import MailMessage
public import MailTemplates
public import SenderDomains

/// All settings as they were at one moment; secrets are not in it.
public struct Settings: Sendable {
    /// How mail leaves.
    public enum MailRoute: String, Sendable, CaseIterable {
        /// Mail is kept in the local mailbox.
        case local
        /// Mail is handed to the SMTP interface.
        case smtp
        /// The built-in mail server delivers it to the recipients' hosts.
        case direct
    }

    /// How the connection of the SMTP interface is protected.
    public enum ConnectionSecurity: String, Sendable, CaseIterable {
        /// Not at all.
        case none
        /// It begins in the clear and is then protected.
        case startTLS = "starttls"
        /// From the first octet on.
        case tls
    }

    private let values: [String: String]
    private let secrets: Set<String>
    private let locked: Set<String>
    /// How the sender domains stood at that moment.
    public let senderDomains: [MailDomain: DomainStanding]
    /// The words of mails that were changed, as they were at that moment.
    var templates: [MailTemplatePlace: TemplateSource] = [:]

    /// A snapshot of what is stored, with the values that the environment demands on top.
    ///
    /// - Parameters:
    ///   - stored: the rows of the database; rows of unknown keys are left aside.
    ///   - overrides: values by key that the environment fixes; they are locked.
    ///   - senderDomains: how the sender domains stand.
    ///   - templates: the words of mails that were changed.
    public init(
        stored: [StoredSetting] = [], overrides: [String: String] = [:],
        senderDomains: [MailDomain: DomainStanding] = [:], templates: [MailTemplatePlace: TemplateSource] = [:]
    ) {
        self.templates = templates
        self.senderDomains = senderDomains
        var values: [String: String] = [:]
        var secrets: Set<String> = []
        for row in stored {
            guard let key = SettingKey.named(row.key) else { continue }
            if key.isSecret {
                if row.sealedValue != nil { secrets.insert(row.key) }
            } else if let value = row.value {
                values[row.key] = value
            }
        }
        for (name, value) in overrides where SettingKey.named(name)?.isSecret == false { values[name] = value }
        self.values = values
        self.secrets = secrets
        locked = Set(overrides.keys)
    }

    /// The value of a key, or its default; always empty for a secret.
    public func text(_ key: SettingKey) -> String {
        key.isSecret ? "" : values[key.name] ?? key.defaultValue
    }

    /// The number of an integer key; 0 for a key of another kind.
    public func integer(_ key: SettingKey) -> Int { Int(integer64(key)) }

    /// The number of an integer key, for sizes; 0 for a key of another kind.
    public func integer64(_ key: SettingKey) -> Int64 {
        Int64(text(key)) ?? Int64(key.defaultValue) ?? 0
    }

    /// Whether a boolean key is on.
    public func boolean(_ key: SettingKey) -> Bool { text(key) == "true" }

    /// The entries of a list.
    public func list(_ key: SettingKey) -> [String] {
        text(key).split { $0 == "," || $0 == " " }.map(String.init)
    }

    /// Whether the environment fixes the value.
    public func isLocked(_ key: SettingKey) -> Bool { locked.contains(key.name) }

    /// Whether something other than the default was set; for a secret, whether there is one.
    public func isSet(_ key: SettingKey) -> Bool {
        key.isSecret ? secrets.contains(key.name) : values[key.name].map { $0 != key.defaultValue } ?? false
    }
}

extension Settings {
    /// Where people reach this server, without a path.
    public var publicURL: URL {
        // The stored form was checked when it was set; the second is a constant.
        URL(string: text(.serverPublicURL)) ?? URL(string: SettingKey.serverPublicURL.defaultValue)
            ?? URL(fileURLWithPath: "/")
    }

    /// The addresses of pages.
    public var addresses: PublicAddresses { PublicAddresses(publicURL: publicURL) }

    /// The organisation's name; empty before the set-up.
    public var organisationName: String { text(.organisationName) }

    /// The language of pages and mails until the reader chooses another.
    public var language: Language { Language(kept: text(.organisationLanguage)) }

    /// The zone of dates and times on pages and in mails.
    public var timeZone: TimeZone { TimeZone(identifier: text(.organisationTimeZone)) ?? .gmt }

    /// The system sender with its name (the organisation's, if none is set); `nil` until its address is set.
    public var systemSender: Mailbox? {
        guard let address = try? EmailAddress(parsing: text(.mailSystemSender)) else { return nil }
        let name = text(.mailSystemSenderName)
        return Mailbox(name: name.isEmpty ? organisationName : name, address: address)
    }

    /// The system sender, or before one is set the stand-in that mail in the local mailbox shows: `depesche@` and the
    /// host of the public address.
    public var systemSenderOrStandIn: Mailbox? {
        if let sender = systemSender { return sender }
        guard let address = try? EmailAddress(parsing: "depesche@\(messageIDDomain)") else { return nil }
        return Mailbox(name: organisationName.isEmpty ? "Depesche" : organisationName, address: address)
    }

    /// Where answers to system notifications go, if elsewhere than to the system sender.
    public var replyTo: Mailbox? {
        (try? EmailAddress(parsing: text(.mailReplyTo))).map { Mailbox(name: organisationName, address: $0) }
    }

    /// How mail leaves.
    public var route: MailRoute { MailRoute(rawValue: text(.mailRoute)) ?? .local }

    /// How the connection of the SMTP interface is protected.
    public var smtpSecurity: ConnectionSecurity { ConnectionSecurity(rawValue: text(.smtpSecurity)) ?? .startTLS }

    /// The domains that the SMTP interface is the home of, as A-labels.
    public var homeDomains: [String] { list(.smtpHomeDomains) }

    /// Which envelope sender mail has. Where our own mail server sends, reports come to keyed addresses of our own, unless
    /// something else was set.
    public var returnPath: ReturnPathMode {
        if route == .direct, !isSet(.mailReturnPath), returnPathDomain != nil { return .own }
        return ReturnPathMode(rawValue: text(.mailReturnPath)) ?? .account
    }

    /// For how many seconds a mail is tried that has no end of its own: five days at most (RFC 5321, 4.5.4.1).
    public var mailLifetime: TimeInterval {
        route == .direct ? Double(integer(.mailServerLifetimeDays)) * 86_400 : MailOutcome.longestWait
    }

    /// The name of the built-in mail server.
    public var mailServerName: String {
        let name = text(.mailServerHostname)
        return name.isEmpty ? publicURL.host ?? messageIDDomain : name
    }

    /// Whether the name of the built-in mail server is one that an authority may certify.
    var hasCertifiableName: Bool {
        let name = mailServerName
        return NetworkAddress(parsing: name) == nil && name.contains(".")
    }

    /// The domain of keyed return paths; `nil` if none is set.
    public var returnPathDomain: MailDomain? {
        try? MailDomain(parsing: text(.mailReturnPathDomain))
    }

    /// The domain of our Message-IDs: the system sender's, else the host of the public address if it is a name.
    public var messageIDDomain: String {
        if let sender = systemSender { return sender.address.domain.ascii }
        guard let host = publicURL.host, let domain = try? MailDomain(parsing: host) else { return "localhost" }
        return domain.ascii
    }
}
