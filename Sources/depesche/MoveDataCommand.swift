import ArgumentParser
import Composition
import Foundation

/// `depesche move-data`
struct MoveDataCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "move-data",
        abstract: "Move an installation: its database to another engine, its files to another store, or both.",
        discussion: """
            The servers must be stopped. The source is not changed; a move that was interrupted can be repeated. The \
            database is named as sqlite:FOLDER or postgresql://…, files as a folder or s3://BUCKET/PREFIX with the keys \
            of the configuration. Exit 0: all of it is there; 2: misuse; 3: trouble.
            """)

    @Option(help: "The installation's database: sqlite:FOLDER or postgresql://….") var from: String?
    @Option(help: "An empty database, or a new folder: sqlite:FOLDER or postgresql://….") var to: String?
    @Option(help: "Where the files are: a folder such as /var/lib/depesche/files, or s3://BUCKET/PREFIX.")
    var filesFrom: String?
    @Option(help: "Where the files go.") var filesTo: String?
    @Flag(help: "Read back every file that was copied, and not a sample only.") var checkAll = false
    @OptionGroup var data: DataOptions

    func validate() throws {
        guard (from == nil) == (to == nil) else { throw ValidationError("--from and --to belong together.") }
        guard (filesFrom == nil) == (filesTo == nil) else {
            throw ValidationError("--files-from and --files-to belong together.")
        }
        guard from != nil || filesFrom != nil else {
            throw ValidationError("Nothing is to be moved: name --from and --to, --files-from and --files-to, or all.")
        }
        if let from, let to, InstallationMove.DatabaseEnds(from: from, to: to) == nil {
            // What was written may hold a password: it is not repeated.
            throw ValidationError("A database is named as sqlite:FOLDER or postgresql://….")
        }
        guard from == nil || from != to, filesFrom == nil || filesFrom != filesTo else {
            throw ValidationError("Source and target are the same.")
        }
    }

    func run() async throws {
        let store = [filesTo, filesFrom].compactMap(\.self).first { $0.hasPrefix("s3://") }
        let move = InstallationMove(
            configuration: try data.configuration(store.map { ["DEPESCHE_FILES": $0] } ?? [:]),
            database: both(from, to).flatMap { InstallationMove.DatabaseEnds(from: $0.from, to: $0.to) },
            files: try both(filesFrom, filesTo).map { (try place($0.from), try place($0.to)) }, checksAll: checkAll)
        let reply = await move.run { line in
            if Terminal.isInteractive { Terminal.progress("\r\u{1B}[K\(line)") }
        }
        if Terminal.isInteractive { Terminal.complain("") }
        try data.answer(reply)
    }

    private func both<Value>(_ first: Value?, _ second: Value?) -> (from: Value, to: Value)? {
        if let first, let second { (first, second) } else { nil }
    }

    private func place(_ text: String) throws -> InstallationMove.FilesPlace {
        guard text.hasPrefix("s3://") else { return .folder(URL(filePath: text, directoryHint: .isDirectory)) }
        return .store(try data.configuration(["DEPESCHE_FILES": text]))
    }
}
