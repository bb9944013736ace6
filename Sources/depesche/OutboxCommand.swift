import ArgumentParser
import Composition

/// `depesche outbox`
struct OutboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "outbox", abstract: "The queue of mail that must leave. Never prints bodies.",
        subcommands: [List.self, Show.self, Retry.self, Cancel.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Rows of the queue, newest first.")
        @Option(help: "queued, held, local, handed-over, failed or cancelled. Repeatable.") var state: [String] = []
        @Option(help: "A part of the recipient's address.") var search = ""
        @Option(help: "How many.") var limit = 100
        @OptionGroup var data: DataOptions
        func run() async throws {
            try await data.perform(.outboxList(states: state, search: search, limit: limit))
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "One row with its attempts.")
        @Argument(help: "The row's id.") var id: String
        @OptionGroup var data: DataOptions
        func run() async throws { try await data.perform(.outboxShow(id: id)) }
    }

    struct Retry: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Try a row at once.")
        @Argument(help: "The row's id.") var id: String
        @OptionGroup var data: DataOptions
        func run() async throws { try await data.perform(.outboxRetry(id: id)) }
    }

    struct Cancel: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Give a row up.")
        @Argument(help: "The row's id.") var id: String
        @OptionGroup var data: DataOptions
        func run() async throws { try await data.perform(.outboxCancel(id: id)) }
    }
}
