extension SettingKey {
    /// After how many days entries of the audit trail name nobody any more; 0: never.
    public static let auditPseudonymiseDays = SettingKey("audit.pseudonymise-days", .integer(0...3_650), "0")
    /// For how many days entries of the audit trail are kept; 0: for ever.
    public static let auditRetentionDays = SettingKey("audit.retention-days", .integer(0...3_650), "0")

    static let audit = [auditPseudonymiseDays, auditRetentionDays]
}
