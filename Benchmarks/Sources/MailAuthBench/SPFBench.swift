import DNS
import Foundation
import MailAuth

/// Evaluations of SPF with a zone in memory, one after the other.
enum SPFBench {
    /// Evaluates all questions of standard input again and again; each is a line with the client's address, MAIL FROM
    /// and HELO, with tabs between.
    static func evaluate(zone path: String, for time: Duration) async throws {
        let zone = try InMemoryZone(try String(contentsOfFile: path, encoding: .utf8))
        let evaluator = SPFEvaluator(resolver: zone)
        let questions = String(decoding: try standardInput(), as: UTF8.self).split(separator: "\n").map {
            $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        }
        var results: [SPFResult.Code] = []
        let rounds = try await rate(for: time) {
            results.removeAll(keepingCapacity: true)
            for question in questions {
                guard question.count == 3, let client = IPAddress(question[0]) else {
                    throw BenchError("\(question) is no question")
                }
                let request = SPFRequest(clientAddress: client, mailFrom: question[1], helo: question[2])
                results.append(await evaluator.evaluate(request).code)
            }
            zone.forgetQuestions()
        }
        print(rounds * Double(questions.count))
        for result in results { print(result.rawValue) }
    }
}
