public import Deliveries
public import Foundation
public import MailMessage
public import SMTP

/// What became of one attempt.
public struct RouteOutcome: Sendable {
    /// The result.
    public enum Result: Sendable, Equatable {
        /// The mail server has the mail; with its reply.
        case handedOver(answer: String)
        /// It stays and is tried again.
        case deferred(answer: String, failureClass: FailureClass, concernsHost: Bool)
        /// It is refused for good.
        case refused(answer: String, failureClass: FailureClass)
        /// The final dot was sent and the answer lost: perhaps it arrived. It is tried again.
        case unknown(answer: String)
        /// It waits until the sender's domain is in order, or somebody releases it.
        case held(answer: String, domain: MailDomain)
        /// It stays in the local mailbox.
        case keptLocally
        /// Nothing was tried: the destination takes no further mail before then.
        case postponed(until: Date, answer: String)
        /// Somebody cancelled it before the final dot; it did not leave.
        case cancelled
    }

    /// The result.
    public let result: Result
    /// What was said, without credentials and content.
    public internal(set) var conversation: SMTPConversation
    /// The failure as the session saw it.
    public let failure: SMTPFailure?

    /// How the mail travelled, where it was delivered straight to the recipient's host.
    public var passage: MailPassage?

    /// Whether the server that took it over was asked to report on it itself (RFC 3461, 5.2.1).
    public var isReportedOn = false

    /// An outcome.
    public init(_ result: Result, conversation: SMTPConversation = SMTPConversation(), failure: SMTPFailure? = nil) {
        self.result = result
        self.conversation = conversation
        self.failure = failure
    }

    /// No system sender is set, and the mail needs one.
    static let missingSender = RouteOutcome(
        .deferred(answer: "No system sender is set.", failureClass: .authentication, concernsHost: true))

    /// The stored mail was changed, or its key is gone.
    static let unreadable = RouteOutcome(
        .refused(answer: "The stored mail cannot be opened.", failureClass: .unknown))

    /// The mail's addresses or headers cannot be written as they must.
    static let notComposed = RouteOutcome(
        SMTPFailure(
            phase: .mail, kind: .invalidContent, isPermanent: true,
            text: "The mail cannot be composed: an address or header is not valid."))

    /// The sender's domain is not in order, and its policy is to wait.
    static func held(for domain: MailDomain) -> RouteOutcome {
        RouteOutcome(.held(answer: "The domain \(domain) is not in order; mail in its name waits.", domain: domain))
    }

    /// The sender's domain is not in order, and its policy is that nobody sends.
    static func rejected(for domain: MailDomain) -> RouteOutcome {
        RouteOutcome(
            .refused(
                answer: "The domain \(domain) is not in order; mail in its name is not sent.",
                failureClass: .authentication))
    }

    /// A key that the mail is to be signed with cannot be used: unsigned it would be taken for a forgery.
    static let unsigned = RouteOutcome(
        .deferred(answer: "The mail cannot be signed.", failureClass: .authentication, concernsHost: false))

    /// The outcome of an SMTP transaction with one recipient.
    public init(_ transaction: SMTPTransactionResult) {
        guard let outcome = transaction.outcomes.first else {
            self.init(.deferred(answer: "", failureClass: .unknown, concernsHost: false))
            return
        }
        switch outcome {
        case .accepted(let reply):
            self.init(.handedOver(answer: Self.words(reply)), conversation: transaction.conversation)
        case .rejected(let failure), .failed(let failure):
            self.init(failure, conversation: transaction.conversation)
        case .unknownAfterDot(let failure):
            self.init(.unknown(answer: failure.text), conversation: transaction.conversation, failure: failure)
        }
    }

    /// The outcome of a failure.
    public init(_ failure: SMTPFailure, conversation: SMTPConversation = SMTPConversation()) {
        let answer = failure.reply.map(Self.words) ?? failure.text
        let failureClass = FailureClass(failure)
        if failure.isPermanent {
            self.init(
                .refused(answer: answer, failureClass: failureClass), conversation: conversation, failure: failure)
        } else {
            self.init(
                .deferred(answer: answer, failureClass: failureClass, concernsHost: failure.concernsHost),
                conversation: conversation, failure: failure)
        }
    }

    /// The answer in words that can be shown.
    public var answer: String {
        switch result {
        case .handedOver(let answer), .unknown(let answer), .refused(let answer, _), .deferred(let answer, _, _),
            .held(let answer, _), .postponed(_, let answer):
            answer
        case .keptLocally, .cancelled: ""
        }
    }

    /// Whether the mail server itself failed (true) or did its work (false); `nil` if the outcome does not tell.
    var showsServerFailing: Bool? {
        switch result {
        case .deferred(_, _, concernsHost: true): true
        case .handedOver: false
        case .deferred, .refused, .unknown: failure?.reply == nil ? nil : false
        case .keptLocally: false
        case .cancelled, .held, .postponed: nil
        }
    }

    private static func words(_ reply: SMTPReply) -> String {
        String("\(reply.code) \(reply.lines.joined(separator: " "))".prefix(500))
    }
}
