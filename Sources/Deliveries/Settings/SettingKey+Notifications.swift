extension SettingKey {
    /// Whether senders are told that a delivery was fetched.
    public static let notifyDownloaded = SettingKey("notify.downloaded", .boolean, "true")
    /// Whether recipients who have not fetched are reminded before a delivery runs out.
    public static let notifyReminder = SettingKey("notify.reminder", .boolean, "true")
    /// Whether senders are told that a mail could not be delivered.
    public static let notifyUndeliverable = SettingKey("notify.undeliverable", .boolean, "true")
    /// Whether recipients are told that a delivery can be fetched again.
    public static let notifyRenewed = SettingKey("notify.renewed", .boolean, "true")
    /// Whether recipients are told that a delivery was withdrawn.
    public static let notifyWithdrawn = SettingKey("notify.withdrawn", .boolean, "false")
    /// Whether downloads are told one by one.
    public static let notifyDownloadedWhen = SettingKey(
        "notify.downloaded.when", .choice(["gathered", "at-once"]), "gathered")
    /// For how many minutes events are gathered into one mail.
    public static let notifyGatherMinutes = SettingKey("notify.gather-minutes", .integer(1...1_440), "30")
    /// How many days before the end the reminder goes out.
    public static let notifyReminderDays = SettingKey("notify.reminder-days", .integer(1...90), "3")
    /// For how many hours mail waits, while none gets out, before administrators are told.
    public static let notifyOutboxStuckHours = SettingKey("notify.outbox-stuck.hours", .integer(1...72), "2")
    /// Administrators are told when less than so many percent of the disk are free.
    public static let notifyStoragePercent = SettingKey("notify.storage-low.percent", .integer(1...50), "10")
    /// The hour at which administrators get the daily summary, by the clocks of the organisation.
    public static let notifyDailySummaryHour = SettingKey("notify.daily-summary.hour", .integer(0...23), "7")
    /// Whose language a mail to a recipient speaks.
    public static let notifyLanguage = SettingKey(
        "notify.language", .choice(["reader", "sender", "system"]), "reader")

    static let notifications: [SettingKey] =
        NotificationRule.all.flatMap(\.keys) + [
            notifyGatherMinutes, notifyReminderDays, notifyOutboxStuckHours, notifyStoragePercent,
            notifyDailySummaryHour, notifyLanguage,
        ]
}
