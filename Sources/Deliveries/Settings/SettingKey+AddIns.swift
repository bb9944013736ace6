extension SettingKey {
    /// Whether senders may use the add-ins for their mail clients.
    public static let addInsEnabled = SettingKey("addins.enabled", .boolean, "true")
    /// What an add-in does about ordinary attachments that the policy is about: nothing, ask, or demand.
    public static let addInsPolicy = SettingKey("addins.policy", .choice(["off", "ask", "always"]), "off")
    /// Above how many megabytes of attachments in a mail the policy is about them; 0: size does not matter.
    public static let addInsPolicySize = SettingKey("addins.policy-size", .integer(0...10_000), "10")
    /// The kinds of attachments that the policy is about however small they are.
    public static let addInsPolicyTypes = SettingKey("addins.policy-types", .rule(.attachmentTypes))
    /// Whether the policy is about attachments to anybody outside.
    public static let addInsPolicyOutside = SettingKey("addins.policy-outside", .boolean, "false")
    /// The domains that are not outside.
    public static let addInsInsideDomains = SettingKey("addins.inside-domains", .domainList)
    /// The domains to which the policy does not apply.
    public static let addInsExemptDomains = SettingKey("addins.exempt-domains", .domainList)
    /// The hosts of Exchange servers of the organisation's own, where Outlook on the web shows the add-in.
    public static let addInsExchangeHosts = SettingKey("addins.exchange-hosts", .hostList)
    /// For how many days files are kept whose block stands in a mail that was never reported as sent.
    public static let addInsInsertedDays = SettingKey("addins.inserted-days", .integer(1...365), "30")

    static let addIns = [
        addInsEnabled, addInsPolicy, addInsPolicySize, addInsPolicyTypes, addInsPolicyOutside, addInsInsideDomains,
        addInsExemptDomains, addInsExchangeHosts, addInsInsertedDays,
    ]
}

extension Settings {
    /// Refuses unless the add-ins may be used.
    func checkAddIns() throws {
        guard boolean(.addInsEnabled) else { throw DeliveriesError(.forbidden, detail: "add-ins are switched off") }
    }
}
