import DNS
import Deliveries
import Foundation
import MailMessage
import MailRouting
import SMTP
import SMTPTransport

/// One attempt at delivering one mail to the mail hosts of its destination.
struct DirectDelivery {
    /// So many connections are tried in one attempt; the next attempt begins with others.
    private static let mostConnections = 6

    let route: DirectRoute
    let plan: DeliveryPlan
    let destination: MailDestination
    let message: OutboundMessage
    let helloName: SMTPHelloName
    let limits: DestinationTable.Limits
    let isInteractive: Bool
    let beforeDot: @Sendable () async throws -> Void

    /// What one address came to.
    private enum Step {
        /// It decided about the mail.
        case decided(RouteOutcome)
        /// The next one may be better.
        case next(SMTPFailure)
    }

    /// - Parameter hosts: the hosts of the plan with the addresses that are worth a try, in their order.
    func deliver(to hosts: [MailHost]) async -> RouteOutcome {
        var conversation = SMTPConversation()
        var last: SMTPFailure?
        var refusal: HostRefusal?
        var tries = 0
        for host in hosts {
            guard let planned = plan.hosts.first(where: { $0.host.name == host.name }) else { continue }
            let security: HostSecurity
            switch planned.security {
            case .success(let found): security = found
            case .failure(let reason):
                refusal = reason
                conversation.append("\(MXConnector.name(of: host)): \(reason)", by: .note, at: 0)
                report(planned, refusal: reason)
                continue
            }
            for address in host.addresses where tries < Self.mostConnections {
                tries += 1
                let target = MXConnector.Target(host: host, address: address, security: security)
                switch await attempt(target, planned, &conversation) {
                case .decided(var outcome):
                    var all = conversation
                    all.append(contentsOf: outcome.conversation)
                    outcome.conversation = all
                    return outcome
                case .next(let failure): last = failure
                }
            }
        }
        return given(up: last, refusal: refusal, conversation)
    }

    /// No host decided. That is no fault of the mail, so it waits; unless its sender's demand can never be met.
    private func given(
        up last: SMTPFailure?, refusal: HostRefusal?, _ conversation: SMTPConversation
    ) -> RouteOutcome {
        if let last {
            if last.kind == .requireTLSNotOffered { return RouteOutcome(last, conversation: conversation) }
            return RouteOutcome(
                .deferred(
                    answer: RouteOutcome(last).answer, failureClass: FailureClass(last), concernsHost: false),
                conversation: conversation, failure: last)
        }
        guard let refusal else {
            return RouteOutcome(
                .deferred(answer: "4.4.1 No mail host answers.", failureClass: .routing, concernsHost: false),
                conversation: conversation)
        }
        let answer = "\(refusal.status) \(refusal)"
        return RouteOutcome(
            refusal.isPermanent
                ? .refused(answer: answer, failureClass: .transportSecurity)
                : .deferred(answer: answer, failureClass: .transportSecurity, concernsHost: false),
            conversation: conversation)
    }

    private func attempt(
        _ target: MXConnector.Target, _ planned: DeliveryPlan.Host, _ conversation: inout SMTPConversation
    ) async -> Step {
        let key = DestinationTable.ConnectionKey(
            address: target.address, name: target.host.name, security: target.security.transport,
            helloName: helloName.wire)
        if !isInteractive, let kept = route.table.takeIdle(key) {
            let result = await send(over: kept, to: target)
            if !result.diedBeforeMail { return judge(result, kept, key, target, isAuthenticated: target.isChecked) }
        }
        let opened: MXConnector.Opened
        do throws(SMTPFailure) {
            opened = try await route.connector.open(
                target, helloName: helloName, connectTimeout: route.table.connectTimeout(for: target.address),
                isInteractive: isInteractive)
        } catch {
            conversation.append("\(MXConnector.name(of: target.host)) [\(target.address)]", by: .note, at: 0)
            conversation.append(contentsOf: error.conversation)
            report(planned, failure: error, address: target.address)
            // A new certificate comes with new records: the next attempt looks again.
            if error.isAboutTLS { route.planner.forget(destination) }
            if let outcome = error.attemptOutcome { learn(outcome, of: target) }
            return .next(error)
        }
        if let passedOver = opened.passedOver {
            conversation.append(contentsOf: passedOver.conversation)
            report(planned, failure: passedOver, address: target.address)
        } else {
            report(planned, isSecured: opened.connection.tlsVersion != nil)
        }
        let fresh = DestinationTable.Kept(connection: opened.connection, mails: 0)
        return judge(await send(over: fresh, to: target), fresh, key, target, isAuthenticated: opened.isAuthenticated)
    }

