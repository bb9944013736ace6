import ArgumentParser
import Composition
import Foundation

/// `depesche serve`
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Run the server.",
        discussion: "Without configuration: data under ./var, http://127.0.0.1:8080, mail kept in the local mailbox.")

    @Option(name: .customLong("config"), help: "The configuration file (YAML).")
    var config: String?

    @Flag(name: .customLong("demo"), help: "Run a sample organisation to look around in; data under ./var/demo.")
    var demo = false

    func run() async throws { try await Self.serve(config: config, isDemo: demo) }

    /// Runs the server until it is told to stop.
    ///
    /// - Parameter roles: what the node does; `nil`: as the configuration says.
    static func serve(config: String?, isDemo: Bool, roles: Set<NodeRole>? = nil) async throws {
        var configuration: Configuration
        do {
            configuration = try Configuration(
                environment: ProcessInfo.processInfo.environment, file: config, isDemo: isDemo)
        } catch {
            Terminal.complain("depesche: \(error)")
            throw ExitCode(2)
        }
        if let roles { configuration.roles = roles }
        do {
            try await Server.run(configuration, announces: isatty(STDOUT_FILENO) == 1)
        } catch let error as StartError {
            Terminal.complain("depesche: \(error)")
            throw ExitCode(3)
        }
    }
}

/// `depesche mailserver`
struct MailServerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mailserver", abstract: "Run the mail server and the outbox alone, without pages.",
        discussion: """
            The same as `serve` with DEPESCHE_ROLES=mail-out,mail-in. Listens for mail where the settings submission.* \
            and return-path.listen say; /health, /ready and /metrics answer where the pages would be.
            """)

    @Option(name: .customLong("config"), help: "The configuration file (YAML).")
    var config: String?

    func run() async throws { try await ServeCommand.serve(config: config, isDemo: false, roles: [.mailOut, .mailIn]) }
}

/// `depesche setup-link`
struct SetupLinkCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "setup-link", abstract: "Print a fresh one-time link for the first administrator.")

    @OptionGroup var data: DataOptions

    func run() async throws { try await data.perform(.setupLink) }
}
