import MailTemplates
import SenderDomains

extension SettingKey {
    /// The organisation's name, as recipients see it.
    public static let organisationName = SettingKey("organisation.name", .text(200))
    /// The address of the Impressum, shown to recipients.
    public static let organisationImprintURL = SettingKey("organisation.imprint-url", .url)
    /// The address of the privacy statement, shown to recipients.
    public static let organisationPrivacyURL = SettingKey("organisation.privacy-url", .url)
    /// The language of pages and mails until the reader chooses another.
    public static let organisationLanguage = SettingKey("organisation.language", .language, "de")

    /// The colour of buttons and links; empty: our blue ink.
    public static let organisationAccent = SettingKey("organisation.accent", .colour(.light))
    /// The same on dark paper; empty: made from the other.
    public static let organisationAccentDark = SettingKey("organisation.accent-dark", .colour(.dark))
    /// A line at the foot of pages and mails: legal form, seat, register.
    public static let organisationFooter = SettingKey("organisation.footer", .text(300))

    /// The organisation's logo, see ``BrandLogo``; empty: its name.
    public static let organisationLogo = SettingKey("organisation.logo", .picture)
    /// The name before a sender's own address in From.
    public static let organisationSenderName = SettingKey("organisation.sender-name", .senderName(.own), "{name}")
    /// The name before the system sender's address where that stands in for a sender; empty: the product's own words,
    /// in the organisation's language.
    public static let organisationFallbackName = SettingKey("organisation.fallback-name", .senderName(.fallback))

    /// The zone of dates and times on pages and in mails.
    public static let organisationTimeZone = SettingKey("organisation.time-zone", .timeZone, "Europe/Berlin")

    /// Where people reach this server; links in mails begin with it.
    public static let serverPublicURL = SettingKey("server.public-url", .url, "http://127.0.0.1:8080")
    /// Host names of former times: they redirect.
    public static let serverAliases = SettingKey("server.aliases", .hostList)
    /// The proxies that are believed when they name the client's address.
    public static let serverTrustedProxies = SettingKey("server.trusted-proxies", .addressList)

    /// How many hours somebody stays signed in.
    public static let securitySessionHours = SettingKey("security.session-hours", .integer(1...8_760), "168")
    /// Whether administrators must have a second factor.
    public static let securityAdministratorsSecondFactor = SettingKey(
        "security.administrators-second-factor", .boolean, "false")

    /// The fewest characters of a password that somebody chooses; what somebody has stays as it is.
    public static let securityPasswordLength = SettingKey("security.password-length", .integer(10...64), "10")
    /// Whether a new password must be another one than before.
    public static let securityFreshPassword = SettingKey("security.fresh-password", .boolean, "false")

    /// The token that readers of the metrics bring; empty: none is demanded.
    public static let metricsToken = SettingKey("metrics.token", .secret)
    /// Where readers of the metrics come from; empty: from anywhere, with the token. With neither there are no metrics.
    public static let metricsTrustedNetworks = SettingKey("metrics.trusted-networks", .addressList)

    static let organisation = [
        organisationName, organisationImprintURL, organisationPrivacyURL, organisationLanguage,
        organisationTimeZone, organisationAccent, organisationAccentDark, organisationFooter, organisationLogo,
        organisationSenderName, organisationFallbackName,
    ]
    static let server = [serverPublicURL, serverAliases, serverTrustedProxies]
    static let security = [
        securityAdministratorsSecondFactor, securitySessionHours, securityPasswordLength, securityFreshPassword,
        metricsToken, metricsTrustedNetworks,
    ]
}
