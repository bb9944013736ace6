extension SettingKey {
    /// The name of the built-in mail server: in EHLO, in reverse DNS, in its certificate; empty: the host of the public
    /// address.
    public static let mailServerHostname = SettingKey("mailserver.hostname", .host)
    /// In which order a mail host's addresses are tried.
    public static let mailServerAddresses = SettingKey(
        "mailserver.address-family", .choice(["ipv4-first", "ipv6-first", "ipv4-only", "ipv6-only"]), "ipv4-first")
    /// How many connections at the same time to one set of mail hosts, at most.
    public static let mailServerConnections = SettingKey("mailserver.connections", .integer(1...200), "20")
    /// How many mails over one connection.
    public static let mailServerMailsPerConnection = SettingKey(
        "mailserver.mails-per-connection", .integer(1...100_000), "100")
    /// How many mails a minute to one set of mail hosts; 0: as many as it takes.
    public static let mailServerMailsPerMinute = SettingKey("mailserver.mails-per-minute", .integer(0...1_000_000), "0")
    /// For how many days a mail is tried.
    public static let mailServerLifetimeDays = SettingKey("mailserver.lifetime-days", .integer(1...5), "5")
    /// Destinations that demand TLS: `example.com=verified`, `*.example.com=encrypted`, `example.org=dane`.
    public static let mailServerTLSDemands = SettingKey("mailserver.tls-demands", .tlsDemandList)
    /// Whether domains that ask for them get daily reports on TLS.
    public static let mailServerTLSReports = SettingKey("mailserver.tls-reports", .boolean, "true")
    /// Where the certificate for mail that is taken in comes from: files, or an authority that issues by itself.
    public static let mailServerCertificate = SettingKey("mailserver.certificate", .choice(["file", "acme"]), "file")
    /// The directory of that authority (RFC 8555).
    public static let mailServerACMEDirectory = SettingKey(
        "mailserver.acme-directory", .url, "https://acme-v02.api.letsencrypt.org/directory")
    /// Whom it may write to; may be empty.
    public static let mailServerACMEContact = SettingKey("mailserver.acme-contact", .emailAddress)
    /// Whether somebody agreed to its terms.
    public static let mailServerACMETerms = SettingKey("mailserver.acme-terms-agreed", .boolean, "false")

    static let mailServerCertificates = [
        mailServerCertificate, mailServerACMEDirectory, mailServerACMEContact, mailServerACMETerms,
    ]
    static let mailServer = [
        mailServerHostname, mailServerAddresses, mailServerConnections, mailServerMailsPerConnection,
        mailServerMailsPerMinute, mailServerLifetimeDays, mailServerTLSDemands, mailServerTLSReports,
    ]
}
