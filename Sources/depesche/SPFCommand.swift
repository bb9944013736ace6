import ArgumentParser
import DNS
import Foundation
import MailAuth

/// `depesche spf`
struct SPFCommand: AsyncParsableCommand {
    /// A line of standard input.
    private struct Question: Decodable {
        let ip: String
        let mailFrom: String?
        let helo: String?
        let receiver: String?
    }

    /// What is printed with `--json` and for each line of standard input.
    private struct Answer: Encodable {
        var result: String?
        var explanation: String?
        var lookups: Int?
        var voidLookups: Int?
        var domain: String?
        var decidingDomain: String?
        var match: String?
        var problem: String?
        var detail: String?
        var error: String?

        init(_ result: SPFResult) {
            self.result = result.code.rawValue
            explanation = result.explanation
            lookups = result.lookups
            voidLookups = result.voidLookups
            domain = result.domain
            decidingDomain = result.decidingDomain
            match = result.match?.description
            problem = result.problem?.code
            detail = result.problem?.description
        }

        init(error: String) {
            self.error = error
        }
    }

    static let configuration = CommandConfiguration(
        commandName: "spf", abstract: "Evaluate SPF as RFC 7208 has it.",
        discussion: """
            Exit code: 0 for pass, 1 for any other result, 3 if DNS cannot tell. With --stdin each line is a JSON object \
            with ip, mail_from and helo, and each answer is one with result, explanation and lookups, in the same order; \
            the exit code is 2 if a line cannot be read.
            """)
    /// How many lines are evaluated at the same time.
    private static let width = 64

    @Option(help: "The address from which the client came.") var ip: String?
    @Option(help: "The address in MAIL FROM; empty for a bounce.") var mailFrom = ""
    @Option(help: "The name in HELO or EHLO.") var helo = ""
    @Option(help: "The name of the host that checks, for explanations.") var receiver = "unknown"
    @Flag(help: "Read questions from standard input, a JSON object a line.") var stdin = false
    @Flag(help: "Print JSON.") var json = false
    @OptionGroup var dns: ResolverOptions

    func validate() throws {
        if stdin { return }
        guard let ip else { throw ValidationError("Name the client's address with --ip.") }
        guard IPAddress(ip) != nil else { throw ValidationError("\(ip) is no IP address.") }
        if mailFrom.isEmpty, helo.isEmpty { throw ValidationError("Name the sender with --mail-from or --helo.") }
    }

    func run() async throws {
        let evaluator = SPFEvaluator(resolver: try await dns.resolver())
        if stdin { return try await answerLines(evaluator) }
        guard let address = ip.flatMap({ IPAddress($0) }) else { throw ExitCode(2) }
        let now = Int(Date().timeIntervalSince1970)
        let result = await evaluator.evaluate(
            SPFRequest(clientAddress: address, mailFrom: mailFrom, helo: helo, receiver: receiver, time: now))
        if json {
            print(try Self.line(Answer(result)))
        } else {
            show(result)
        }
        switch result.code {
        case .pass: return
        case .temperror: throw ExitCode(3)
        default: throw ExitCode(1)
        }
    }

    private func show(_ result: SPFResult) {
        print(result.code.rawValue)
        print("  domain: \(result.domain)" + (result.identity == .helo ? " (HELO)" : ""))
        if result.decidingDomain != result.domain { print("  decided by: \(result.decidingDomain)") }
        if let match = result.match { print("  matched: \(match)") }
        print("  look-ups: \(result.lookups), without answer: \(result.voidLookups)")
        if let problem = result.problem { print("  problem: \(problem)") }
        if let explanation = result.explanation { print("  the domain says: \(explanation)") }
    }

    // MARK: Standard input

    private func answerLines(_ evaluator: SPFEvaluator) async throws {
        let input = LineReader()
        let output = OrderedLines()
        var isMisuse = false
        await withTaskGroup(of: Bool.self) { group in
            var index = 0
            var open = 0
            while let line = await input.next() {
                if line.allSatisfy(\.isWhitespace) { continue }
                if open == Self.width {
                    if await group.next() == false { isMisuse = true }
                    open -= 1
                }
                let place = index
                group.addTask {
                    let (text, isGood) = await Self.answer(line, evaluator)
                    await output.put(text, at: place)
                    return isGood
                }
                index += 1
                open += 1
            }
            for await isGood in group where !isGood { isMisuse = true }
        }
        if isMisuse { throw ExitCode(2) }
    }

    private static func answer(_ line: String, _ evaluator: SPFEvaluator) async -> (text: String, isGood: Bool) {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        guard let question = try? decoder.decode(Question.self, from: Data(line.utf8)),
            let address = IPAddress(question.ip)
        else {
            let error = Answer(error: "the line is no JSON object with ip, mail_from and helo")
            return ((try? Self.line(error)) ?? "{}", false)
        }
        let request = SPFRequest(
            clientAddress: address, mailFrom: question.mailFrom ?? "", helo: question.helo ?? "",
            receiver: question.receiver ?? "unknown", time: Int(Date().timeIntervalSince1970))
        return ((try? Self.line(Answer(await evaluator.evaluate(request)))) ?? "{}", true)
    }

    private static func line(_ answer: Answer) throws -> String {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(answer), as: UTF8.self)
    }
}

/// Lines of standard input, read on a thread of their own: waiting for one blocks nobody else.
private struct LineReader: Sendable {
    private let queue = DispatchQueue(label: "depesche.stdin")

    /// The next line without its end; `nil` at the end of the input.
    func next() async -> String? {
        await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: readLine(strippingNewline: true)) }
        }
    }
}

/// Prints lines in their order, each as soon as those before it are there.
private actor OrderedLines {
    private var next = 0
    private var waiting: [Int: String] = [:]

    func put(_ line: String, at place: Int) {
        waiting[place] = line
        var text = ""
        while let line = waiting.removeValue(forKey: next) {
            text += line + "\n"
            next += 1
        }
        if !text.isEmpty { FileHandle.standardOutput.write(Data(text.utf8)) }
    }
}
