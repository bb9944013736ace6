import ArgumentParser
import Composition

/// `depesche user`
struct UserCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user", abstract: "Accounts.",
        subcommands: [Add.self, List.self, Roles.self, Disable.self, Delete.self, Reset.self, Policy.self])

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make an account. Without a password, its invitation link is printed.")
        @Argument(help: "The address.") var email: String
        @Option(help: "The name that recipients see.") var name: String?
        @Flag(help: "Make it an administrator.") var admin = false
        @Option(
            help: """
                What it is for: sender, auditor, user-manager, domain-manager or administrator; may be repeated. \
                Without it: sender.
                """)
        var role: [String] = []
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
            let roles = (role.isEmpty ? ["sender"] : role) + (admin ? ["administrator"] : [])
            try await data.perform(.userAdd(email: email, name: name ?? "", roles: roles, password: password))
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "All accounts.")
        @OptionGroup var data: DataOptions
        func run() async throws { try await data.perform(.userList) }
    }

    struct Roles: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give an account exactly these roles.",
            discussion: "The last administrator stays one. API tokens keep only what the roles still allow.")
        @Argument(help: "The address.") var email: String
        @Option(help: "sender, auditor, user-manager, domain-manager or administrator; may be repeated.")
        var role: [String] = []
        @Flag(help: "No role: the account can sign in and nothing else.") var none = false
        @OptionGroup var data: DataOptions

        func validate() throws {
            guard role.isEmpty == none else { throw ValidationError("Name roles with --role, or --none.") }
        }

        func run() async throws { try await data.perform(.userRoles(email: email, roles: role)) }
    }

    struct Policy: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "What holds for an account: each rule, and where it comes from.")
        @Argument(help: "The address.") var email: String
        @OptionGroup var data: DataOptions
        func run() async throws { try await data.perform(.userPolicy(email: email)) }
    }

    struct Disable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Shut an account; its deliveries stay.")
        @Argument(help: "The address.") var email: String
        @OptionGroup var data: DataOptions
        func run() async throws { try await data.perform(.userDisable(email: email)) }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Delete an account for good.",
            discussion: """
                Its deliveries go to another account, and their links keep working, or they are withdrawn and their files \
                removed. Its drafts, sign-ins and tokens go; its name stays in the audit trail and in receipts.
                """)
        @Argument(help: "The address.") var email: String
        @Option(help: "The address of the account that has its deliveries from now on.") var handOverTo: String?
        @Flag(help: "Withdraw its deliveries and remove their files.") var removeDeliveries = false
        @OptionGroup var data: DataOptions

        func validate() throws {
            guard (handOverTo == nil) == removeDeliveries else {
                throw ValidationError("Say --hand-over-to EMAIL or --remove-deliveries.")
            }
        }

        func run() async throws {
            try await data.perform(
                .userDelete(email: email, handOverTo: handOverTo, removesDeliveries: removeDeliveries))
        }
    }

    struct Reset: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print a one-time link for somebody locked out.")
        @Argument(help: "The address.") var email: String
        @OptionGroup var data: DataOptions
        func run() async throws { try await data.perform(.userReset(email: email)) }
    }
}
