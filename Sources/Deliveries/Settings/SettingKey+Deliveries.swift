extension SettingKey {
    /// How many days a delivery can be fetched unless its sender says otherwise.
    public static let deliveriesLifetimeDays = SettingKey("deliveries.lifetime-days", .integer(1...3_650), "14")
    /// How many days a sender may choose at the most.
    public static let deliveriesLongestLifetimeDays = SettingKey(
        "deliveries.longest-lifetime-days", .integer(1...3_650), "90")
    /// For how many days the files of an expired delivery are kept, so that it can be renewed.
    public static let deliveriesGraceDays = SettingKey("deliveries.grace-days", .integer(0...3_650), "14")
    /// The security levels that senders may choose.
    public static let deliveriesLevels = SettingKey(
        "deliveries.levels", .rule(.levels),
        Delivery.SecurityLevel.allCases.map { String($0.rawValue) }.joined(separator: ", "))
    /// The security level unless the sender chooses another: the highest allowed one that recipients can use without
    /// help, or one that is fixed.
    public static let deliveriesLevel = SettingKey("deliveries.level", .choice(["highest", "1", "2"]), "highest")
    /// The fewest characters of a delivery's own password.
    public static let deliveriesPasswordLength = SettingKey("deliveries.password-length", .integer(8...64), "8")
    /// The only endings that names of files may have; empty: all.
    public static let deliveriesAllowedFileTypes = SettingKey(
        "deliveries.allowed-file-types", .rule(.allowedFileTypes))
    /// Endings that names of files may not have.
    public static let deliveriesForbiddenFileTypes = SettingKey(
        "deliveries.forbidden-file-types", .rule(.forbiddenFileTypes))
    /// The only domains, with all below them, whose addresses may be recipients; empty: all.
    public static let deliveriesAllowedRecipientDomains = SettingKey(
        "deliveries.allowed-recipient-domains", .rule(.allowedRecipientDomains))
    /// Domains, with all below them, whose addresses may not be recipients.
    public static let deliveriesForbiddenRecipientDomains = SettingKey(
        "deliveries.forbidden-recipient-domains", .rule(.forbiddenRecipientDomains))
    /// The largest file, octets.
    public static let deliveriesLargestFile = SettingKey(
        "deliveries.largest-file", .integer(1...1_125_899_906_842_624), "107374182400")
    /// The largest sum of a delivery's files, octets.
    public static let deliveriesLargestDelivery = SettingKey(
        "deliveries.largest-delivery", .integer(1...1_125_899_906_842_624), "107374182400")
    /// The most recipients of a delivery.
    public static let deliveriesMostRecipients = SettingKey(
        "deliveries.most-recipients", .integer(1...100_000), "10000")
    /// The most files of a delivery.
    public static let deliveriesMostFiles = SettingKey("deliveries.most-files", .integer(1...100_000), "1000")
    /// The plain size of a chunk, octets; kept per delivery when it is begun.
    public static let deliveriesChunkSize = SettingKey(
        "deliveries.chunk-size", .integer(65_536...67_108_864), "8388608")
    /// After how many hours an untouched draft is removed.
    public static let deliveriesAbandonedHours = SettingKey("deliveries.abandoned-hours", .integer(1...8_760), "168")

    static let deliveries = [
        deliveriesLevels, deliveriesLevel, deliveriesPasswordLength, deliveriesLifetimeDays,
        deliveriesLongestLifetimeDays, deliveriesGraceDays, deliveriesLargestFile, deliveriesLargestDelivery,
        deliveriesMostRecipients, deliveriesMostFiles, deliveriesAllowedFileTypes, deliveriesForbiddenFileTypes,
        deliveriesAllowedRecipientDomains, deliveriesForbiddenRecipientDomains, deliveriesChunkSize,
        deliveriesAbandonedHours,
    ]
}

extension Settings {
    /// The security levels that may be chosen where no group says otherwise.
    var levels: [Delivery.SecurityLevel] {
        list(.deliveriesLevels).compactMap { Int($0).flatMap(Delivery.SecurityLevel.init(rawValue:)) }
    }

    /// Whether the preselected level follows those that are allowed.
    var proposesHighestLevel: Bool { text(.deliveriesLevel) == "highest" }
}
