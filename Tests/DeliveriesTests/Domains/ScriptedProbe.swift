import DNS
import Foundation
import Localization
import MailMessage
import MailTemplates
import SenderDomains
import Storage
import Synchronization

@testable import Deliveries

/// DNS as a test wants it: every key's record is found as the test says.
final class ScriptedProbe: DomainProbe {
    private struct State {
        var keys: RecordDiagnosis = .ok
        var seen: Set<String>?
        var control: DomainReport.Certainty = .no
        var asked = 0
    }

    private let state = Mutex(State())
    private let now: @Sendable () -> Date

    init(now: @escaping @Sendable () -> Date) { self.now = now }

    var asked: Int { state.withLock { $0.asked } }
    /// What is found of each key's record.
    func find(_ diagnosis: RecordDiagnosis) { state.withLock { $0.keys = diagnosis } }
    /// Which selectors' records are found; `nil`: all.
    func see(_ selectors: Set<String>?) { state.withLock { $0.seen = selectors } }

    func look(at domain: MailDomain, setup: DomainSetup) async -> DomainLook {
        DomainLook(domain: domain, at: now(), exists: domain.ascii == "nirgends.example" ? .no : .yes)
    }

    func isPublicSuffix(_ domain: MailDomain) -> Bool { domain.ascii == "co.example" }

    func report(on domain: SenderDomain, setup: DomainSetup, resolver: NetworkEndpoint?) async -> DomainReport {
        let (keys, seen, control) = state.withLock { state in
            state.asked += 1
            return (state.keys, state.seen, state.control)
        }
        let zone = DNSName(domain.domain.ascii) ?? .root
        let findings = domain.keys.map { key in
            let isSeen = seen?.contains(key.selector) ?? true
            return RecordFinding(
                record: DomainRecord(
                    purpose: .dkim, requirement: key.phase == .retired ? .removable : .required,
                    name: DNSName("\(key.selector)._domainkey.\(domain.domain)") ?? .root, zone: zone, type: .txt,
                    value: key.publicRecord ?? "", ttl: setup.ttl, selector: key.selector),
                diagnosis: key.phase == .retired ? .gone : isSeen ? keys : .missing)
        }
        let isUnknown = findings.contains { $0.diagnosis.weight == .unknown }
        let signs = findings.contains { $0.diagnosis == .ok && $0.record.requirement == .required }
        return DomainReport(
            domain: domain.domain, at: now(), milliseconds: 1,
            plan: RecordPlan(domain: domain.domain, zone: zone, records: findings.map(\.record)), findings: findings,
            dkim: isUnknown ? .unknown : signs ? .yes : .no, spf: .no, bounces: .unknown, control: control)
    }
}

/// The operator's zone, kept in memory.
final class ScriptedZone: ZoneUpdater {
    private let state = Mutex<(texts: [String: String], refusal: String?)>(([:], nil))

    var texts: [String: String] { state.withLock { $0.texts } }
    func refuse(_ reason: String?) { state.withLock { $0.refusal = reason } }

    func replaceText(at name: DNSName, with text: String?, ttl: UInt32, by access: ZoneAccess) async throws {
        try state.withLock { state in
            if let refusal = state.refusal { throw ZoneUpdateFailure(refusal) }
            state.texts[name.description] = text
        }
    }
}

/// The use cases around sender domains in a house of their own.
struct DomainHouse {
    let house: DeliveryHouse
    let probe: ScriptedProbe
    let zone = ScriptedZone()
    let parts: DomainParts
    let boss: Account

    var administration: DomainAdministration { DomainAdministration(parts) }
    var requests: DomainRequests { DomainRequests(parts) }
    static let origin = RequestOrigin(clientAddress: "198.51.100.7")

    init(settings: [String: String] = [:]) async throws {
        house = try await DeliveryHouse()
        let house = house
        probe = ScriptedProbe(now: { house.now })
        parts = DomainParts(
            base: house.parts, keyVault: DomainKeyVault(keys: house.parts.keys), probe: probe, updater: zone)
        boss = Account(
            id: house.parts.newID(house.now), email: try EmailAddress(parsing: "chef@kunde.example"), name: "Chef",
            isAdministrator: true, state: .active, language: .german, passwordHash: nil, createdAt: house.now)
        let boss = boss
        try await house.database.write { try $0.accounts.insert(boss) }
        try await house.parts.settings.set(
            ["organisation.name": "Kanzlei", "mail.system-sender": "post@depesche.example"].merging(settings) { $1 },
            by: nil)
    }

    func domain(_ name: String = "kunde.example") throws -> MailDomain { try MailDomain(parsing: name) }

    @discardableResult
    func add(_ name: String = "kunde.example") async throws -> SenderDomain {
        try await administration.add(try domain(name), by: boss.id, origin: Self.origin)
    }

    /// The mails of a kind so far, oldest first.
    func mails(_ kind: MailKind) async throws -> [OutboxEntry] {
        try await house.database.read { transaction in
            try transaction.outbox.entries(OutboxFilter(), offset: 0, limit: 1_000).filter { $0.kind == kind }
                .reversed()
        }
    }

    func text(of entry: OutboxEntry) throws -> String { try house.parts.composer.open(entry).plainText }

    func history(_ name: String = "kunde.example") async throws -> [String] {
        let domain = try domain(name)
        return try await house.database.read { transaction in
            try transaction.senderDomains.history(of: domain, offset: 0, limit: 100).reversed().map(\.code)
        }
    }

    func audit() async throws -> [String] {
        try await house.database.read { try $0.ledger.audit(offset: 0, limit: 100).reversed().map(\.action) }
            .filter { $0 != "setting-changed" }
    }
}

/// The error that a use case answers with.
func refused(_ body: () async throws -> Void) async -> DeliveriesError? {
    do {
        try await body()
        return nil
    } catch {
        return error as? DeliveriesError
    }
}
