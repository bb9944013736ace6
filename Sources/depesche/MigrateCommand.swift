import ArgumentParser
import Composition

/// `depesche migrate`
struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate", abstract: "The schema of the database: what it is, and bringing it up to date.",
        subcommands: [Status.self, Up.self])

    struct Status: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Which schema the database has and what this version would change; nothing is done.",
            discussion: "Exit 0: up to date; 1: steps are missing; 3: it could not be read, or is too new.")
        @OptionGroup var data: DataOptions
        func run() async throws { try data.answer(await Installation.schemaStatus(try data.configuration())) }
    }

    struct Up: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Apply the steps that are missing, as the start of the server does.",
            discussion: "With PostgreSQL also while nodes run; with SQLite while the server is stopped.")
        @OptionGroup var data: DataOptions
        func run() async throws { try data.answer(await Installation.migrate(try data.configuration())) }
    }
}
