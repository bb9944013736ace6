public import Foundation
import Localization

/// The extension for Thunderbird: an archive of its own files, those that it shares with the other add-in, its texts, and
/// where the installation is.
public struct ThunderbirdExtension: Sendable {
    private let files: [String: Data]

    /// Reads the files.
    ///
    /// - Throws: if they cannot be read.
    public init() throws {
        files = try AddInFolder.shared.files().merging(try AddInFolder.thunderbird.files()) { $1 }
    }

    /// The archive (`.xpi`).
    ///
    /// - Throws: ``AddInFileError``.
    public func archive(for installation: AddInInstallation) throws -> Data {
        var files = files.filter { !$0.key.hasPrefix(".") }
        files["manifest.json"] = try manifest(for: installation)
        for language in Language.allCases {
            files["texts-\(language.rawValue).json"] = Data(AddInInstallation.texts(language).utf8)
        }
        files["theme.css"] = Data(installation.theme.utf8)
        files["installation.json"] = Data(
            AddInInstallation.json(Named(url: installation.url, organisation: installation.organisation)).utf8)
        return try FileArchive.pack(files)
    }

    /// What tells Thunderbird whether there is a newer version.
    ///
    /// - Throws: ``AddInFileError``.
    public func updates(for installation: AddInInstallation) throws -> String {
        let manifest = try manifest(for: installation)
        guard let read = try? JSONDecoder().decode(Manifest.self, from: manifest) else {
            throw AddInFileError.notJSON("manifest.json")
        }
        let settings = read.browserSpecificSettings.gecko
        let update = Updates.Update(
            version: read.version, updateLink: (installation.url ?? "") + "/add-ins/thunderbird/depesche.xpi",
            applications: ["gecko": ["strict_min_version": settings.strictMinVersion]])
        return AddInInstallation.json(Updates(addons: [settings.id: .init(updates: [update])]))
    }

    private func manifest(for installation: AddInInstallation) throws -> Data {
        var template = try JSONTemplate("manifest.json", in: files)
        // Who knows where the server is need not ask for it.
        if installation.url != nil { template = template.without("optional_permissions") }
        // Thunderbird does not install an extension whose updates come over http.
        if installation.url?.hasPrefix("https://") != true {
            template = template.without("browser_specific_settings", "gecko", "update_url")
        }
        return try template.filled(installation, language: .english)
    }

    private struct Named: Encodable {
        let url: String?
        let organisation: String
    }

    private struct Manifest: Decodable {
        struct Settings: Decodable {
            struct Gecko: Decodable {
                let id: String
                let strictMinVersion: String

                enum CodingKeys: String, CodingKey {
                    case id
                    case strictMinVersion = "strict_min_version"
                }
            }

            let gecko: Gecko
        }

        let version: String
        let browserSpecificSettings: Settings

        enum CodingKeys: String, CodingKey {
            case version
            case browserSpecificSettings = "browser_specific_settings"
        }
    }

    private struct Updates: Encodable {
        struct Update: Encodable {
            let version: String
            let updateLink: String
            let applications: [String: [String: String]]

            enum CodingKeys: String, CodingKey {
                case version
                case updateLink = "update_link"
                case applications
            }
        }

        struct Addon: Encodable {
            let updates: [Update]
        }

        let addons: [String: Addon]
    }
}
