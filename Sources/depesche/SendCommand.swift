import ArgumentParser
import Foundation

/// `depesche send`
struct SendCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "send", abstract: "Make a delivery over the API and send it.",
        discussion: """
            The token is read from DEPESCHE_TOKEN. Progress goes to standard error, the delivery as JSON to standard \
            output. A run that was stopped goes on where it was when the same command is given again.
            """)

    @Option(help: "The server's public address, such as https://zustellung.kunde.example.") var server: String
    @Option(help: "A recipient. Repeatable.") var to: [String]
    @Option(help: "The mailbox of a group of yours to send from; your own address if not given.") var from: String?
    @Option(help: "The subject.") var subject: String
    @Option(help: "The message.") var message = ""
    @Option(help: "The security level: 1 or 2; the server's default if not given.") var level: Int?
    @Option(help: "How many days it can be fetched; the server's default if not given.") var lifetime: Int?
    @Option(help: "The language of the mails: de or en.") var language: String?
    @Argument(help: "The files.", completion: .file()) var files: [String] = []

    func validate() throws {
        guard !to.isEmpty else { throw ValidationError("Name at least one recipient with --to.") }
        guard let url = URL(string: server), ["http", "https"].contains(url.scheme ?? ""), url.host != nil else {
            throw ValidationError("--server must be an address such as https://zustellung.kunde.example.")
        }
        if let level, ![1, 2].contains(level) { throw ValidationError("--level is 1 or 2.") }
    }

    func run() async throws {
        guard let token = ProcessInfo.processInfo.environment["DEPESCHE_TOKEN"], !token.isEmpty else {
            Terminal.complain("depesche: DEPESCHE_TOKEN is not set. `depesche token create ADDRESS` makes a token.")
            throw ExitCode(2)
        }
        let api = APIClient(server: server, token: token)
        do {
            let draft = DeliveryRequest(
                from: from, recipients: to, subject: subject, message: message, level: level, lifetimeDays: lifetime,
                language: language)
            let sources = try files.map(SourceFile.init(path:))
            let json = try await DeliveryUpload(api: api, draft: draft, files: sources).run()
            try await api.close()
            print(json)
        } catch let error as SendError {
            try? await api.close()
            Terminal.complain("\ndepesche: \(error.message)")
            throw ExitCode(error.exitCode)
        } catch {
            try? await api.close()
            Terminal.complain("\ndepesche: \(error)")
            throw ExitCode(3)
        }
    }
}

/// What went wrong with `send`, in plain words.
struct SendError: Error {
    /// The words.
    let message: String
    /// 1 for a "no" of the server, 3 for trouble underneath.
    let exitCode: Int32

    init(_ message: String, exitCode: Int32 = 3) {
        self.message = message
        self.exitCode = exitCode
    }
}

/// The delivery as the API takes it.
struct DeliveryRequest: Codable {
    var from: String?
    var recipients: [String]
    var subject: String
    var message: String
    var level: Int?
    var lifetimeDays: Int?
    var language: String?
}
