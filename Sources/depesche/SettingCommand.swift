import ArgumentParser
import Composition

/// `depesche setting`
struct SettingCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "setting", abstract: "What the administration pages set, under the same keys.",
        subcommands: [List.self, Get.self, Set.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "All settings. Secrets are never printed.")
        @OptionGroup var data: DataOptions
        func run() async throws { try await data.perform(.settingList) }
    }

    struct Get: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "One setting.")
        @Argument(help: "The key, such as smtp.host.") var key: String
        @OptionGroup var data: DataOptions
        func run() async throws { try await data.perform(.settingGet(key: key)) }
    }

    struct Set: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Set one. Without a value, it is read from standard input: the way for secrets.")
        @Argument(help: "The key, such as smtp.host.") var key: String
        @Argument(help: "The value.") var value: String?
        @OptionGroup var data: DataOptions

        func run() async throws {
            guard let text = value ?? Terminal.value(prompt: "\(key): ") else {
                throw ValidationError("No value came on standard input.")
            }
            try await data.perform(.settingSet(key: key, value: text))
        }
    }
}

/// `depesche token`
struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "API tokens.", subcommands: [Create.self])

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Make a token and print it, this once.")
        @Argument(help: "The account's address.") var email: String
        @Option(help: "What to call it.") var name = "command line"
        @Option(help: "What it may do: send, read, administer. Repeatable.") var scope: [String] = ["send", "read"]
        @OptionGroup var data: DataOptions
        func run() async throws { try await data.perform(.tokenCreate(email: email, name: name, scopes: scope)) }
    }
}
