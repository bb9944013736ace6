extension SettingKey {
    /// The mail server with the mailbox that reports about our mail come to; empty: none is read.
    public static let bounceIMAPHost = SettingKey("bounce.imap-host", .host)
    /// Its port.
    public static let bounceIMAPPort = SettingKey("bounce.imap-port", .integer(1...65_535), "993")
    /// How the connection is protected.
    public static let bounceIMAPSecurity = SettingKey(
        "bounce.imap-security", .choice(["none", "starttls", "tls"]), "tls")
    /// How to sign in: with the password, or with a token of the SMTP interface's token endpoint.
    public static let bounceIMAPAuthentication = SettingKey(
        "bounce.imap-authentication", .choice(["password", "xoauth2"]), "password")
    /// The user name there.
    public static let bounceIMAPUser = SettingKey("bounce.imap-user", .text(320))
    /// The password there.
    public static let bounceIMAPPassword = SettingKey("bounce.imap-password", .secret)
    /// The folder that is read.
    public static let bounceIMAPFolder = SettingKey("bounce.imap-folder", .text(250), "INBOX")
    /// What happens to a report that took effect.
    public static let bounceIMAPAfter = SettingKey("bounce.imap-after", .choice(["read", "move", "delete"]), "read")
    /// The folder that it is moved to.
    public static let bounceIMAPMoveTo = SettingKey("bounce.imap-move-to", .text(250), "Depesche")

    static let bounces = [
        bounceIMAPHost, bounceIMAPPort, bounceIMAPSecurity, bounceIMAPAuthentication, bounceIMAPUser,
        bounceIMAPPassword, bounceIMAPFolder, bounceIMAPAfter, bounceIMAPMoveTo,
    ]
}
