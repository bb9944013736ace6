public import DNS
public import Deliveries
public import Foundation
public import MailMessage
public import MailRouting
public import SMTP
public import SMTPTransport

/// The built-in mail server's way: delivers each mail to the mail hosts of its recipient (RFC 5321, 5.1).
public struct DirectRoute: OutgoingRoute, DestinationPacing {
    /// What of the installation matters here.
    public struct Configuration: Sendable {
        /// The port that is dialled; TLSA names stay `_25._tcp`.
        public var port: Int
        /// Which addresses may be dialled.
        public var egress: EgressPolicy
        /// Which authorities are trusted where a certificate is demanded.
        public var trust: SMTPConnectionConfiguration.TrustRoots
        /// How long each phase may take.
        public var timeouts: SMTPTimeouts

        /// A configuration; by default that of the open Internet.
        public init(
            port: Int = 25, egress: EgressPolicy = .public, trust: SMTPConnectionConfiguration.TrustRoots = .system,
            timeouts: SMTPTimeouts = .standard
        ) {
            self.port = port
            self.egress = egress
            self.trust = trust
            self.timeouts = timeouts
        }
    }

    let table = DestinationTable()
    let planner: DeliveryPlanner
    let connector: MXConnector
    let sessions: any TLSSessionSink
    let now: @Sendable () -> Date

    /// - Parameters:
    ///   - configuration: what of the installation matters here.
    ///   - resolver: who is asked; only one that validates finds TLSA records.
    ///   - policies: the MTA-STS policies.
    ///   - sessions: told how TLS went, for reports.
    ///   - now: the clock.
    public init(
        _ configuration: Configuration, resolver: any DNSResolver, policies: STSPolicies,
        sessions: any TLSSessionSink, now: @escaping @Sendable () -> Date
    ) {
        planner = DeliveryPlanner(resolver: resolver, egress: configuration.egress, policies: policies, now: now)
        connector = MXConnector(
            port: configuration.port, trust: configuration.trust, timeouts: configuration.timeouts)
        self.sessions = sessions
        self.now = now
    }

    /// Each destination has a pace of its own.
    public var pacing: (any DestinationPacing)? { self }

    /// How many further mails to a destination may be begun now.
    public func room(for destination: String, settings: Settings) -> Int {
        let hosts = MailDestination(destination).flatMap { planner.hostSet(of: $0, settings: settings) }
        return table.room(for: hosts, limits: settings.directLimits, at: now())
    }

    /// Forgets who was out of reach or asked for a pause.
    public func tryAnew() {
        table.tryAnew()
        planner.forget()
    }

    /// Delivers one mail to the mail host of its recipient.
    ///
    /// 1. The way is found: hosts, addresses, what protects them. What is known for good (no such domain) ends it here.
    /// 2. A place among the connections to these hosts is waited for; hosts that asked for a pause get one.
    /// 3. Addresses at which nobody answered lately are left out; if no other is left, the mail waits.
    /// 4. The attempt begins; host after host is tried, over a kept connection where there is one, until one of them
    ///    takes or refuses the mail. Trouble with one host is a reason to try the next (RFC 5321, 5.1).
    public func send(
        to recipient: EmailAddress, protection: StoredMessage.Protection, settings: Settings, isInteractive: Bool,
        start: @escaping @Sendable () async throws(RouteStop) -> OutboundMessage,
        beforeDot: @escaping @Sendable () async throws -> Void
    ) async -> RouteOutcome {
        guard let destination = MailDestination(recipient.domain.ascii),
            let helloName = SMTPHelloName(settings.mailServerName)
        else { return .notComposed }
        let plan: DeliveryPlan
        do {
            plan = try await planner.plan(for: destination, request: protection.request, settings: settings)
        } catch {
            return RouteOutcome(error)
        }
        let limits = settings.directLimits
        let entry = await table.enter(plan.hostSet, limits: limits, at: now())
        if case .wait(let until) = entry, !isInteractive { return .paused(until: until, for: destination) }
        defer { if entry == .go { table.leave(plan.hostSet, at: now()) } }
        var hosts = plan.route.hosts
        switch table.arrange(hosts, at: now()) {
        case .hosts(let alive): hosts = alive
        case .wait(let until): if !isInteractive { return .unreachable(until: until, destination) }
        }
        let message: OutboundMessage
        do {
            message = try await start()
        } catch {
            return error.outcome
        }
        let delivery = DirectDelivery(
            route: self, plan: plan, destination: destination, message: message, helloName: helloName, limits: limits,
            isInteractive: isInteractive, beforeDot: beforeDot)
        return await delivery.deliver(to: hosts)
    }

    /// Closes the connections; mail under way goes on to its end.
    public func shutDown() async { await table.shutDown() }
}

extension StoredMessage.Protection {
    var request: MailTLSRequest {
        switch self {
        case .none: .none
        case .required: .required
        case .optional: .optional
        }
    }
}

extension Settings {
    var directLimits: DestinationTable.Limits {
        DestinationTable.Limits(
            connections: integer(.mailServerConnections), mailsPerConnection: integer(.mailServerMailsPerConnection),
            mailsPerMinute: integer(.mailServerMailsPerMinute))
    }
}

extension RouteOutcome {
    /// There is no way to a destination, now or ever.
    init(_ failure: RoutingFailure) {
        let answer = "\(failure.status) \(failure.detail)"
        let failureClass: FailureClass =
            switch failure.code {
            case .noSuchDomain, .noMailHost, .nullMX: .noSuchDomain
            case .loop, .noUsableHost, .privateAddresses, .dns, .bogus: .routing
            }
        self.init(
            failure.isPermanent
                ? .refused(answer: answer, failureClass: failureClass)
                : .deferred(answer: answer, failureClass: failureClass, concernsHost: false))
    }

    static func paused(until: Date, for destination: MailDestination) -> RouteOutcome {
        RouteOutcome(.postponed(until: until, answer: "\(destination) takes no further mail for a moment."))
    }

    static func unreachable(until: Date, _ destination: MailDestination) -> RouteOutcome {
        RouteOutcome(
            .postponed(until: until, answer: "The mail hosts of \(destination) did not answer a moment ago."))
    }
}
