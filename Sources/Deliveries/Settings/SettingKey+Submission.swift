extension SettingKey {
    /// Where mail of programs is taken in over TLS from the first octet on (RFC 8314, 3.3); empty: nowhere.
    public static let submissionTLSListen = SettingKey("submission.tls-listen", .listenList(465))
    /// Where it is taken in with STARTTLS; empty: nowhere.
    public static let submissionSTARTTLSListen = SettingKey("submission.starttls-listen", .listenList(587))
    /// Where it is taken in without TLS and without a sign-in, from trusted networks only; empty: nowhere.
    public static let submissionPlainListen = SettingKey("submission.plain-listen", .listenList(25))
    /// The networks whose machines need no sign-in there.
    public static let submissionTrustedNetworks = SettingKey("submission.trusted-networks", .addressList)
    /// The most mails in an hour, where a credential does not say otherwise.
    public static let submissionMailsPerHour = SettingKey(
        "submission.mails-per-hour", .integer(1...1_000_000), "1000")
    /// The most recipients of a mail, where a credential does not say otherwise.
    public static let submissionMostRecipients = SettingKey(
        "submission.most-recipients", .integer(1...10_000), "1000")
    /// The largest message, octets.
    public static let submissionLargestMessage = SettingKey(
        "submission.largest-message", .integer(65_536...1_073_741_824), "52428800")
    /// Where reports to our return paths are taken in; empty: nowhere.
    public static let returnPathListen = SettingKey("return-path.listen", .listenList(25))
    /// The most connections of all listeners together.
    public static let mailIntakeConnections = SettingKey("mail-intake.connections", .integer(1...100_000), "1000")
    /// The most connections of one address.
    public static let mailIntakeConnectionsPerAddress = SettingKey(
        "mail-intake.connections-per-address", .integer(1...10_000), "50")

    static let submission = [
        submissionTLSListen, submissionSTARTTLSListen, submissionPlainListen, submissionTrustedNetworks,
        submissionMailsPerHour, submissionMostRecipients, submissionLargestMessage,
    ]
    static let mailIntake = [returnPathListen, mailIntakeConnections, mailIntakeConnectionsPerAddress]
}
