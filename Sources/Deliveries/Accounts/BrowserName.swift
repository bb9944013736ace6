/// What a person calls the browser behind a User-Agent field, roughly.
public struct BrowserName: Sendable {
    private static let browsers = [
        ("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"), ("CriOS/", "Chrome"),
        ("Chromium/", "Chromium"), ("Chrome/", "Chrome"), ("Safari/", "Safari"), ("curl/", "curl"),
    ]
    private static let systems = [
        ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Macintosh", "macOS"),
        ("Linux", "Linux"),
    ]

    /// Such as "Firefox, Linux"; nil if nothing of it is known.
    public let words: String?

    /// Reads a User-Agent field.
    public init(_ userAgent: String) {
        let browser = Self.browsers.first { userAgent.contains($0.0) }?.1
        let system = Self.systems.first { userAgent.contains($0.0) }?.1
        let known = [browser, system].compactMap { $0 }
        words = known.isEmpty ? nil : known.joined(separator: ", ")
    }
}
