import SenderDomains

/// What several settings must fulfil together.
enum SettingRules {
    /// Whether an empty value is a mistake rather than the way back to the default.
    static func needsValue(_ key: SettingKey) -> Bool {
        key == .organisationName || key == .serverPublicURL || key.kind == .picture
    }

    /// The mistakes that `changed` keys have a part in, in the order of the pages.
    static func mistakes(in settings: Settings, changed: Set<String>) -> [FieldError] {
        var mistakes: [FieldError] = []
        if touches(changed, SettingKey.mail + SettingKey.smtp), settings.route == .smtp {
            mistakes += smtpMistakes(settings)
        }
        if touches(changed, SettingKey.mail + SettingKey.mailServer), settings.route == .direct {
            mistakes += mailServerMistakes(settings)
        }
        if touches(changed, SettingKey.mailServerCertificates + [.mailServerHostname, .serverPublicURL]),
            settings.text(.mailServerCertificate) == "acme"
        {
            mistakes += certificateMistakes(settings)
        }
        if touches(changed, SettingKey.mail + SettingKey.bounces + SettingKey.mailIntake) {
            mistakes += bounceMistakes(settings)
        }
        if touches(changed, SettingKey.submission), !settings.text(.submissionPlainListen).isEmpty,
            settings.text(.submissionTrustedNetworks).isEmpty
        {
            mistakes.append(FieldError(SettingKey.submissionTrustedNetworks.name, "needed-for-plain-listen"))
        }
        if touches(changed, SettingKey.notifications) { mistakes += notificationMistakes(settings) }
        if touches(changed, SettingKey.domains) { mistakes += domainMistakes(settings) }
        if touches(changed, SettingKey.deliveries) { mistakes += deliveryMistakes(settings) }
        return mistakes
    }

    /// What senders may do must be possible, and what they find must be allowed.
    private static func deliveryMistakes(_ settings: Settings) -> [FieldError] {
        var mistakes: [FieldError] = []
        if !settings.proposesHighestLevel, !settings.list(.deliveriesLevels).contains(settings.text(.deliveriesLevel)) {
            mistakes.append(FieldError(SettingKey.deliveriesLevel.name, "level-not-allowed"))
        }
        let longest = settings.integer(.deliveriesLongestLifetimeDays)
        if settings.integer(.deliveriesLifetimeDays) > longest {
            mistakes.append(
                FieldError(SettingKey.deliveriesLifetimeDays.name, "longer-than-longest", ["most": String(longest)]))
        }
        for (allowed, forbidden) in GroupPolicy.opposites {
            guard let allowed = allowed.setting, let forbidden = forbidden.setting else { continue }
            if let entry = settings.list(forbidden).first(where: settings.list(allowed).contains) {
                mistakes.append(FieldError(forbidden.name, "allowed-and-forbidden", ["entry": entry]))
            }
        }
        return mistakes
    }

    /// A kind that goes to certain addresses only needs one.
    private static func notificationMistakes(_ settings: Settings) -> [FieldError] {
        NotificationRule.all.compactMap { rule in
            guard let to = rule.to, let addresses = rule.addresses, settings.sends(rule.kind),
                settings.text(to) == "addresses", settings.list(addresses).isEmpty
            else { return nil }
            return FieldError(addresses.name, "needed-for-notice")
        }
    }

    /// Dynamic updates need the zone, and are only taken when they are signed.
    private static func domainMistakes(_ settings: Settings) -> [FieldError] {
        guard !settings.text(.domainsUpdateServer).isEmpty else { return [] }
        var missing: [SettingKey] = []
        if settings.text(.domainsOperatorZone).isEmpty { missing.append(.domainsOperatorZone) }
        if settings.text(.domainsUpdateKeyName).isEmpty { missing.append(.domainsUpdateKeyName) }
        if !settings.isSet(.domainsUpdateKey) { missing.append(.domainsUpdateKey) }
        return missing.map { FieldError($0.name, "needed-for-updates") }
    }

    private static func smtpMistakes(_ settings: Settings) -> [FieldError] {
        var mistakes: [FieldError] = []
        let host = settings.text(.smtpHost)
        if host.isEmpty { mistakes.append(FieldError(SettingKey.smtpHost.name, "needed-for-smtp")) }
        if settings.systemSender == nil {
            mistakes.append(FieldError(SettingKey.mailSystemSender.name, "needed-for-smtp"))
        }
        let authentication = settings.text(.smtpAuthentication)
        if settings.smtpSecurity == .none {
            if !host.isEmpty, !isNear(host), !settings.boolean(.smtpAllowPlain) {
                mistakes.append(FieldError(SettingKey.smtpSecurity.name, "plain-needs-confirmation"))
            }
            // Credentials never cross an unprotected connection (RFC 4954, 4).
            if ["plain", "login", "xoauth2"].contains(authentication) {
                mistakes.append(FieldError(SettingKey.smtpAuthentication.name, "sign-in-needs-encryption"))
            }
        }
        if ["plain", "login", "xoauth2"].contains(authentication), settings.text(.smtpUser).isEmpty {
            mistakes.append(FieldError(SettingKey.smtpUser.name, "needed-for-sign-in"))
        }
        if ["plain", "login"].contains(authentication), !settings.isSet(.smtpPassword) {
            mistakes.append(FieldError(SettingKey.smtpPassword.name, "needed-for-sign-in"))
        }
        if authentication == "xoauth2" { mistakes += tokenMistakes(settings) }
        return mistakes
    }

