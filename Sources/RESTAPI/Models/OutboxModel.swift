import Deliveries
import Foundation
import Localization
import MailMessage
import MailTemplates
import Outbox
import SMTP
import SenderDomains

/// A row of the outbox as the API tells it: never its content.
struct OutboxModel: Codable, Equatable {
    let id: String
    let kind: String
    let to: String
    let from: String
    let state: String
    let attempts: Int
    let createdAt: Date
    let nextAttemptAt: Date?
    let finishedAt: Date?
    let lastAnswer: String
    let failureClass: String
    let delivery: String?
    let destination: String
    /// `administrator` or `domain`, while it is held.
    let heldBy: String?
    let passage: PassageModel?

    init(_ entry: OutboxEntry) {
        id = entry.id.description
        kind = entry.kind?.rawValue ?? "message"
        to = entry.to.displayForm
        from = entry.visibleFrom
        state = entry.state.rawValue
        attempts = entry.attempts
        createdAt = entry.createdAt
        nextAttemptAt = entry.state == .queued ? entry.nextAttemptAt : nil
        finishedAt = entry.finishedAt
        lastAnswer = entry.lastAnswer
        failureClass = entry.failureClass
        delivery = entry.delivery?.description
        destination = entry.destination
        heldBy = entry.state == .held ? (entry.isHeldByAdministrator ? "administrator" : "domain") : nil
        passage = entry.passage.map { PassageModel($0) }
    }
}

/// How a mail travelled to the mail host of its recipient.
struct PassageModel: Codable, Equatable {
    let host: String
    /// Such as `TLS 1.3`; missing if it went in the clear.
    let tlsVersion: String?
    /// `none`, `dane`, `mta-sts` or `certificate`.
    let proof: String

    init(_ passage: MailPassage) {
        host = passage.host
        tlsVersion = passage.tlsVersion
        proof = passage.proof.rawValue
    }
}

/// An order about a destination and how it does.
struct DestinationOrderModel: Codable, Equatable {
    let id: String
    let action: String
    let destination: String
    /// `running`, `done` or `broken`.
    let state: String
    /// How many rows were changed.
    let count: Int?

    init(_ id: RunID, _ order: DestinationOrder, _ now: DestinationOrders.State) {
        self.id = id.description
        action = order.action.rawValue
        destination = order.destination.ascii
        switch now {
        case .running(let changed): (state, count) = ("running", changed)
        case .done(let changed): (state, count) = ("done", changed)
        case .broken: (state, count) = ("broken", nil)
        }
    }
}

/// A row with its attempts.
struct OutboxDetailModel: Codable, Equatable {
    /// One attempt with what was said.
    struct AttemptModel: Codable, Equatable {
        let number: Int
        let startedAt: Date
        let endedAt: Date?
        let outcome: String
        let answer: String
        let conversation: [LineModel]
    }

    let entry: OutboxModel
    let attempts: [AttemptModel]

    init(_ entry: OutboxEntry, _ attempts: [OutboxActions.AttemptDetail]) {
        self.entry = OutboxModel(entry)
        self.attempts = attempts.map { detail in
            AttemptModel(
                number: detail.attempt.number, startedAt: detail.attempt.startedAt, endedAt: detail.attempt.endedAt,
                outcome: detail.attempt.outcome, answer: detail.attempt.answer,
                conversation: detail.conversation.entries.map { LineModel($0) })
        }
    }
}

/// A line of a conversation with a mail server.
struct LineModel: Codable, Equatable {
    /// Milliseconds since the beginning.
    let offset: Int
    /// `client`, `server` or `note`.
    let side: String
    let text: String

    init(_ entry: SMTPConversation.Entry) {
        offset = entry.offset
        side = entry.side.rawValue
        text = entry.text
    }
}

/// What a test mail came to.
struct MailTestModel: Codable, Equatable {
    /// One step.
    struct StepModel: Codable, Equatable {
        let name: String
        /// `done`, `failed` or `not-reached`.
        let state: String
    }

    let outbox: String
    let isHandedOver: Bool
    let from: String?
    let answer: String
    let steps: [StepModel]
    let advice: String?
    let conversation: [LineModel]

    init(_ report: MailTest.Report, language: Language) {
        outbox = report.entry.description
        isHandedOver = report.isHandedOver
        from = report.sender?.from.address.displayForm
        answer = report.answer
        steps = report.steps.map {
            StepModel(name: $0.name.rawValue, state: $0.isDone.map { $0 ? "done" : "failed" } ?? "not-reached")
        }
        advice = report.advice.map { Localizer(language)($0) }
        conversation = report.conversation.entries.map { LineModel($0) }
    }
}
