import ArgumentParser
import Composition
import Foundation

/// What all commands share that touch the data.
struct DataOptions: ParsableArguments {
    @Option(name: .customLong("config"), help: "The configuration file (YAML).")
    var config: String?

    @Flag(name: .customLong("json"), help: "Print JSON.")
    var json = false

    /// Has the running server carry out a command, or opens the data if none runs; prints the answer and exits with its
    /// code unless that is 0.
    func perform(_ command: AdminCommand) async throws {
        let configuration = try configuration()
        if let answer = try await ControlClient(configuration).send(command) {
            try self.answer(answer)
        } else {
            try answer(await Installation.performOffline(command, configuration: configuration))
        }
    }

    /// What environment and file say; what is wrong with it is misuse.
    ///
    /// - Parameter changes: what stands in the environment instead.
    func configuration(_ changes: [String: String] = [:]) throws -> Configuration {
        do {
            return try Configuration(
                environment: ProcessInfo.processInfo.environment.merging(changes) { $1 }, file: config)
        } catch {
            Terminal.complain("depesche: \(error)")
            throw ExitCode(2)
        }
    }

    /// Prints an answer and exits with its code unless that is 0.
    func answer(_ reply: AdminReply) throws {
        if json {
            print(reply.json)
        } else {
            for line in reply.lines { print(line) }
        }
        if let error = reply.error { Terminal.complain("depesche: \(error)") }
        if reply.exitCode != 0 { throw ExitCode(reply.exitCode) }
    }
}
