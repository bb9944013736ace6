import Crypto
import Foundation
import Localization

/// What the files of the add-ins say of the installation that serves them.
public struct AddInInstallation: Sendable {
    /// The version of the add-ins: raised with each change of a manifest, so that mail clients take the new one.
    public static let version = "1.0.0"

    /// Where people reach the installation, without a slash at the end; nil in files for any installation.
    public let url: String?
    /// The organisation that runs it.
    public let organisation: String
    /// Where pages find scripts and style sheets, such as `/static/5f3a…`.
    public let assets: String
    /// The colour of the organisation, such as `#1f4b99`.
    public let accent: String
    /// A style sheet with the colours of the organisation; empty: ours.
    public let theme: String
    /// Where pages find that sheet.
    public let themeAddress: String

    /// An installation.
    public init(
        url: String?, organisation: String, assets: String, accent: String = "#1f4b99", theme: String = "",
        themeAddress: String = ""
    ) {
        self.url = url
        self.organisation = organisation.isEmpty ? "Depesche" : organisation
        self.assets = assets
        self.accent = accent
        self.theme = theme
        self.themeAddress = themeAddress
    }

    /// The add-in's name for mail clients: the same as long as the address of the installation is (RFC 9562, 5.8).
    var id: String {
        var octets = Array(SHA256.hash(data: Data("depesche add-in \(url ?? "")".utf8)).prefix(16))
        octets[6] = octets[6] & 0x0F | 0x80
        octets[8] = octets[8] & 0x3F | 0x80
        return UUID(
            uuid: (
                octets[0], octets[1], octets[2], octets[3], octets[4], octets[5], octets[6], octets[7], octets[8],
                octets[9], octets[10], octets[11], octets[12], octets[13], octets[14], octets[15]
            )
        ).uuidString.lowercased()
    }

    /// Fills what stands between `{{` and `}}`.
    ///
    /// - Parameters:
    ///   - template: the text of a file.
    ///   - language: the language of `{{language}}`, `{{texts}}` and `{{t:…}}`.
    ///   - locale: `{{locale}}`, where that has a meaning.
    ///   - escape: makes a value fit where it stands.
    /// - Throws: ``AddInFileError`` for a name or a text that is not known.
    func filled(
        _ template: String, language: Language, locale: String? = nil, escape: (String) -> String
    ) throws(AddInFileError) -> String {
        var result = ""
        var rest = template[...]
        while let open = rest.range(of: "{{"), let close = rest[open.upperBound...].range(of: "}}") {
            let name = String(rest[open.upperBound..<close.lowerBound])
            result += rest[..<open.lowerBound]
            if name == "locale", let locale {
                result += escape(locale)
            } else {
                result += escape(try value(name, language))
            }
            rest = rest[close.upperBound...]
        }
        return result + rest
    }

    private func value(_ name: String, _ language: Language) throws(AddInFileError) -> String {
        switch name {
        case "url": return url ?? ""
        case "host": return url.flatMap { URL(string: $0)?.host() } ?? ""
        case "id": return id
        case "version": return Self.version + ".0"
        case "version3": return Self.version
        case "organisation": return organisation
        case "static": return assets
        case "accent": return accent
        case "theme": return themeAddress
        case "language": return language.rawValue
        case "texts": return Self.texts(language)
        default: break
        }
        let parts = name.split(separator: ":", maxSplits: 1).map(String.init)
        guard parts.count == 2, parts[0] == "t" else { throw .unknownPlaceholder(name) }
        let text = Localizer(language)
        guard text.has("addin.\(parts[1])") else { throw .unknownPlaceholder(name) }
        return text("addin.\(parts[1])", ["organisation": organisation])
    }

    /// What the scripts of the add-ins say, as JSON.
    static func texts(_ language: Language) -> String { json(scriptTexts(language)) }

    /// What the scripts of the add-ins say: their own area, and what they share with our pages.
    static func scriptTexts(_ language: Language) -> [String: String] {
        let text = Localizer(language)
        return text.texts(below: "page.script").merging(text.texts(below: "addin.script")) { $1 }
    }

    /// A value as JSON with sorted keys.
    static func json(_ value: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }
}
