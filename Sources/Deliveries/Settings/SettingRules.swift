/// What several settings must fulfil together.
enum SettingRules {
    /// Whether an empty value is a mistake rather than the way back to the default.
    static func needsValue(_ key: SettingKey) -> Bool {
        key == .organisationName || key == .serverPublicURL
    }

    /// Values that are understood and come with a later part of the system.
    static func unsupported(_ name: String, value: String) -> FieldError? {
        switch (name, value) {
        case (SettingKey.mailRoute.name, "direct"):
            FieldError(name, "comes-with-mail-server", ["value": value])
        case (SettingKey.mailReturnPath.name, "own"), (SettingKey.mailReturnPath.name, "subdomain"):
            FieldError(name, "comes-with-mail-server", ["value": value])
        default: nil
        }
    }

    /// The mistakes that `changed` keys have a part in, in the order of the pages.
    static func mistakes(in settings: Settings, changed: Set<String>) -> [FieldError] {
        var mistakes: [FieldError] = []
        if touches(changed, SettingKey.mail + SettingKey.smtp), settings.route == .smtp {
            mistakes += smtpMistakes(settings)
        }
        let longest = settings.integer(.deliveriesLongestLifetimeDays)
        if touches(changed, SettingKey.deliveries), settings.integer(.deliveriesLifetimeDays) > longest {
            mistakes.append(
                FieldError(SettingKey.deliveriesLifetimeDays.name, "longer-than-longest", ["most": String(longest)]))
        }
        return mistakes
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
