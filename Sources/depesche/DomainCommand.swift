import ArgumentParser
import Composition

/// `depesche domain`
struct DomainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "domain", abstract: "Sender domains: in whose name mail leaves.",
        subcommands: [Add.self, Check.self, Records.self, Rotate.self])

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add a domain with fresh keys, and look at it.")
        @Argument(help: "The domain, such as kunde.example.") var domain: String
        @OptionGroup var data: DataOptions
        func run() async throws { try await data.perform(.domainAdd(domain: domain)) }
    }

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check a domain's records now.",
            discussion: "Exit code 0 if mail leaves in its name, 1 if not, 3 if DNS gave no answer.")
        @Argument(help: "The domain.") var domain: String
        @Option(help: "HOST[:PORT] of a name server to ask instead, as a plain stub.") var resolver: String?
        @OptionGroup var data: DataOptions
        func run() async throws { try await data.perform(.domainCheck(domain: domain, resolver: resolver)) }
    }

    struct Records: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "The records to publish.")
        @Argument(help: "The domain.") var domain: String
        @Option(help: "table, zone, text or terraform.") var format = "table"
        @OptionGroup var data: DataOptions
        func run() async throws { try await data.perform(.domainRecords(domain: domain, format: format)) }
    }

    struct Rotate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make new keys. They sign as soon as they are seen in DNS.")
        @Argument(help: "The domain.") var domain: String
        @Flag(help: "The old keys may be known to others: they sign no more from now on.") var emergency = false
        @OptionGroup var data: DataOptions
        func run() async throws { try await data.perform(.domainRotate(domain: domain, isEmergency: emergency)) }
    }
}
