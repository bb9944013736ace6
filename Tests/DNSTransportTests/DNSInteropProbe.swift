import DNS
import DNSTransport
import Foundation
import Testing
import UnboundDNS

/// The resolvers and the update client as the interop tests use them: it asks what the JSON file `DNS_PROBE` says of
/// real servers, and writes what it heard to the file `DNS_PROBE_RESULT`. Without these variables it does not run.
@Suite("Interop probe", .enabled(if: ProcessInfo.processInfo.environment["DNS_PROBE"] != nil))
struct DNSInteropProbe {
    private struct Request: Decodable {
        struct Question: Decodable {
            var name: String
            var type: String
        }

        struct Update: Decodable {
            var zone: String
            var key: String
            var algorithm: String
            var secret: String
            var name: String
            var text: String?
            var ifAbsent: Bool
        }

        /// Those of a stub resolver.
        var servers: [String]?
        /// That of a validating one.
        var unboundConf: String?
        var isRecursionDesired = true
        var milliseconds = 5_000
        var questions: [Question] = []
        var update: Update?

        private enum CodingKeys: String, CodingKey {
            case servers, unboundConf, isRecursionDesired, milliseconds, questions, update
        }

        init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: CodingKeys.self)
            servers = try values.decodeIfPresent([String].self, forKey: .servers)
            unboundConf = try values.decodeIfPresent(String.self, forKey: .unboundConf)
            isRecursionDesired = try values.decodeIfPresent(Bool.self, forKey: .isRecursionDesired) ?? true
            milliseconds = try values.decodeIfPresent(Int.self, forKey: .milliseconds) ?? 5_000
            questions = try values.decodeIfPresent([Question].self, forKey: .questions) ?? []
            update = try values.decodeIfPresent(Update.self, forKey: .update)
        }
    }

    private struct Answer: Encodable {
        var outcome: String?
        var verdict: String?
        var records: [String] = []
        var aliases: [String] = []
        var ttl: UInt32?
        var isAuthoritative: Bool?
        var failure: String?
        var detail: String?
    }

    @Test("Asks what it is told to")
    func ask() async throws {
        let environment = ProcessInfo.processInfo.environment
        let order = try #require(environment["DNS_PROBE"])
        let path = try #require(environment["DNS_PROBE_RESULT"])
        let request = try JSONDecoder().decode(Request.self, from: Data(contentsOf: URL(filePath: order)))
        let timeout = Duration.milliseconds(request.milliseconds)
        var answers: [Answer] = []
        if let update = request.update {
            answers = [try await send(update, to: try #require(request.servers?.first), timeout: timeout)]
        } else if let servers = request.servers {
            let resolver = StubResolver(
                try servers.map { try #require(DNSServer($0)) },
                options: StubOptions(
                    timeout: timeout, patience: timeout / 4, isRecursionDesired: request.isRecursionDesired))
            answers = try await ask(request.questions, of: resolver)
            if !request.isRecursionDesired {
                for (index, question) in request.questions.enumerated() {
                    let message = try? await resolver.ask(
                        try #require(DNSName(question.name)), try #require(DNSRecordType(question.type)))
                    answers[index].isAuthoritative = message?.isAuthoritative
                }
            }
        } else {
            let resolver = try UnboundResolver(UnboundConfiguration(file: request.unboundConf, timeout: timeout))
            answers = try await ask(request.questions, of: resolver)
            await resolver.shutDown()
        }
        try JSONEncoder().encode(answers).write(to: URL(filePath: path))
    }

    /// All at once, as a server's tasks do.
    private func ask(_ questions: [Request.Question], of resolver: some DNSResolver) async throws -> [Answer] {
        try await withThrowingTaskGroup(of: (Int, Answer).self) { group in
            for (index, question) in questions.enumerated() {
                let name = try #require(DNSName(question.name))
                let type = try #require(DNSRecordType(question.type))
                group.addTask {
                    (index, await told { () throws(DNSFailure) in try await resolver.resolve(name, type) })
                }
            }
            var answers = [Answer](repeating: Answer(), count: questions.count)
            for try await (index, answer) in group { answers[index] = answer }
            return answers
        }
    }

    private func told(_ ask: () async throws(DNSFailure) -> DNSAnswer) async -> Answer {
        do throws(DNSFailure) {
            let answer = try await ask()
            return Answer(
                outcome: "\(answer.outcome)", verdict: "\(answer.verdict)",
                records: answer.records.map { "\($0.type) \($0.data)" }, aliases: answer.aliases.map { "\($0.name)" },
                ttl: answer.ttl)
        } catch {
            return Answer(failure: error.code.rawValue, detail: error.description)
        }
    }

    private func send(_ request: Request.Update, to server: String, timeout: Duration) async throws -> Answer {
        let name = try #require(DNSName(request.name))
        let keyName = try #require(DNSName(request.key))
        let algorithm = try #require(TSIGKey.Algorithm(rawValue: request.algorithm))
        let key = try #require(TSIGKey(name: keyName, algorithm: algorithm, base64: request.secret))
        let address = try #require(DNSServer(server))
        var update = DNSUpdate(zone: try #require(DNSName(request.zone)))
        if request.ifAbsent { update.require(.absent(name, .txt)) }
        update.remove(name, .txt)
        if let text = request.text { update.add(DNSRecord(name, ttl: 600, .txt(text))) }
        let client = DNSUpdateClient(server: address, key: key, timeout: timeout)
        do throws(DNSUpdateFailure) {
            try await client.send(update)
            return Answer(outcome: "made")
        } catch {
            return Answer(failure: error.description)
        }
    }
}
