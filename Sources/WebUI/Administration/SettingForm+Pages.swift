import Deliveries

extension SettingForm {
    /// Administration → System → Organisation.
    static let organisation = SettingForm(groups: [
        Group(
            name: "organisation",
            keys: [.organisationName, .organisationLanguage, .organisationImprintURL, .organisationPrivacyURL]),
        Group(name: "server", keys: [.serverPublicURL, .serverAliases, .serverTrustedProxies]),
    ])

    /// Administration → System → SMTP interface.
    static let smtp = SettingForm(groups: [
        Group(name: "route", keys: [.mailRoute, .mailSystemSender, .mailSystemSenderName]),
        Group(name: "connection", keys: [.smtpHost, .smtpPort, .smtpSecurity, .smtpAllowPlain]),
        Group(name: "signIn", keys: [.smtpAuthentication, .smtpUser, .smtpPassword]),
        Group(name: "home", keys: [.smtpHomeDomains, .mailReturnPath]),
        Group(name: "certificate", keys: [.smtpVerifyCertificate, .smtpCACertificates], isFolded: true),
        Group(
            name: "oauth",
            keys: [
                .smtpOAuthGrant, .smtpOAuthTokenEndpoint, .smtpOAuthClientID, .smtpOAuthClientSecret,
                .smtpOAuthRefreshToken, .smtpOAuthScope,
            ], isFolded: true),
        Group(name: "flow", keys: [.smtpEHLOName, .smtpConnections, .smtpMailsPerConnection], isFolded: true),
    ])

    /// Administration → System → E-mail and other notifications.
    static let notifications = SettingForm(groups: [
        Group(name: "systemSender", keys: [.mailSystemSender, .mailSystemSenderName, .mailReplyTo]),
        Group(
            name: "senderNotices",
            keys: [.notifyDownloaded, .notifyGatherMinutes, .notifyUndeliverable, .notifyRenewalAsked]),
        Group(
            name: "recipientNotices",
            keys: [.notifyReminder, .notifyReminderDays, .notifyRenewed, .notifyWithdrawn]),
        Group(name: "administratorNotices", keys: [.notifyReported]),
    ])

    /// Administration → System → Deliveries.
    static let limits = SettingForm(groups: [
        Group(name: "defaults", keys: [.deliveriesLevel, .deliveriesLifetimeDays]),
        Group(
            name: "limits",
            keys: [
                .deliveriesLongestLifetimeDays, .deliveriesLargestFile, .deliveriesLargestDelivery,
                .deliveriesMostFiles, .deliveriesMostRecipients,
            ]),
        Group(
            name: "keeping", keys: [.deliveriesGraceDays, .deliveriesAbandonedHours, .deliveriesChunkSize]),
    ])

    /// Administration → System → Security.
    static let security = SettingForm(groups: [
        Group(name: "security", keys: [.securityAdministratorsSecondFactor, .securitySessionHours])
    ])
}
