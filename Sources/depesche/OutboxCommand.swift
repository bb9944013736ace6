import ArgumentParser
import Composition

/// `depesche outbox`
struct OutboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "outbox", abstract: "The queue of mail that must leave. Never prints bodies.",
        subcommands: [List.self, Show.self, Destinations.self, Retry.self, Cancel.self, Hold.self, Release.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Rows of the queue, newest first.")
        @Option(help: "queued, held, local, handed-over, failed or cancelled. Repeatable.") var state: [String] = []
        @Option(help: "A part of the recipient's address.") var search = ""
        @Option(help: "The domain of the recipients.") var destination: String?
        @Option(help: "How many.") var limit = 100
        @OptionGroup var data: DataOptions
        func run() async throws {
            try await data.perform(
                .outboxList(states: state, search: search, destination: destination, limit: limit))
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "One row with its attempts.")
        @Argument(help: "The row's id.") var id: String
        @OptionGroup var data: DataOptions
        func run() async throws { try await data.perform(.outboxShow(id: id)) }
    }

    struct Destinations: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The queue by destination, those with the most waiting mail first.")
        @Option(help: "How many.") var limit = 100
        @OptionGroup var data: DataOptions
        func run() async throws { try await data.perform(.outboxDestinations(limit: limit)) }
    }

    struct Retry: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Try a row, or all mail that waits for a destination, at once.")
        @OptionGroup var which: Which
        @OptionGroup var data: DataOptions
        func run() async throws { try await data.perform(which.command("retry") { .outboxRetry(id: $0) }) }
    }

    struct Cancel: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give a row, or all mail that waits for a destination, up.")
        @OptionGroup var which: Which
        @OptionGroup var data: DataOptions
        func run() async throws { try await data.perform(which.command("cancel") { .outboxCancel(id: $0) }) }
    }

    struct Hold: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Hold a row, or all mail that waits for a destination, until it is released.")
        @OptionGroup var which: Which
        @OptionGroup var data: DataOptions
        func run() async throws { try await data.perform(which.command("hold") { .outboxHold(id: $0) }) }
    }

    struct Release: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Release a row, or all mail to a destination, that an administrator held.")
        @OptionGroup var which: Which
        @OptionGroup var data: DataOptions
        func run() async throws { try await data.perform(which.command("release") { .outboxRelease(id: $0) }) }
    }

    /// One row, or all of a destination.
    struct Which: ParsableArguments {
        @Argument(help: "The row's id.") var id: String?
        @Option(help: "All mail to recipients of this domain instead.") var destination: String?

        func validate() throws {
            guard (id == nil) != (destination == nil) else {
                throw ValidationError("Name the id of a row, or a destination with --destination.")
            }
        }

        func command(_ action: String, row: (String) -> AdminCommand) -> AdminCommand {
            if let destination { return .outboxOrder(action: action, destination: destination) }
            return row(id ?? "")
        }
    }
}
