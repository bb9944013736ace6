extension SettingKey {
    /// The organisation's name, as recipients see it.
    public static let organisationName = SettingKey("organisation.name", .text(200))
    /// The address of the Impressum, shown to recipients.
    public static let organisationImprintURL = SettingKey("organisation.imprint-url", .url)
    /// The address of the privacy statement, shown to recipients.
    public static let organisationPrivacyURL = SettingKey("organisation.privacy-url", .url)
    /// The language of pages and mails until the reader chooses another.
    public static let organisationLanguage = SettingKey("organisation.language", .choice(["de", "en"]), "de")

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

    static let organisation = [
        organisationName, organisationImprintURL, organisationPrivacyURL, organisationLanguage,
    ]
    static let server = [serverPublicURL, serverAliases, serverTrustedProxies]
    static let security = [securityAdministratorsSecondFactor, securitySessionHours]
}
