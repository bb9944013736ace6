import Deliveries
import Localization
import MailMessage
import SMTP

/// How far a test mail came, and what to change.
extension MailTest {
    static func steps(_ outcome: RouteOutcome, settings: Settings) -> [Step] {
        if outcome.result == .keptLocally { return [Step(name: .composed, isDone: true)] }
        var names: [Step.Name] = [.composed, .connected]
        if settings.route == .direct {
            // Whether it was protected is the other side's choice, unless something demands it.
            let isAboutTLS = outcome.failure?.phase == .tls || outcome.failure?.phase == .startTLS
            if outcome.passage?.tlsVersion != nil || isAboutTLS { names.append(.secured) }
        } else {
            if settings.smtpSecurity != .none { names.append(.secured) }
            if settings.text(.smtpAuthentication) != "none", !settings.text(.smtpUser).isEmpty {
                names.append(.signedIn)
            }
        }
        names += [.sender, .recipient, .accepted]
        guard let failure = outcome.failure else {
            if case .handedOver = outcome.result { return names.map { Step(name: $0, isDone: true) } }
            return names.map { Step(name: $0, isDone: $0 == .composed ? false : nil) }
        }
        let place = names.firstIndex(of: step(failure, among: names)) ?? 0
        // Where our own settings cannot be used, or no token can be had, nothing was dialled.
        let wasDialled = failure.kind != .configuration && failure.kind != .invalidContent
        return names.enumerated().map { index, name in
            if index == place { return Step(name: name, isDone: false) }
            return Step(name: name, isDone: index < place && (wasDialled || name == .composed) ? true : nil)
        }
    }

    private static func step(_ failure: SMTPFailure, among names: [Step.Name]) -> Step.Name {
        let lacksSignIn = failure.kind == .authentication && names.contains(.signedIn)
        return switch failure.phase {
        case .connect, .greeting, .hello, .idle, .quit, .reset: .connected
        case .tls, .startTLS: .secured
        case .authentication: .signedIn
        case .mail where failure.kind == .invalidContent: .composed
        case .mail: lacksSignIn ? .signedIn : .sender
        case .recipient: lacksSignIn ? .signedIn : .recipient
        case .data, .content, .finalDot: .accepted
        }
    }

    /// The key of the plain words for a failure, `page.smtp-advice.<what>`; all of them are in ``adviceKeys``.
    static func advice(_ outcome: RouteOutcome, settings: Settings) -> Phrase? {
        guard let what = advice(outcome) else { return nil }
        if settings.route == .direct, outcome.concernsDestination {
            let isOver = if case .refused = outcome.result { true } else { false }
            return Phrase("page.smtp-advice.\(isOver ? "host-refuses" : "host-waits")", ["answer": outcome.answer])
        }
        return Phrase(
            "page.smtp-advice.\(what)",
            ["host": settings.text(.smtpHost), "port": settings.text(.smtpPort), "answer": outcome.answer])
    }

    /// Every advice that there is.
    static let adviceKeys = [
        "answer-lost", "cancelled", "certificate", "certificate-expired", "certificate-issuer", "certificate-name",
        "closed", "configuration", "content", "domain-not-in-order", "host-refuses", "host-unknown", "host-waits",
        "later", "local", "no-answer", "no-system-sender", "no-token", "not-signed", "protocol", "recipient-refused",
        "refused", "rejected",
        "relaying-denied", "sender-not-allowed", "server-refuses", "sign-in-needed", "sign-in-not-possible",
        "stalled", "timeout", "tls", "tls-not-offered", "unreadable", "wrong-password",
    ]

    private static func advice(_ outcome: RouteOutcome) -> String? {
        switch outcome.result {
        case .handedOver: return nil
        case .keptLocally: return "local"
        case .cancelled: return "cancelled"
        case .unknown: return "answer-lost"
        case .held: return "domain-not-in-order"
        case .postponed: return "later"
        case .deferred, .refused: break
        }
        guard let failure = outcome.failure else {
            if outcome.result == RouteOutcome.missingSender.result { return "no-system-sender" }
            if outcome.result == RouteOutcome.unsigned.result { return "not-signed" }
            if case .refused(_, .authentication) = outcome.result { return "domain-not-in-order" }
            return "unreadable"
        }
        switch failure.kind {
        case .dns: return "host-unknown"
        case .connect: return "refused"
        case .timeout:
            // A server that wants TLS from the first octet on waits for us while we wait for its greeting.
            return switch failure.phase {
            case .connect: "timeout"
            case .greeting: "no-answer"
            case .tls: "tls"
            default: "stalled"
            }
        case .closed, .unavailable, .cancelled, .source: return "closed"
        case .tls, .requireTLSNotOffered: return "tls"
        case .certificate, .certificateTLSA: return "certificate"
        case .certificateExpired: return "certificate-expired"
        case .certificateName: return "certificate-name"
        case .certificateIssuer: return "certificate-issuer"
        case .tlsNotOffered: return "tls-not-offered"
        case .injection, .protocol: return "protocol"
        case .authentication: return failure.phase == .authentication ? "wrong-password" : "sign-in-needed"
        case .authenticationNotPossible: return "sign-in-not-possible"
        case .configuration: return failure.phase == .authentication ? "no-token" : "configuration"
        case .messageTooLarge, .invalidContent, .smtpUTF8NotOffered, .eightBitNotOffered: return "content"
        case .rejected: return rejection(failure, answer: outcome.answer.lowercased())
        }
    }

    private static func rejection(_ failure: SMTPFailure, answer: String) -> String {
        switch failure.phase {
        case .connect, .greeting, .hello, .idle, .reset, .quit: return "server-refuses"
        case .tls, .startTLS: return "tls"
        case .authentication: return "wrong-password"
        case .mail, .recipient, .data, .content, .finalDot: break
        }
        if !failure.isPermanent { return "later" }
        if answer.contains("relay") { return "relaying-denied" }
        if failure.phase == .mail || answer.contains("sender") || answer.contains("send as") {
            return "sender-not-allowed"
        }
        return failure.phase == .recipient ? "recipient-refused" : "rejected"
    }
}

extension RouteOutcome {
    /// Whether it is the recipients' mail hosts that delay or refuse the mail, and not something here.
    fileprivate var concernsDestination: Bool {
        let ours = [Self.missingSender, Self.unsigned, Self.unreadable, Self.notComposed].map(\.result)
        guard !ours.contains(result) else { return false }
        switch result {
        // Without a failure of a session it is the sender's domain that is not in order.
        case .refused(_, .authentication): return failure != nil
        case .deferred, .refused, .postponed: return true
        case .handedOver, .unknown, .held, .keptLocally, .cancelled: return false
        }
    }
}
