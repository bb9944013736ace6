import ArgumentParser
import DNS
import Foundation
import MailAuth
import MailMessage

/// `depesche dmarc`
struct DMARCCommand: AsyncParsableCommand {
    /// One way of evaluating, as it is printed with `--json`.
    private struct Evaluation: Encodable {
        struct Alignment: Encodable {
            let mechanism: String
            let domain: String
            let pass: Bool
            let mode: String
            let organizationalDomain: String?
            let aligned: Bool
        }

        let result: String
        let policy: String?
        let disposition: String
        let percentage: Int
        let testing: Bool
        let organizationalDomain: String?
        let policyDomain: String?
        let record: String?
        let alignment: [Alignment]
        let asked: [String]
        let problem: String?

        init(_ evaluation: DMARCEvaluation) {
            result = evaluation.code.rawValue
            policy = evaluation.policy?.rawValue
            disposition = evaluation.disposition.rawValue
            percentage = evaluation.percentage
            testing = evaluation.record?.isTesting ?? false
            organizationalDomain = evaluation.organizationalDomain?.description
            policyDomain = evaluation.policyDomain?.description
            record = evaluation.record?.description
            alignment = evaluation.alignments.map { alignment in
                Alignment(
                    mechanism: alignment.identifier.mechanism.rawValue, domain: alignment.identifier.domain.description,
                    pass: alignment.identifier.isPass, mode: alignment.mode == .strict ? "strict" : "relaxed",
                    organizationalDomain: alignment.organizationalDomain?.description, aligned: alignment.isAligned)
            }
            asked = evaluation.questions.map(\.description)
            problem = evaluation.problem?.description
        }
    }

    private struct Report: Encodable {
        let domain: String
        let rfc9989: Evaluation
        let rfc7489: Evaluation?
        let differs: Bool
    }

    static let configuration = CommandConfiguration(
        commandName: "dmarc", abstract: "The DMARC policy of a domain, and what it means for a message.",
        discussion: """
            Evaluates RFC 9989, and beside it RFC 7489, which many receivers still follow. Exit code: with --spf or --dkim \
            0 if the message passes, else 0 if there is a record; 1 if not; 3 if DNS cannot tell.
            """)

    @Argument(help: "The domain of the author: the one in From.") var domain: String
    @Option(help: ArgumentHelp("What SPF found.", valueName: "result:domain")) var spf: String?
    @Option(help: ArgumentHelp("What a DKIM signature came to. Repeatable.", valueName: "result:domain"))
    var dkim: [String] = []
    @Option(help: "The public suffix list for RFC 7489; Debian's by default, where it is installed.")
    var suffixList: String?
    @Flag(help: "Print JSON.") var json = false
    @OptionGroup var dns: ResolverOptions

    func validate() throws {
        _ = try Self.name(domain)
        _ = try identifiers()
    }

    func run() async throws {
        let identifiers = try identifiers()
        let evaluator = DMARCEvaluator(resolver: try await dns.resolver(), suffixes: try suffixes())
        let result = await evaluator.evaluate(author: try Self.name(domain), identifiers: identifiers)
        if json {
            let encoder = JSONEncoder()
            encoder.keyEncodingStrategy = .convertToSnakeCase
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            let report = Report(
                domain: result.author.description, rfc9989: Evaluation(result.treeWalk),
                rfc7489: result.publicSuffixList.map(Evaluation.init), differs: result.isDifferent)
            print(String(decoding: try encoder.encode(report), as: UTF8.self))
        } else {
            Self.show(result.treeWalk, "RFC 9989")
            if let older = result.publicSuffixList {
                if result.isDifferent {
                    Self.show(older, "RFC 7489 (differs)")
                } else {
                    print("RFC 7489: the same")
                }
            }
        }
        switch result.treeWalk.code {
        case .pass: return
        case .temperror: throw ExitCode(3)
        case .fail where identifiers.isEmpty: return
        case .fail, .none, .permerror: throw ExitCode(1)
        }
    }

    private static func show(_ evaluation: DMARCEvaluation, _ title: String) {
        print("\(title): \(evaluation.code.rawValue)")
        if let record = evaluation.record, let domain = evaluation.policyDomain { print("  \(domain): \(record)") }
        if let domain = evaluation.organizationalDomain { print("  organizational domain: \(domain)") }
        if let policy = evaluation.policy {
            print("  policy: \(policy.rawValue)" + (evaluation.percentage < 100 ? " (\(evaluation.percentage) %)" : ""))
            print("  asked for this message: \(evaluation.disposition.rawValue)")
        }
        for alignment in evaluation.alignments {
            let identifier = alignment.identifier
            print(
                "  \(identifier.mechanism.rawValue) \(identifier.isPass ? "pass" : "fail") for \(identifier.domain): "
                    + (alignment.isAligned ? "aligned" : "not aligned"))
        }
        for remark in evaluation.record?.remarks ?? [] { print("  remark: \(remark)") }
        if let problem = evaluation.problem { print("  problem: \(problem)") }
    }

    private func identifiers() throws -> [DMARCIdentifier] {
        var identifiers = try dkim.map { try Self.identifier(.dkim, $0) }
        if let spf { identifiers.insert(try Self.identifier(.spf, spf), at: 0) }
        return identifiers
    }

    private static func identifier(_ mechanism: DMARCIdentifier.Mechanism, _ text: String) throws -> DMARCIdentifier {
        guard let colon = text.firstIndex(of: ":"), colon > text.startIndex else {
            throw ValidationError("Write --\(mechanism.rawValue) pass:kunde.example.")
        }
        return DMARCIdentifier(
            mechanism, try name(String(text[text.index(after: colon)...])),
            isPass: text[..<colon].lowercased() == "pass")
    }

    private static func name(_ text: String) throws -> DNSName {
        let ascii = text.utf8.allSatisfy { $0 < 0x80 } ? text : (try? MailDomain(parsing: text))?.ascii
        guard let name = ascii.flatMap({ DNSName($0) }), name != .root else {
            throw ValidationError("\(text) is no domain name.")
        }
        return name
    }

    private func suffixes() throws -> PublicSuffixList? {
        let path = suffixList ?? "/usr/share/publicsuffix/public_suffix_list.dat"
        if suffixList == nil, !FileManager.default.fileExists(atPath: path) { return nil }
        return PublicSuffixList(parsing: String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self))
    }
}
