import Deliveries
import HTTPTypes
import Hummingbird
import MailTemplates
import NIOCore
import WebServer

/// The organisation's colours as a style sheet.
///
/// The address says the colours, so that browsers may keep the sheet for good and nothing has to be looked up.
struct Theme: Equatable, Sendable {
    /// Buttons and links on light paper.
    let light: AccentColour
    /// The same on dark paper.
    let dark: AccentColour

    init(light: AccentColour, dark: AccentColour) {
        self.light = light
        self.dark = dark
    }

    /// The colours in force.
    init(_ settings: Settings) {
        self.init(light: settings.accent, dark: settings.accentOnDark)
    }

    /// Reads the last part of an address; nil if it names no two colours that can be read.
    init?(fileName: String) {
        let parts = fileName.split(separator: ".")
        guard parts.count == 2, parts[1] == "css" else { return nil }
        let colours = parts[0].split(separator: "-").map { AccentColour(hex: "#\($0)") }
        guard colours.count == 2, let light = colours[0], let dark = colours[1], light.isReadable(on: .light),
            dark.isReadable(on: .dark)
        else { return nil }
        self.init(light: light, dark: dark)
    }

    /// Where the sheet is.
    var address: String { "/theme/\(light.hex.dropFirst())-\(dark.hex.dropFirst()).css" }

    /// The sheet; a mail program that is dark on a light system says so by `data-theme`.
    var sheet: String {
        let onDark = Self.rules(dark, on: .dark)
        return """
            :root{\(Self.rules(light, on: .light))}
            @media (prefers-color-scheme:dark){:root:not([data-theme="light"]){\(onDark)}}
            :root[data-theme="dark"]{\(onDark)}

            """
    }

    private static func rules(_ accent: AccentColour, on ground: AccentColour.Ground) -> String {
        let words = ground == .light ? "#ffffff" : "#14161a"
        return "--accent:\(accent.hex);--accent-strong:\(accent.stronger(on: ground).hex);--on-accent:\(words)"
    }

    static func add(to router: Router<WebContext>) {
        router.get("theme/:name") { _, context in
            guard let theme = Theme(fileName: context.parameters.get("name") ?? "") else { throw HTTPError(.notFound) }
            var headers = HTTPFields()
            headers[.contentType] = "text/css; charset=utf-8"
            headers[.cacheControl] = "public, max-age=31536000, immutable"
            headers[.contentSecurityPolicy] = "default-src 'none'"
            return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(string: theme.sheet)))
        }
    }
}
