import Deliveries
import Foundation
import Localization
import MailMessage
import MailTemplates
import Outbox
import SMTP
import SenderDomains

/// Commands about mail: the test mail and the outbox. Bodies are never printed.
extension AdminDesk {
    func mailTest(to: String, from: String?) async throws -> AdminReply {
        guard let address = try? EmailAddress(parsing: to) else { throw Misuse(text: "\(to) is not an address.") }
        var author: Account?
        if let from { author = try await account(from) }
        let report = try await installation.mailTest.run(to: address, author: author, language: .english)
        let text = Localizer(.english)
        var lines = report.steps.map { step in
            (step.isDone.map { $0 ? "ok      " : "FAILED  " } ?? "-       ") + step.name.rawValue
        }
        if let sender = report.sender { lines.insert("From: \(sender.from.displayForm)", at: 0) }
        if !report.answer.isEmpty { lines.append("Answer: \(report.answer)") }
        if let advice = report.advice { lines.append(text(advice)) }
        lines += report.conversation.entries.map { "  \($0.offset) ms \($0.side.rawValue): \($0.text)" }
        var reply = try AdminReply(lines: lines, json: TestLine(report))
        reply.exitCode = report.isHandedOver ? 0 : 1
        return reply
    }

    private struct TestLine: Encodable {
        let isHandedOver: Bool
        let outbox: String
        let from: String?
        let answer: String
        let failureClass: String
        let steps: [String: Bool?]
        /// The name of the advice, such as `certificate`, and its words.
        let advice: String?
        let adviceText: String?

        init(_ report: MailTest.Report) {
            isHandedOver = report.isHandedOver
            outbox = report.entry.description
            from = report.sender?.from.address.displayForm
            answer = report.answer
            failureClass = report.failureClass
            steps = Dictionary(uniqueKeysWithValues: report.steps.map { ($0.name.rawValue, $0.isDone) })
            advice = report.advice?.key.split(separator: ".").last.map(String.init)
            adviceText = report.advice.map { Localizer(.english)($0) }
        }
    }

    static func outboxID(_ text: String) throws -> OutboxEntryID {
        guard let id = OutboxEntryID(text) else { throw Misuse(text: "\(text) is not the id of a mail.") }
        return id
    }

    private struct OutboxLine: Encodable {
        struct Attempt: Encodable {
            let number: Int
            let startedAt: Date
            let endedAt: Date?
            let outcome: String
            let answer: String
        }

        let id: String
        let kind: String
        let to: String
        let state: String
        let attempts: Int
        let createdAt: Date
        let nextAttemptAt: Date?
        let lastAnswer: String
        let failureClass: String
        let passage: MailPassage?
        let delivery: String?
        let history: [Attempt]

        init(_ entry: OutboxEntry, _ details: [OutboxActions.AttemptDetail] = []) {
            id = entry.id.description
            kind = entry.kind?.rawValue ?? "message"
            to = entry.to.displayForm
            state = entry.state.rawValue
            attempts = entry.attempts
            createdAt = entry.createdAt
            nextAttemptAt = entry.state == .queued ? entry.nextAttemptAt : nil
            lastAnswer = entry.lastAnswer
            failureClass = entry.failureClass
            passage = entry.passage
            delivery = entry.delivery?.description
            history = details.map {
                Attempt(
                    number: $0.attempt.number, startedAt: $0.attempt.startedAt, endedAt: $0.attempt.endedAt,
                    outcome: $0.attempt.outcome, answer: $0.attempt.answer)
            }
        }

        var text: String { [id, state, kind, to, "\(attempts)", lastAnswer].joined(separator: "\t") }
    }

    func outboxList(states: [String], search: String, destination: String?, limit: Int) async throws -> AdminReply {
        let known = states.compactMap { OutboxEntry.State(rawValue: $0) }
        guard known.count == states.count else {
            throw Misuse(
                text: "A state is one of: " + OutboxEntry.State.allCases.map(\.rawValue).joined(separator: ", "))
        }
        let (entries, _) = try await installation.outbox.list(
            OutboxFilter(
                states: known.isEmpty ? nil : known, search: search,
                destination: try destination.map { try Self.destination($0).ascii }), offset: 0,
            limit: min(max(limit, 1), 10_000))
        let lines = entries.map { OutboxLine($0) }
        return try AdminReply(lines: lines.map(\.text), json: lines)
    }

    func outboxShow(_ id: OutboxEntryID) async throws -> AdminReply {
        let (entry, details) = try await installation.outbox.show(id)
        let line = OutboxLine(entry, details)
        var lines = [line.text]
        for detail in details {
            lines.append("attempt \(detail.attempt.number): \(detail.attempt.outcome) \(detail.attempt.answer)")
            lines += detail.conversation.entries.map { "  \($0.offset) ms \($0.side.rawValue): \($0.text)" }
        }
        return try AdminReply(lines: lines, json: line)
    }
}
