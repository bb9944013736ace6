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

    /// A manifest in XML.
    ///
    /// - Throws: ``AddInFileError``.
    public func manifest(_ name: String, for installation: AddInInstallation) throws -> String {
        try installation.filled(
            try text(name), language: .german, escape: \.escapedForMarkup)
    }

    /// The package with the unified manifest: its icons and the texts in German beside it.
    ///
    /// - Throws: ``AddInFileError``.
    public func package(for installation: AddInInstallation) throws -> Data {
        let manifest = try JSONTemplate("manifest.json", in: files).filled(installation, language: .english)
        let german = try JSONTemplate("manifest.de.json", in: files).filled(installation, language: .german)
        guard let colour = files["color.png"], let outline = files["outline.png"] else {
            throw AddInFileError.missing("color.png")
        }
        return try FileArchive.pack([
            "manifest.json": manifest, "de.json": german, "color.png": colour, "outline.png": outline,
        ])
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
