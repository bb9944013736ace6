import ArgumentParser
import Composition
import Foundation
import Localization
import MailMessage
import MailTemplates

/// `depesche mail`
struct MailCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mail", abstract: "Test and preview mail.", subcommands: [Test.self, Preview.self])

    struct Test: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Send a real mail by the real way, and report each step.")
        @Option(help: "Whom to.") var to: String
        @Option(help: "In whose name; the system sender by default.") var from: String?
        @OptionGroup var data: DataOptions
        func run() async throws { try await data.perform(.mailTest(to: to, from: from)) }
    }

    struct Preview: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "A mail with sample data as RFC 5322 text.")
        @Argument(help: "The kind; --list shows all.") var kind: String?
        @Option(help: "de or en.") var language = "de"
        @Flag(help: "List the kinds.") var list = false
        @Flag(help: "Print the list as JSON.") var json = false

        func run() async throws {
            if list {
                let names = MailKind.allCases.map(\.rawValue)
                if json {
                    print("[" + names.map { "\"\($0)\"" }.joined(separator: ",") + "]")
                } else {
                    for name in names { print(name) }
                }
                return
            }
            guard let name = kind, let kind = MailKind(rawValue: name) else {
                throw ValidationError("Name one of: " + MailKind.allCases.map(\.rawValue).joined(separator: ", "))
            }
            guard let language = Language(rawValue: language) else {
                throw ValidationError(
                    "The language is one of: " + Language.allCases.map(\.rawValue).joined(separator: ", "))
            }
            FileHandle.standardOutput.write(Data(try MailPreview.message(kind: kind, language: language)))
        }
    }
}
