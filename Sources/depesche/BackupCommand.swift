import ArgumentParser
import Composition
import Foundation

/// `depesche backup`
struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Make a consistent copy, also while the server runs.",
        discussion: "The master key is copied only with --with-key. Keep it apart from the data: without it the copy "
            + "cannot be read, and with it everybody can.")
    @Argument(help: "A folder that does not exist yet, or is empty.") var directory: String
    @Flag(help: "Copy the master key, too.") var withKey = false
    @OptionGroup var data: DataOptions

    func run() async throws {
        let absolute = URL(filePath: directory).standardizedFileURL.path
        try await data.perform(.backup(directory: absolute, withKey: withKey))
    }
}

/// `depesche restore`
struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Bring a copy back into an empty data folder.",
        discussion: "A key file that is set by configuration must be there; one in the copy is brought back.")
    @Argument(help: "The folder that `depesche backup` made.") var directory: String
    @OptionGroup var data: DataOptions

    func run() async throws {
        let configuration = try data.configuration()
        do {
            let restored = try await BackupCopy(URL(filePath: directory)).restore(to: configuration)
            if data.json {
                print(restored.json)
            } else {
                for line in restored.lines { print(line) }
            }
        } catch let error as StartError {
            Terminal.complain("depesche: \(error)")
            throw ExitCode(3)
        }
    }
}
