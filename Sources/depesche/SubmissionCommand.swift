import ArgumentParser
import Composition

/// `depesche submission`
struct SubmissionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "submission", abstract: "Mail that programs hand in.", subcommands: [Credential.self])

    struct Credential: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "credential", abstract: "What programs sign in with.",
            subcommands: [Add.self, List.self, Revoke.self])
    }

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add", abstract: "Make a credential; its password is printed this one time.")
        @Argument(help: "The name by which you know the program again.") var name: String
        @Option(help: "A verified sender domain in whose name it may send; repeatable.") var domain: [String]
        @Option(help: "The most mails in an hour.") var mailsPerHour: Int?
        @Option(help: "The most recipients of a mail.") var recipients: Int?
        @Option(help: "The largest message, octets.") var messageSize: Int?
        @OptionGroup var data: DataOptions

        func run() async throws {
            try await data.perform(
                .submissionCredentialAdd(
                    name: name, domains: domain, mailsPerHour: mailsPerHour, recipients: recipients,
                    messageSize: messageSize))
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "All credentials.")
        @OptionGroup var data: DataOptions
        func run() async throws { try await data.perform(.submissionCredentialList) }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "revoke", abstract: "Revoke a credential; it is refused from the next mail on.")
        @Argument(help: "Its id.") var id: String
        @OptionGroup var data: DataOptions
        func run() async throws { try await data.perform(.submissionCredentialRevoke(id: id)) }
    }
}
