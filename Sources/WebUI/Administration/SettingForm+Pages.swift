import Deliveries

extension SettingForm {
    /// Administration → System → Organisation.
    static let organisation = SettingForm(groups: [
        Group(
            name: "organisation",
            keys: [
                .organisationName, .organisationLanguage, .organisationTimeZone, .organisationImprintURL,
                .organisationPrivacyURL,
            ]),
        Group(
            name: "appearance",
            keys: [.organisationAccent, .organisationAccentDark, .organisationFooter, .organisationLogo]),
        Group(name: "senderNames", keys: [.organisationSenderName, .organisationFallbackName]),
        Group(name: "server", keys: [.serverPublicURL, .serverAliases, .serverTrustedProxies]),
    ])

    /// Administration → System → SMTP interface.
    static let smtp = SettingForm(groups: [
        Group(name: "route", keys: [.mailRoute, .mailSystemSender, .mailSystemSenderName]),
        Group(name: "connection", keys: [.smtpHost, .smtpPort, .smtpSecurity, .smtpAllowPlain]),
        Group(name: "signIn", keys: [.smtpAuthentication, .smtpUser, .smtpPassword]),
        Group(name: "home", keys: [.smtpHomeDomains]),
        Group(name: "mailServer", keys: [.mailServerHostname, .mailServerAddresses], isFolded: true),
        Group(
            name: "mailServerFlow",
            keys: [
                .mailServerConnections, .mailServerMailsPerConnection, .mailServerMailsPerMinute,
                .mailServerLifetimeDays,
            ], isFolded: true),
        Group(name: "mailServerTLS", keys: [.mailServerTLSDemands, .mailServerTLSReports], isFolded: true),
        Group(
            name: "mailAuth", keys: [.smtpDKIMSigning, .smtpDKIMSelectors, .mailSPFInclude, .mailSPFAddresses],
            isFolded: true),
        Group(name: "certificate", keys: [.smtpVerifyCertificate, .smtpCACertificates], isFolded: true),
        Group(
            name: "oauth",
            keys: [
                .smtpOAuthGrant, .smtpOAuthTokenEndpoint, .smtpOAuthClientID, .smtpOAuthClientSecret,
                .smtpOAuthRefreshToken, .smtpOAuthScope,
            ], isFolded: true),
        Group(name: "flow", keys: [.smtpEHLOName, .smtpConnections, .smtpMailsPerConnection], isFolded: true),
    ])

    /// Administration → System → taking mail in.
    static let mailIntake = SettingForm(groups: [
        Group(name: "submission", keys: [.submissionTLSListen, .submissionSTARTTLSListen]),
        Group(
            name: "submissionLimits",
            keys: [.submissionMailsPerHour, .submissionMostRecipients, .submissionLargestMessage]),
        Group(name: "returnPathListen", keys: [.returnPathListen]),
        Group(
            name: "mailCertificate",
            keys: [
                .mailServerCertificate, .mailServerACMEDirectory, .mailServerACMEContact, .mailServerACMETerms,
            ], isFolded: true),
        Group(
            name: "submissionPlain", keys: [.submissionPlainListen, .submissionTrustedNetworks], isFolded: true),
        Group(
            name: "mailIntakeLimits", keys: [.mailIntakeConnections, .mailIntakeConnectionsPerAddress], isFolded: true),
    ])

    /// Administration → Add-ins.
    static let addIns = SettingForm(groups: [
        Group(name: "addIns", keys: [.addInsEnabled, .addInsInsertedDays, .addInsExchangeHosts]),
        Group(
            name: "addInsPolicy",
            keys: [
                .addInsPolicy, .addInsPolicySize, .addInsPolicyTypes, .addInsPolicyOutside, .addInsInsideDomains,
                .addInsExemptDomains,
            ]),
    ])

