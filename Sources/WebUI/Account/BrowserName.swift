import Localization

/// What a person calls the browser behind a User-Agent field, roughly.
struct BrowserName {
    private static let browsers = [
        ("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"), ("CriOS/", "Chrome"),
        ("Chromium/", "Chromium"), ("Chrome/", "Chrome"), ("Safari/", "Safari"), ("curl/", "curl"),
    ]
    private static let systems = [
        ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Macintosh", "macOS"),
        ("Linux", "Linux"),
    ]

    private let browser: String?
    private let system: String?

    init(_ userAgent: String) {
        browser = Self.browsers.first { userAgent.contains($0.0) }?.1
        system = Self.systems.first { userAgent.contains($0.0) }?.1
    }

    /// Such as "Firefox, Linux".
    func words(_ text: Localizer) -> String {
        let known = [browser, system].compactMap { $0 }
        return known.isEmpty ? text("page.account.unknownBrowser") : known.joined(separator: ", ")
    }
}
