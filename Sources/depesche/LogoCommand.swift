import ArgumentParser
import Composition
import Foundation

/// `depesche logo`
struct LogoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logo", abstract: "The picture that stands for the organisation's name on pages and in mails.",
        subcommands: [Show.self, Set.self, Remove.self])

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "What the logo is; exit 1 if there is none.")
        @OptionGroup var data: DataOptions
        func run() async throws { try await data.perform(.logoShow) }
    }

    struct Set: AsyncParsableCommand {
        /// Larger than any that is taken, and small enough for one command to the server.
        private static let largestFile = 600 << 10

        static let configuration = CommandConfiguration(
            abstract: "Set it: PNG or JPEG, at most 512 KiB and 2000 × 2000 pixels.",
            discussion:
                "Up to 64 KiB it goes with each mail. What else stands in the file, such as places, is left out.")
        @Argument(help: "The file.") var file: String
        @OptionGroup var data: DataOptions

        func run() async throws {
            let content: Data
            do {
                let handle = try FileHandle(forReadingFrom: URL(filePath: file))
                defer { try? handle.close() }
                content = try handle.read(upToCount: Self.largestFile) ?? Data()
            } catch {
                Terminal.complain("depesche: \(file) cannot be read: \(error.localizedDescription)")
                throw ExitCode(3)
            }
            try await data.perform(.logoSet(image: content))
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Take it away: the name stands there again.")
        @OptionGroup var data: DataOptions
        func run() async throws { try await data.perform(.logoRemove) }
    }
}