    /// Administration → System → returned mail.
    static let bounces = SettingForm(groups: [
        Group(
            name: "returnPath", keys: [.mailReturnPath, .mailReturnPathDomain, .mailReturnPathHost, .mailPostmaster]),
        Group(
            name: "bounceMailbox",
            keys: [
                .bounceIMAPHost, .bounceIMAPPort, .bounceIMAPSecurity, .bounceIMAPAuthentication, .bounceIMAPUser,
                .bounceIMAPPassword, .bounceIMAPFolder,
            ]),
        Group(name: "bounceAfter", keys: [.bounceIMAPAfter, .bounceIMAPMoveTo]),
    ])

    /// Administration → Sender domains → Settings.
    static let domains = SettingForm(groups: [
        Group(name: "domains", keys: [.domainsStart, .domainsPolicy, .domainsSelector, .domainsTTL]),
        Group(
            name: "domainOperator", keys: [.domainsOperatorEmail, .domainsOperatorURL, .domainsOperatorZone],
            isFolded: true),
        Group(
            name: "domainUpdates",
            keys: [.domainsUpdateServer, .domainsUpdateKeyName, .domainsUpdateKey, .domainsUpdateAlgorithm],
            isFolded: true),
    ])

    /// How many groups of ``notifications`` are about all kinds of mail.
    static let generalNotificationGroups = 2

    /// Administration → System → E-mail and other notifications.
    static let notifications = SettingForm(
        groups: [
            Group(name: "systemSender", keys: [.mailSystemSender, .mailSystemSenderName, .mailReplyTo]),
            Group(name: "noticeLanguage", keys: [.notifyLanguage]),
        ]
            + NotificationRule.Audience.allCases.map { audience in
                Group(
                    name: audience.groupName,
                    keys: NotificationRule.all.filter { $0.audience == audience }.flatMap { $0.keys + $0.furtherKeys })
            })

    /// Administration → System → Deliveries.
    static let limits = SettingForm(groups: [
        Group(name: "levels", keys: [.deliveriesLevels, .deliveriesLevel, .deliveriesPasswordLength]),
        Group(name: "defaults", keys: [.deliveriesLifetimeDays]),
        Group(
            name: "limits",
            keys: [
                .deliveriesLongestLifetimeDays, .deliveriesLargestFile, .deliveriesLargestDelivery,
                .deliveriesMostFiles, .deliveriesMostRecipients,
            ]),
        Group(name: "fileTypes", keys: [.deliveriesAllowedFileTypes, .deliveriesForbiddenFileTypes]),
        Group(
            name: "recipientDomains",
            keys: [.deliveriesAllowedRecipientDomains, .deliveriesForbiddenRecipientDomains]),
        Group(
            name: "keeping", keys: [.deliveriesGraceDays, .deliveriesAbandonedHours, .deliveriesChunkSize]),
    ])

    /// Administration → System → Virus scan.
    static let scan = SettingForm(groups: [
        Group(name: "scan", keys: [.scanClamd, .scanUnreachable]),
        Group(name: "scanLimits", keys: [.scanLargest, .scanTooLarge, .scanTimeoutSeconds]),
    ])

    /// Administration → System → Security.
    static let security = SettingForm(groups: [
        Group(name: "security", keys: [.securityAdministratorsSecondFactor, .securitySessionHours]),
        Group(name: "passwords", keys: [.securityPasswordLength, .securityFreshPassword]),
        Group(name: "audit", keys: [.auditPseudonymiseDays, .auditRetentionDays]),
        Group(name: "metrics", keys: [.metricsToken, .metricsTrustedNetworks], isFolded: true),
    ])

    /// Where a setting that groups may replace is changed.
    static func path(of key: SettingKey) -> String {
        let pages: [(path: String, form: SettingForm)] = [("/admin/security", security), ("/admin/add-ins", addIns)]
        return pages.first { $0.form.groups.contains { $0.keys.contains(key) } }?.path ?? "/admin/deliveries"
    }
}
