public import Deliveries
public import Foundation
public import Localization

/// The settings that the door itself needs, taken for each request from the settings in force.
public struct WebSettings: Sendable, Equatable {
    /// The public address without a path, such as `https://zustellung.kunde.example`.
    public var publicURL: String
    /// Host names in old mails that redirect to the public address.
    public var aliases: [String]
    /// The proxies whose word on the client's address counts.
    public var trustedProxies: [AddressBlock]
    /// The language where nothing else is known.
    public var language: Language
    /// The zone of dates and times.
    public var timeZone: TimeZone

    /// Settings of the door.
    public init(
        publicURL: String = "http://127.0.0.1:8080", aliases: [String] = [], trustedProxies: [AddressBlock] = [],
        language: Language = .german, timeZone: TimeZone = TimeZone(identifier: "Europe/Berlin") ?? .gmt
    ) {
        self.publicURL = publicURL
        self.aliases = aliases
        self.trustedProxies = trustedProxies
        self.language = language
        self.timeZone = timeZone
    }

    /// The door's part of the settings.
    public init(_ settings: Settings) {
        self.init(
            publicURL: settings.text(.serverPublicURL), aliases: settings.list(.serverAliases),
            trustedProxies: settings.list(.serverTrustedProxies).compactMap { AddressBlock($0) },
            language: settings.language, timeZone: settings.timeZone)
    }

    /// Whether cookies are for https only.
    public var isSecure: Bool { publicURL.hasPrefix("https://") }

    /// The host of the public address without a port, in lower case.
    public var host: String {
        let rest = publicURL.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false).last ?? ""
        return hostName(of: String(rest))
    }
}

/// The host of a Host header or authority without its port, in lower case (RFC 9110, 7.2).
func hostName(of authority: String) -> String {
    if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") {
        return authority[...end].lowercased()
    }
    return (authority.split(separator: ":", maxSplits: 1).first.map(String.init) ?? "").lowercased()
}
