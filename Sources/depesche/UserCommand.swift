import ArgumentParser
import Composition

/// `depesche user`
struct UserCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user", abstract: "Accounts.",
        subcommands: [Add.self, List.self, Disable.self, Reset.self])

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make an account. Without a password, its invitation link is printed.")
        @Argument(help: "The address.") var email: String
        @Option(help: "The name that recipients see.") var name: String?
        @Flag(help: "Make it an administrator.") var admin = false
        @Flag(help: "Read the password from standard input.") var passwordStdin = false
        @OptionGroup var data: DataOptions

        func run() async throws {
            var password: String?
            if passwordStdin {
                guard let line = Terminal.secret(prompt: "Password: "), !line.isEmpty else {
                    throw ValidationError("No password came on standard input.")
                }
                password = line
            }
            try await data.perform(
                .userAdd(email: email, name: name ?? "", isAdministrator: admin, password: password))
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "All accounts.")
        @OptionGroup var data: DataOptions
        func run() async throws { try await data.perform(.userList) }
    }

    struct Disable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Shut an account; its deliveries stay.")
        @Argument(help: "The address.") var email: String
        @OptionGroup var data: DataOptions
        func run() async throws { try await data.perform(.userDisable(email: email)) }
    }

    struct Reset: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print a one-time link for somebody locked out.")
        @Argument(help: "The address.") var email: String
        @OptionGroup var data: DataOptions
        func run() async throws { try await data.perform(.userReset(email: email)) }
    }
}
