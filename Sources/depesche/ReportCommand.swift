import ArgumentParser
import Composition

/// `depesche report`
struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "How much each user sent, and what became of it, month by month.")
    @Option(help: "The last month, as 2026-11; the present one if none is named.") var month: String?
    @Option(help: "How many months, that one included.") var months = 1
    @Option(help: "Only this user, by address.") var user: String?
    @Flag(help: "Print CSV.") var csv = false
    @OptionGroup var data: DataOptions

    func validate() throws {
        if csv, data.json { throw ValidationError("--csv and --json exclude each other.") }
    }

    func run() async throws {
        try await data.perform(.report(month: month, months: months, sender: user, format: csv ? "csv" : "table"))
    }
}
