public import MailTemplates

/// What administrators may decide about one kind of mail: whether it is sent, to whom, and whether it is gathered.
public struct NotificationRule: Sendable {
    /// Whom a kind is for.
    public enum Audience: String, Sendable, CaseIterable {
        /// Recipients of deliveries.
        case recipients
        /// The sender of a delivery.
        case sender
        /// Whose account it is about.
        case owner
        /// Those who run the installation.
        case administrators
    }

    /// The kind.
    public let kind: MailKind
    /// Whom it is for.
    public let audience: Audience
    /// Whether it is sent; nil for a kind that is always sent, because something stands still without it.
    public let isOn: SettingKey?
    /// Whom it goes to; nil where nobody else can be meant.
    public let to: SettingKey?
    /// Further addresses that it goes to.
    public let addresses: SettingKey?
    /// Whether it is told at once or gathered; nil where each is told at once, because somebody waits for it or must act.
    public let when: SettingKey?

    private init(
        _ kind: MailKind, _ audience: Audience, isOn: Bool? = true, isRouted: Bool = false, to usual: String? = nil,
        when usualTime: String? = nil
    ) {
        let name = "notify.\(kind.rawValue)"
        self.kind = kind
        self.audience = audience
        self.isOn = isOn.map { SettingKey(name, .boolean, $0 ? "true" : "false") }
        let words =
            audience == .sender ? ["sender", "administrators", "both", "addresses"] : ["administrators", "addresses"]
        to = isRouted ? SettingKey("\(name).to", .choice(words), usual ?? words[0]) : nil
        addresses = isRouted ? SettingKey("\(name).addresses", .emailAddressList) : nil
        when = usualTime.map { SettingKey("\(name).when", .choice(["gathered", "at-once"]), $0) }
    }

    /// All kinds, in the order of the page.
    public static let all: [NotificationRule] = [
        NotificationRule(.delivery, .recipients, isOn: nil),
        NotificationRule(.reminder, .recipients),
        NotificationRule(.renewed, .recipients),
        NotificationRule(.withdrawn, .recipients, isOn: false),
        NotificationRule(.code, .recipients, isOn: nil),
        NotificationRule(.downloaded, .sender, isRouted: true, when: "gathered"),
        NotificationRule(.allFetched, .sender, isOn: false, isRouted: true, when: "at-once"),
        NotificationRule(.renewalAsked, .sender, isRouted: true, when: "at-once"),
        NotificationRule(.undeliverable, .sender, isRouted: true, when: "at-once"),
        NotificationRule(.delayed, .sender, isRouted: true, when: "at-once"),
        NotificationRule(.held, .sender, isRouted: true, to: "both", when: "at-once"),
        NotificationRule(.addressCorrected, .sender, isOn: false, isRouted: true, when: "at-once"),
        NotificationRule(.uploadAbandoned, .sender, when: "at-once"),
        NotificationRule(.virusFound, .sender, isOn: nil, isRouted: true, to: "both"),
        NotificationRule(.copy, .sender, isOn: nil),
        NotificationRule(.gathered, .sender, isOn: nil),
        NotificationRule(.invitation, .owner, isOn: nil),
        NotificationRule(.passwordForgotten, .owner, isOn: nil),
        NotificationRule(.passwordChanged, .owner),
        NotificationRule(.newSignIn, .owner),
        NotificationRule(.accountDisabled, .owner, isOn: false),
        NotificationRule(.quotaLow, .owner),
        NotificationRule(.tookOver, .owner),
        NotificationRule(.reported, .administrators, isRouted: true, when: "at-once"),
        NotificationRule(.domainState, .administrators, isRouted: true, when: "at-once"),
        NotificationRule(.domainRequested, .administrators, isOn: nil),
        NotificationRule(.domainApproved, .administrators, isOn: nil),
        NotificationRule(.domainRefused, .administrators, isOn: nil),
        NotificationRule(.domainControl, .administrators, isOn: nil),
        NotificationRule(.certificate, .administrators, isRouted: true, when: "at-once"),
        NotificationRule(.outboxStuck, .administrators, isRouted: true, when: "at-once"),
        NotificationRule(.storageLow, .administrators, isRouted: true, when: "at-once"),
        NotificationRule(.scannerSilent, .administrators, isRouted: true, when: "at-once"),
        NotificationRule(.dailySummary, .administrators, isOn: false, isRouted: true),
        NotificationRule(.test, .administrators, isOn: nil),
    ]

    /// The rule of a kind.
    public static func of(_ kind: MailKind) -> NotificationRule? { byKind[kind] }

    private static let byKind = Dictionary(uniqueKeysWithValues: all.map { ($0.kind, $0) })

    /// All keys of the rule, in the order of the page.
    public var keys: [SettingKey] { [isOn, when, to, addresses].compactMap { $0 } }
}

extension Settings {
    /// Whether a kind of mail is sent.
    public func sends(_ kind: MailKind) -> Bool {
        NotificationRule.of(kind)?.isOn.map { boolean($0) } ?? true
    }

    /// Whether a kind waits for others and is told with them. Downloads have a way of their own: the first at once.
    func gathers(_ kind: MailKind) -> Bool {
        NotificationRule.of(kind)?.when.map { text($0) == "gathered" } ?? false
    }
}
