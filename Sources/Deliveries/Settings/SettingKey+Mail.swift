extension SettingKey {
    /// How mail leaves: kept in the local mailbox, or handed to the SMTP interface.
    public static let mailRoute = SettingKey("mail.route", .choice(["local", "smtp", "direct"]), "local")
    /// The address that system notifications come from.
    public static let mailSystemSender = SettingKey("mail.system-sender", .emailAddress)
    /// The name beside that address.
    public static let mailSystemSenderName = SettingKey("mail.system-sender-name", .text(200))
    /// Where answers to system notifications go.
    public static let mailReplyTo = SettingKey("mail.reply-to", .emailAddress)
    /// Which envelope sender mail has.
    public static let mailReturnPath = SettingKey(
        "mail.return-path", .choice(["account", "own", "subdomain"]), "account")

    /// The domain of keyed return paths: one of ours, whose mail comes to the mailbox that is read for reports.
    public static let mailReturnPathDomain = SettingKey("mail.return-path-domain", .domain)
    /// The mail server that takes reports to `bounce.<sender domain>`: what the MX of those names leads to.
    public static let mailReturnPathHost = SettingKey("mail.return-path-host", .host)
    /// Where mail to postmaster and abuse of our own domains is passed on to; empty: to all administrators.
    public static let mailPostmaster = SettingKey("mail.postmaster", .emailAddress)
    /// The name that senders' SPF records include (RFC 7208, 5.2): the provider's, or our own.
    public static let mailSPFInclude = SettingKey("mail.spf-include", .dnsName)

    /// The addresses that mail leaves from: the content of our own SPF record, where the include is one of ours.
    public static let mailSPFAddresses = SettingKey("mail.spf-addresses", .addressList)

    /// The mail server of the SMTP interface.
    public static let smtpHost = SettingKey("smtp.host", .host)
    /// Its port.
    public static let smtpPort = SettingKey("smtp.port", .integer(1...65_535), "587")
    /// How the connection is protected.
    public static let smtpSecurity = SettingKey("smtp.security", .choice(["none", "starttls", "tls"]), "starttls")
    /// The confirmation that an unprotected connection to a server elsewhere is wanted.
    public static let smtpAllowPlain = SettingKey("smtp.allow-plain", .boolean, "false")
    /// Whether the server's certificate must be valid for its name.
    public static let smtpVerifyCertificate = SettingKey("smtp.verify-certificate", .boolean, "true")
    /// Certificates of own authorities, PEM.
    public static let smtpCACertificates = SettingKey("smtp.ca-certificates", .longText)
    /// How to sign in at the server.
    public static let smtpAuthentication = SettingKey(
        "smtp.authentication", .choice(["none", "auto", "plain", "login", "xoauth2"]), "auto")
    /// The user name at the server.
    public static let smtpUser = SettingKey("smtp.user", .text(320))
    /// The password at the server.
    public static let smtpPassword = SettingKey("smtp.password", .secret)
    /// By which grant a token for XOAUTH2 is got.
    public static let smtpOAuthGrant = SettingKey(
        "smtp.oauth-grant", .choice(["client-credentials", "refresh-token"]), "client-credentials")
    /// Where tokens for XOAUTH2 are got.
    public static let smtpOAuthTokenEndpoint = SettingKey("smtp.oauth-token-endpoint", .url)
    /// The client's name there.
    public static let smtpOAuthClientID = SettingKey("smtp.oauth-client-id", .text(500))
    /// The client's secret there.
    public static let smtpOAuthClientSecret = SettingKey("smtp.oauth-client-secret", .secret)
    /// The refresh token.
    public static let smtpOAuthRefreshToken = SettingKey("smtp.oauth-refresh-token", .secret)
    /// The scope that is asked for.
    public static let smtpOAuthScope = SettingKey("smtp.oauth-scope", .text(1_000))
    /// The name in EHLO; empty: the host of the public address.
    public static let smtpEHLOName = SettingKey("smtp.ehlo-name", .host)
    /// How many connections at the same time.
    public static let smtpConnections = SettingKey("smtp.connections", .integer(1...100), "5")
    /// How many mails over one connection.
    public static let smtpMailsPerConnection = SettingKey("smtp.mails-per-connection", .integer(1...100_000), "100")
    /// The domains that the SMTP interface is the home of: their senders' own addresses are used.
    public static let smtpHomeDomains = SettingKey("smtp.home-domains", .domainList)

    /// With which keys mail is signed that leaves through the SMTP interface.
    public static let smtpDKIMSigning = SettingKey("smtp.dkim-signing", .choice(["none", "rsa", "both"]), "both")
    /// The selectors under which another installation, whose mail server this one uses, publishes its keys.
    public static let smtpDKIMSelectors = SettingKey("smtp.dkim-selectors", .dnsNameList)

    static let mail = [
        mailRoute, mailSystemSender, mailSystemSenderName, mailReplyTo, mailReturnPath, mailReturnPathDomain,
        mailReturnPathHost, mailPostmaster, mailSPFInclude, mailSPFAddresses,
    ]
    static let smtp = [
        smtpHost, smtpPort, smtpSecurity, smtpAllowPlain, smtpVerifyCertificate, smtpCACertificates,
        smtpAuthentication, smtpUser, smtpPassword, smtpOAuthGrant, smtpOAuthTokenEndpoint, smtpOAuthClientID,
        smtpOAuthClientSecret, smtpOAuthRefreshToken, smtpOAuthScope, smtpEHLOName, smtpConnections,
        smtpMailsPerConnection, smtpHomeDomains, smtpDKIMSigning, smtpDKIMSelectors,
    ]
}
