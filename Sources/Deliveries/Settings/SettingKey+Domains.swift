extension SettingKey {
    /// How a sender domain begins: the administrator gets the records at once, or a user asks and the operator answers.
    public static let domainsStart = SettingKey(
        "domains.start", .choice(["self-service", "on-request"]), "self-service")
    /// What happens to mail in the name of a domain that is not in order, unless the domain itself says otherwise.
    public static let domainsPolicy = SettingKey(
        "domains.policy", .choice(["fallback", "hold", "reject"]), "fallback")
    /// What selectors begin with: a number follows, and an `e` for Ed25519.
    public static let domainsSelector = SettingKey("domains.selector", .dnsName, "depesche")
    /// The zone of the operator that the customers' CNAME records lead into; empty: keys are published as TXT.
    public static let domainsOperatorZone = SettingKey("domains.operator-zone", .dnsName)
    /// The server that takes dynamic updates of that zone; empty: somebody publishes by hand.
    public static let domainsUpdateServer = SettingKey("domains.update-server", .endpoint)
    /// The name of the key that signs the updates.
    public static let domainsUpdateKeyName = SettingKey("domains.update-key-name", .dnsName)
    /// That key, in base64.
    public static let domainsUpdateKey = SettingKey("domains.update-key", .secret)
    /// What signs with it.
    public static let domainsUpdateAlgorithm = SettingKey(
        "domains.update-algorithm", .choice(["hmac-sha256", "hmac-sha512"]), "hmac-sha256")
    /// The installation whose mail server this one uses: requests for domains go to its operator.
    public static let domainsOperatorURL = SettingKey("domains.operator-url", .url)
    /// Who decides about requests; empty: the administrators.
    public static let domainsOperatorEmail = SettingKey("domains.operator-email", .emailAddress)
    /// How long resolvers may keep the records that are shown for publishing, seconds.
    public static let domainsTTL = SettingKey("domains.ttl", .integer(60...86_400), "600")

    static let domains = [
        domainsStart, domainsPolicy, domainsSelector, domainsTTL, domainsOperatorEmail, domainsOperatorURL,
        domainsOperatorZone, domainsUpdateServer, domainsUpdateKeyName, domainsUpdateKey, domainsUpdateAlgorithm,
    ]
}
