import ArgumentParser
import Composition

/// `depesche audit`
struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "The audit trail: who did what, from where.", subcommands: [Verify.self])

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Verify that no entry of the audit trail was changed, removed or put in.",
            discussion: "Exit 0: in order; 1: not, with the first entry that is wrong; 3: it could not be read.")
        @Option(help: "NUMBER:HASH that an earlier verification printed: that entry must still be the same.")
        var expect: String?
        @OptionGroup var data: DataOptions
        func run() async throws { try await data.perform(.auditVerify(witness: expect)) }
    }
}
