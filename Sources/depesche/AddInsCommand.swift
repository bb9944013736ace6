import AddIns
import ArgumentParser
import Foundation

/// `depesche addins`
struct AddInsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "addins",
        abstract: "Write the add-ins for mail clients into a folder.",
        discussion: """
            Without --url the extension for Thunderbird asks for the address of its installation. The manifests for
            Outlook need one. A running server offers the same files at /add-ins/.
            """)

    @Argument(help: "The folder; it is made if it is not there.") var folder: String
    @Option(help: "The public address of the installation, such as https://depesche.kunde.example.") var url: String?
    @Option(help: "The organisation's name.") var organisation = ""

    func run() throws {
        var address: String?
        if let url {
            guard let parsed = URL(string: url), parsed.scheme == "https" || parsed.scheme == "http",
                parsed.host() != nil
            else { throw ValidationError("The address begins with https://.") }
            address = String(url.reversed().drop { $0 == "/" }.reversed())
        }
        let target = URL(fileURLWithPath: folder, isDirectory: true)
        try FileManager.default.createDirectory(at: target, withIntermediateDirectories: true)
        let installation = AddInInstallation(url: address, organisation: organisation, assets: "")
        try write(try ThunderbirdExtension().archive(for: installation), "depesche.xpi", target)
        guard address != nil else { return }
        let outlook = try OutlookFiles()
        for name in outlook.manifestNames {
            try write(Data(try outlook.manifest(name, for: installation).utf8), name, target)
        }
        try write(try outlook.package(for: installation), "package.zip", target)
    }

    private func write(_ content: Data, _ name: String, _ folder: URL) throws {
        let file = folder.appendingPathComponent(name)
        try content.write(to: file, options: .atomic)
        print(file.path)
    }
}
