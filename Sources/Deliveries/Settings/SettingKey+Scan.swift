extension SettingKey {
    /// Where clamd listens: the path of its socket, or host and port; empty: files are not looked at.
    public static let scanClamd = SettingKey("scan.clamd", .socket)
    /// What becomes of files while the scanner does not answer: they wait, or pass with a mark.
    public static let scanUnreachable = SettingKey("scan.unreachable", .choice(["delay", "pass"]), "delay")
    /// What becomes of files that are too large for the scanner: they pass with a mark, or an administrator decides.
    public static let scanTooLarge = SettingKey("scan.too-large", .choice(["pass", "hold"]), "pass")
    /// The largest file that is given to the scanner, octets; clamd has a limit of its own (`StreamMaxLength`).
    public static let scanLargest = SettingKey("scan.largest", .integer(1...4_294_967_296), "104857600")
    /// For how many seconds nothing may happen while the scanner looks at a file.
    public static let scanTimeoutSeconds = SettingKey("scan.timeout-seconds", .integer(5...3_600), "300")

    static let scan = [scanClamd, scanUnreachable, scanTooLarge, scanLargest, scanTimeoutSeconds]
}
