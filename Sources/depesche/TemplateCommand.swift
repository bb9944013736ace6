import ArgumentParser
import Composition
import Foundation

/// `depesche template`
struct TemplateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "template", abstract: "The words of mails, per kind and language.",
        subcommands: [List.self, Show.self, Set.self, Reset.self])

    struct Place: ParsableArguments {
        @Argument(help: "The kind, such as reminder; `template list` shows all.") var kind: String
        @Argument(help: "The language, such as de.") var language: String
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "All mails, and whether their words are the original ones.")
        @OptionGroup var data: DataOptions
        func run() async throws { try await data.perform(.templateList) }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "The words of a mail with its fields.")
        @OptionGroup var place: Place
        @Flag(help: "The original words.") var original = false
        @OptionGroup var data: DataOptions

        func run() async throws {
            try await data.perform(
                .templateShow(kind: place.kind, language: place.language, isOriginal: original))
        }
    }

    struct Set: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Change the words of a mail. Without --body, the body is read from standard input.")
        @OptionGroup var place: Place
        @Option(help: "The subject.") var subject: String
        @Option(help: "A file with the body.") var body: String?
        @Option(help: "A file with the plain text, where it says it in other words.") var text: String?
        @Option(
            name: .customLong("phrase"),
            help: "A sentence or label in new words, as NAME=WORDS; `template show` lists them. Repeatable.")
        var phrases: [String] = []
        @OptionGroup var data: DataOptions

        func validate() throws {
            for phrase in phrases where !phrase.contains("=") {
                throw ValidationError("--phrase takes NAME=WORDS, not \(phrase).")
            }
        }

        func run() async throws {
            let written: String
            if let body {
                written = try Self.read(body)
            } else {
                written = String(decoding: FileHandle.standardInput.readDataToEndOfFile(), as: UTF8.self)
            }
            let named = Dictionary(
                phrases.map { phrase in
                    let parts = phrase.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                    return (String(parts[0]), String(parts.last ?? ""))
                }, uniquingKeysWith: { _, last in last })
            try await data.perform(
                .templateSet(
                    kind: place.kind, language: place.language, subject: subject, body: written,
                    text: try text.map(Self.read), phrases: named))
        }

        private static func read(_ path: String) throws -> String {
            do {
                return String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
            } catch {
                throw ValidationError("\(path) cannot be read.")
            }
        }
    }

    struct Reset: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take the original words of a mail back; the versions stay.")
        @OptionGroup var place: Place
        @OptionGroup var data: DataOptions

        func run() async throws {
            try await data.perform(.templateReset(kind: place.kind, language: place.language))
        }
    }
}