    /// A mail server without a name of its own is turned away almost everywhere (RFC 5321, 4.1.1.1).
    private static func mailServerMistakes(_ settings: Settings) -> [FieldError] {
        var mistakes: [FieldError] = []
        if settings.systemSender == nil {
            mistakes.append(FieldError(SettingKey.mailSystemSender.name, "needed-for-mail-server"))
        }
        let name = settings.mailServerName
        if NetworkAddress(parsing: name) != nil || !name.contains(".") {
            mistakes.append(FieldError(SettingKey.mailServerHostname.name, "needed-for-mail-server"))
        }
        return mistakes
    }

    /// An authority certifies full names only, and only for those who agree to its terms (RFC 8555, 7.3).
    private static func certificateMistakes(_ settings: Settings) -> [FieldError] {
        var mistakes: [FieldError] = []
        if !settings.hasCertifiableName {
            mistakes.append(FieldError(SettingKey.mailServerHostname.name, "needed-for-certificate"))
        }
        if !settings.text(.mailServerACMEDirectory).hasPrefix("https://") {
            mistakes.append(FieldError(SettingKey.mailServerACMEDirectory.name, "needs-https"))
        }
        if !settings.boolean(.mailServerACMETerms) {
            mistakes.append(FieldError(SettingKey.mailServerACMETerms.name, "terms-not-agreed"))
        }
        return mistakes
    }

    /// Reports to keyed addresses are lost unless somebody reads them.
    private static func bounceMistakes(_ settings: Settings) -> [FieldError] {
        var mistakes: [FieldError] = []
        let host = settings.text(.bounceIMAPHost)
        let mode = settings.returnPath
        if mode == .own, settings.returnPathDomain == nil {
            mistakes.append(FieldError(SettingKey.mailReturnPathDomain.name, "needed-for-return-path"))
        }
        if mode == .subdomain, settings.text(.mailReturnPathHost).isEmpty {
            mistakes.append(FieldError(SettingKey.mailReturnPathHost.name, "needed-for-return-path"))
        }
        // Our own listener reads them, too.
        if mode != .account, host.isEmpty, settings.list(.returnPathListen).isEmpty {
            mistakes.append(FieldError(SettingKey.bounceIMAPHost.name, "needed-for-return-path"))
        }
        guard !host.isEmpty else { return mistakes }
        if settings.text(.bounceIMAPSecurity) == "none", !isNear(host) {
            // Credentials never cross an unprotected connection to elsewhere.
            mistakes.append(FieldError(SettingKey.bounceIMAPSecurity.name, "sign-in-needs-encryption"))
        }
        if settings.text(.bounceIMAPUser).isEmpty {
            mistakes.append(FieldError(SettingKey.bounceIMAPUser.name, "needed-for-sign-in"))
        }
        if settings.text(.bounceIMAPAuthentication) == "xoauth2" {
            mistakes += tokenMistakes(settings)
        } else if !settings.isSet(.bounceIMAPPassword) {
            mistakes.append(FieldError(SettingKey.bounceIMAPPassword.name, "needed-for-sign-in"))
        }
        return mistakes
    }

    private static func tokenMistakes(_ settings: Settings) -> [FieldError] {
        let secret: SettingKey =
            settings.text(.smtpOAuthGrant) == "refresh-token" ? .smtpOAuthRefreshToken : .smtpOAuthClientSecret
        var missing: [SettingKey] = []
        if settings.text(.smtpOAuthTokenEndpoint).isEmpty { missing.append(.smtpOAuthTokenEndpoint) }
        if settings.text(.smtpOAuthClientID).isEmpty { missing.append(.smtpOAuthClientID) }
        if !settings.isSet(secret) { missing.append(secret) }
        return missing.map { FieldError($0.name, "needed-for-sign-in") }
    }

    /// Whether a host surely is this machine or in the own network. A name is not resolved: it may lead elsewhere
    /// tomorrow.
    private static func isNear(_ host: String) -> Bool {
        if let address = NetworkAddress(parsing: host) { return address.isLoopback || address.isPrivate }
        return host == "localhost" || host.hasSuffix(".localhost")
    }

    private static func touches(_ changed: Set<String>, _ keys: [SettingKey]) -> Bool {
        keys.contains { changed.contains($0.name) }
    }
}
