public import Foundation
public import Localization

/// The files of the add-in for Outlook as an installation serves them.
public struct OutlookFiles: Sendable {
    /// The pages of the add-in.
    public enum Page: String, Sendable, CaseIterable {
        /// The task pane.
        case pane
        /// What runs when a mail is sent, where it runs in a page.
        case launchEvent = "launchevent"
    }

    private let files: [String: Data]
    private let scripts: [String: Data]

    /// Reads the files.
    ///
    /// - Throws: if they cannot be read.
    public init() throws {
        files = try AddInFolder.outlook.files()
        scripts = try AddInFolder.shared.files().merging(files) { $1 }
    }

    /// The add-in-only manifests by name: `manifest.xml` and what else begins so.
    public var manifestNames: [String] {
        files.keys.filter { $0.hasPrefix("manifest") && $0.hasSuffix(".xml") }.sorted()
    }

    /// The icons by name.
    public var icons: [String: Data] { files.filter { $0.key.hasSuffix(".png") } }

    /// The language of a manifest; what it says in the others stands beside that.
    private static let first = Language.english
    private static let others = Language.allCases.filter { $0 != first }

    /// A manifest in XML. A line with `{{locale}}` stands there once for each locale of the other languages.
    ///
    /// - Throws: ``AddInFileError``.
    public func manifest(_ name: String, for installation: AddInInstallation) throws -> String {
        try text(name).split(separator: "\n", omittingEmptySubsequences: false).flatMap { line -> [String] in
            guard line.contains("{{locale}}") else {
                return [try installation.filled(String(line), language: Self.first, escape: \.escapedForMarkup)]
            }
            return try Self.others.flatMap { language in
                try language.locales.map { locale in
                    try installation.filled(
                        String(line), language: language, locale: locale, escape: \.escapedForMarkup)
                }
            }
        }.joined(separator: "\n")
    }

    /// The package with the unified manifest: its icons and the texts in the other languages beside it.
    ///
    /// - Throws: ``AddInFileError``.
    public func package(for installation: AddInInstallation) throws -> Data {
        let languages = Self.others.map { ["languageTag": $0.rawValue, "file": "\($0.rawValue).json"] }
        let manifest = try JSONTemplate("manifest.json", in: files)
            .with(languages, at: "localizationInfo", "additionalLanguages")
        let texts = try JSONTemplate("manifest.texts.json", in: files)
        guard let colour = files["color.png"], let outline = files["outline.png"] else {
            throw AddInFileError.missing("color.png")
        }
        var package = [
            "manifest.json": try manifest.filled(installation, language: Self.first), "color.png": colour,
            "outline.png": outline,
        ]
        for language in Self.others {
            package["\(language.rawValue).json"] = try texts.filled(installation, language: language)
        }
        return try FileArchive.pack(package)
    }

    /// A page of the add-in.
    ///
    /// - Throws: ``AddInFileError``.
    public func page(_ page: Page, language: Language, for installation: AddInInstallation) throws -> String {
        try installation.filled(
            try text(page.rawValue + ".html"), language: language, escape: \.escapedForMarkup)
    }

    /// What runs when a mail is sent, as one script without modules.
    ///
    /// - Throws: ``AddInFileError``.
    public func launchEventScript(for installation: AddInInstallation) throws -> String {
        let texts = Dictionary(
            uniqueKeysWithValues: Language.allCases.map { language in
                (language.rawValue, AddInInstallation.scriptTexts(language).filter { $0.key.hasPrefix("sending.") })
            })
        let known = InstallationInScript(
            url: installation.url ?? "", organisation: installation.organisation, texts: texts)
        // The engine of older versions knows no globalThis.
        return try ScriptBundle(
            entry: "launchevent-outlook.js", files: scripts,
            preamble: "var depescheInstallation = \(AddInInstallation.json(known));"
        ).text
    }

    private struct InstallationInScript: Encodable {
        let url: String
        let organisation: String
        let texts: [String: [String: String]]
    }

    private func text(_ name: String) throws(AddInFileError) -> String {
        guard let data = files[name] else { throw .missing(name) }
        return String(decoding: data, as: UTF8.self)
    }
}
