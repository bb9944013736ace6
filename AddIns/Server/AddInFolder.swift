public import Foundation
import Localization

/// Where the files lie that are installed in mail clients, and the scripts that our own pages share with them.
public enum AddInFolder: String, Sendable, CaseIterable {
    /// Scripts and style sheets that both add-ins use; the upload is used by our pages too.
    case shared = "Shared"
    /// The add-in for Outlook.
    case outlook = "Outlook"
    /// The extension for Thunderbird.
    case thunderbird = "Thunderbird"

    /// The folder.
    public var url: URL {
        (ResourceFolder.locate(target: "AddIns") ?? Bundle.module.bundleURL)
            .appendingPathComponent(rawValue, isDirectory: true)
    }

    /// What lies in it, by name, each file with its content; folders within are left out.
    ///
    /// - Throws: if it cannot be read.
    public func files() throws -> [String: Data] {
        var files: [String: Data] = [:]
        for file in try FileManager.default.contentsOfDirectory(
            at: url, includingPropertiesForKeys: [.isRegularFileKey])
        where try file.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true {
            files[file.lastPathComponent] = try Data(contentsOf: file)
        }
        return files
    }
}