    private func send(over kept: DestinationTable.Kept, to target: MXConnector.Target) async -> SMTPTransactionResult {
        var transaction = message.transaction
        transaction.requiresTLS = target.security.requiresREQUIRETLS
        return await kept.connection.send(transaction, content: message.content, beforeDot: beforeDot)
    }

    private func judge(
        _ result: SMTPTransactionResult, _ used: DestinationTable.Kept, _ key: DestinationTable.ConnectionKey,
        _ target: MXConnector.Target, isAuthenticated: Bool
    ) -> Step {
        if result.isConnectionUsable {
            var kept = used
            kept.mails += 1
            // Nobody who waits for a page leaves connections behind.
            if isInteractive {
                kept.connection.beginQuit()
            } else {
                route.table.giveBack(kept, as: key, limits: limits)
            }
        }
        var outcome = RouteOutcome(result)
        guard let recipient = result.outcomes.first else { return .decided(outcome) }
        switch recipient {
        case .accepted:
            learn(.taken, of: target)
            outcome.isReportedOn = used.connection.offersDSN
            outcome.passage = passage(used.connection, target, isAuthenticated: isAuthenticated)
            return .decided(outcome)
        case .unknownAfterDot: return .decided(outcome)
        case .rejected(let failure):
            learn(from: failure, of: target)
            // A sign-in cannot be wanted of a stranger: a refusal like any other, whatever its code.
            return .decided(outcome.withoutHost)
        case .failed(let failure):
            learn(from: failure, of: target)
            switch failure.kind {
            case .closed, .timeout, .unavailable, .protocol, .requireTLSNotOffered: return .next(failure)
            default: return .decided(outcome.withoutHost)
            }
        }
    }

    private func learn(from failure: SMTPFailure, of target: MXConnector.Target) {
        guard let reply = failure.reply else { return }
        learn(AttemptOutcome(code: reply.code, status: failure.enhancedStatus, text: reply.text), of: target)
    }

    private func learn(_ outcome: AttemptOutcome, of target: MXConnector.Target) {
        route.table.learn(outcome, of: plan.hostSet, address: target.address, at: route.now())
    }

    private func passage(
        _ connection: SMTPConnection, _ target: MXConnector.Target, isAuthenticated: Bool
    ) -> MailPassage {
        var proof = MailPassage.Proof.none
        if isAuthenticated {
            switch target.security.basis {
            // That it is this host is proven; that it is the domain's only where the MX answer is signed, too.
            case .dane: proof = plan.route.isSecure ? .dane : .none
            case .mtaSTS: proof = .mtaSTS
            case .administrator, .sender: proof = .certificate
            case .none: proof = .none
            }
        }
        return MailPassage(
            host: MXConnector.name(of: target.host, or: target.address), tlsVersion: connection.tlsVersion, proof: proof
        )
    }
}

extension MXConnector.Target {
    /// Whether connections of this kind have their certificate checked.
    var isChecked: Bool { security.transport.authenticates }
}

extension MXConnector {
    static func name(of host: MailHost, or address: IPAddress? = nil) -> String {
        host.name?.description ?? (address ?? host.addresses.first).map { "[\($0)]" } ?? "[]"
    }
}

extension RouteOutcome {
    /// The same, but no trouble of a server that all mail goes through.
    fileprivate var withoutHost: RouteOutcome {
        guard case .deferred(let answer, let failureClass, true) = result else { return self }
        return RouteOutcome(
            .deferred(answer: answer, failureClass: failureClass, concernsHost: false), conversation: conversation,
            failure: failure)
    }
}

extension SMTPFailure {
    /// What a connection that did not come about says of its host; nil if it says nothing.
    fileprivate var attemptOutcome: AttemptOutcome? {
        if let reply {
            let outcome = AttemptOutcome(code: reply.code, status: enhancedStatus, text: reply.text)
            return outcome == .slowDown ? outcome : .trouble(.greeting)
        }
        return switch phase {
        case .connect: kind == .cancelled || kind == .configuration ? nil : .trouble(.connect)
        case .tls, .startTLS: .trouble(.tls)
        case .greeting, .hello: .trouble(.greeting)
        default: nil
        }
    }
}
