import ArgumentParser
import Composition

/// `depesche clean-up`
struct CleanUpCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clean-up", abstract: "What the server's clean-up would take away; nothing is done.")
    @Option(help: "How many days to look ahead.") var days = 7
    @OptionGroup var data: DataOptions

    func run() async throws { try await data.perform(.cleanUpPreview(days: days)) }
}
