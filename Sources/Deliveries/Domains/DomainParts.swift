import DNS
import Foundation
import MailMessage
import SenderDomains

/// What the use cases around sender domains work with; the same for all of them.
public struct DomainParts: Sendable {
    /// The parts that all use cases share.
    public let base: DeliveryParts
    /// The private keys.
    public let keyVault: DomainKeyVault
    /// Looks at DNS.
    public let probe: any DomainProbe
    /// Changes the operator's zone.
    public let updater: any ZoneUpdater

    /// Puts the parts together.
    public init(base: DeliveryParts, keyVault: DomainKeyVault, probe: any DomainProbe, updater: any ZoneUpdater) {
        self.base = base
        self.keyVault = keyVault
        self.probe = probe
        self.updater = updater
    }

    /// The way into the operator's zone; `nil` if it takes no updates.
    func zoneAccess(_ settings: Settings) async throws -> ZoneAccess? {
        guard let zone = settings.domainSetup.operatorZone,
            let server = NetworkEndpoint(settings.text(.domainsUpdateServer), defaultPort: 53),
            let keyName = DNSName(settings.text(.domainsUpdateKeyName)),
            let text = try await base.settings.secret(.domainsUpdateKey),
            let secret = Data(base64Encoded: text.trimmingCharacters(in: .whitespaces))
        else { return nil }
        return ZoneAccess(
            zone: zone, server: server, keyName: keyName, secret: Array(secret),
            algorithm: settings.text(.domainsUpdateAlgorithm))
    }

    /// Reads a domain, has it changed, and stores it with its history and mails: one transaction.
    ///
    /// - Parameters:
    ///   - name: the domain.
    ///   - change: changes the domain; gives what happened to it.
    /// - Returns: the domain as it is now, and what happened.
    /// - Throws: ``DeliveriesError`` `.notFound`, and what `change` throws.
    @discardableResult
    func change(
        _ name: MailDomain, _ change: @escaping @Sendable (inout SenderDomain, DomainRecorder) throws -> [DomainEvent]
    ) async throws -> (domain: SenderDomain, events: [DomainEvent]) {
        let parts = self
        let now = base.now()
        let result = try await base.database.write { transaction in
            guard var domain = try transaction.senderDomains.domain(name) else { throw DeliveriesError(.notFound) }
            let before = domain
            let recorder = DomainRecorder(parts: parts, domain: name, transaction: transaction, now: now)
            let events = try change(&domain, recorder)
            if domain != before { try transaction.senderDomains.update(domain) }
            try recorder.record(events, of: domain, before: before)
            return (domain: domain, events: events)
        }
        base.changes.give()
        base.mailQueued()
        return result
    }
}
