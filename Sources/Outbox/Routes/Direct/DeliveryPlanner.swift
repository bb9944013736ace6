import DNS
import Deliveries
import Foundation
import MailRouting
import Synchronization

/// Finds out where mail goes and what protects it: MX records, TLSA records, MTA-STS; remembers it for as long as DNS
/// allows, a few minutes at most.
final class DeliveryPlanner: Sendable {
    /// What a plan is for.
    private struct Question: Hashable {
        let destination: MailDestination
        let demand: TLSDemand?
        let request: MailTLSRequest
        let preference: AddressPreference
        let ownNames: Set<DNSName>

        init(_ destination: MailDestination, request: MailTLSRequest, settings: Settings) {
            self.destination = destination
            self.request = request
            demand = settings.tlsDemands.demand(for: destination)
            preference = settings.addressPreference
            ownNames = Set([DNSName(settings.mailServerName)].compactMap(\.self))
        }
    }

    private struct Known: Sendable {
        let plan: DeliveryPlan
        let until: Date
    }

    /// How long a plan is kept at most, seconds: a new policy or record counts soon.
    private static let longest: TimeInterval = 120
    private static let mostKnown = 10_000

    private let resolver: any DNSResolver
    private let egress: EgressPolicy
    private let policies: STSPolicies
    private let now: @Sendable () -> Date
    private let known = Mutex<[Question: Known]>([:])

    init(
        resolver: any DNSResolver, egress: EgressPolicy, policies: STSPolicies, now: @escaping @Sendable () -> Date
    ) {
        self.resolver = resolver
        self.egress = egress
        self.policies = policies
        self.now = now
    }

    /// - Throws: `RoutingFailure` if there is no way.
    func plan(
        for destination: MailDestination, request: MailTLSRequest, settings: Settings
    ) async throws(RoutingFailure) -> DeliveryPlan {
        let question = Question(destination, request: request, settings: settings)
        let start = now()
        if let known = known.withLock({ $0[question] }), start < known.until { return known.plan }
        let plan = try await make(question, settings: settings)
        if plan.isComplete {
            let until = start.addingTimeInterval(min(TimeInterval(plan.route.ttl), Self.longest))
            known.withLock { known in
                if known.count >= Self.mostKnown { known = known.filter { start < $0.value.until } }
                if known.count < Self.mostKnown { known[question] = Known(plan: plan, until: until) }
            }
        }
        return plan
    }

    /// The hosts to which mail for a domain went lately; `nil` if nothing is known.
    func hostSet(of destination: MailDestination, settings: Settings) -> HostSet? {
        let question = Question(destination, request: .none, settings: settings)
        return known.withLock { $0[question]?.plan.hostSet }
    }

    /// Forgets all plans, or those for one destination: what they say may have changed.
    func forget(_ destination: MailDestination? = nil) {
        known.withLock { known in
            guard let destination else {
                known = [:]
                return
            }
            for question in known.keys where question.destination == destination { known[question] = nil }
        }
    }

    private func make(_ question: Question, settings: Settings) async throws(RoutingFailure) -> DeliveryPlan {
        var egress = egress
        egress.own.formUnion(settings.list(.mailSPFAddresses).compactMap { IPAddress($0)?.unmapped })
        let router = MailRouter(
            resolver: resolver, egress: egress, ownNames: question.ownNames, preference: question.preference)
        var generator = SystemRandomNumberGenerator()
        async let policy = policies.policy(of: question.destination)
        let route = try await router.route(to: question.destination, using: &generator)
        let (inForce, failure) = await policy
        let decision = SecurityDecision(
            for: route, policy: inForce, demand: question.demand, request: question.request)
        let lookup = TLSALookup(resolver: resolver)
        var hosts: [DeliveryPlan.Host] = []
        for host in route.hosts {
            let tlsa = await lookup.finding(for: host)
            let security = Result { () throws(HostRefusal) in try decision.security(of: host, tlsa: tlsa) }
            hosts.append(DeliveryPlan.Host(host: host, tlsa: tlsa, security: security))
        }
        return DeliveryPlan(route: route, hosts: hosts, policy: inForce, policyFailure: failure)
    }
}

extension Settings {
    /// In which order a mail host's addresses are tried.
    var addressPreference: AddressPreference { AddressPreference(rawValue: text(.mailServerAddresses)) ?? .v4First }

    /// Which destinations demand TLS.
    var tlsDemands: TLSDemands {
        var demands = TLSDemands()
        for entry in list(.mailServerTLSDemands) {
            let parts = entry.split(separator: "=")
            guard parts.count == 2, let demand = TLSDemand(rawValue: String(parts[1])) else { continue }
            demands.add(String(parts[0]), demand)
        }
        return demands
    }
}
