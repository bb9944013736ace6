import ArgumentParser
import Composition

/// `depesche scan`
struct ScanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scan", abstract: "The virus scan, and the files that are held because of it.",
        subcommands: [Status.self, List.self, Release.self, Remove.self])

    struct Status: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Which scanner answers, how many files wait for it, and how many are held.",
            discussion: "Ends with 1 if a scanner is set and does not answer.")
        @OptionGroup var data: DataOptions
        func run() async throws { try await data.perform(.scanStatus) }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Held files, those found last first: id, state, finding, octets, delivery, sender, name.")
        @Option(help: "How many.") var limit = 100
        @OptionGroup var data: DataOptions
        func run() async throws { try await data.perform(.scanList(limit: limit)) }
    }

    struct Release: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Let a held file go all the same.")
        @Argument(help: "The file's id.") var id: String
        @OptionGroup var data: DataOptions
        func run() async throws { try await data.perform(.scanRelease(id: id)) }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take a held file away from everybody.",
            discussion: "From a draft it alone is removed; a delivery that was sent is withdrawn with all its files.")
        @Argument(help: "The file's id.") var id: String
        @OptionGroup var data: DataOptions
        func run() async throws { try await data.perform(.scanRemove(id: id)) }
    }
}
