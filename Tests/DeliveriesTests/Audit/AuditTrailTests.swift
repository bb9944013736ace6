import Foundation
import Secrets
import Storage
import Testing

@testable import Deliveries

@Suite struct AuditTrailTests {
    private static let origin = RequestOrigin(clientAddress: "198.51.100.7")

    private static func verdict(_ house: DeliveryHouse, witness: String? = nil) async throws -> AuditVerdict {
        try await AuditVerification(database: house.database, keys: house.parts.keys)
            .verify(witness: witness.flatMap { AuditVerification.Witness($0) })
    }

    private static func failure(_ number: Int64, _ fault: AuditVerdict.Fault) -> AuditVerdict.Failure {
        AuditVerdict.Failure(number: number, fault: fault)
    }

    /// A house with so many entries.
    private static func house(entries: Int, settings: [String: String] = [:]) async throws -> DeliveryHouse {
        let house = try await DeliveryHouse(settings: settings)
        try await append(entries, in: house)
        return house
    }

    private static func append(_ count: Int, in house: DeliveryHouse) async throws {
        let (now, sender) = (house.now, house.sender.id)
        try await house.database.write { transaction in
            for _ in 0..<count {
                try transaction.ledger.append(
                    AuditAction.signedIn.record(
                        by: sender, target: sender.description, origin: Self.origin, at: now))
            }
        }
    }

    private static func entries(_ house: DeliveryHouse) async throws -> [ChainedAuditRecord] {
        try await house.database.read { try $0.ledger.chainedAudit(after: 0, limit: 10_000) }
    }

    // MARK: The chain

    @Test func aTrailThatNobodyTouchedIsInOrder() async throws {
        let empty = try await Self.house(entries: 0)
        #expect(try await Self.verdict(empty).isInOrder)
        // More than are read at once, with one of each shape.
        let house = try await Self.house(entries: 1_201)
        try await house.database.write { transaction in
            for target in ["", "Ä", "a@b.example"] {
                try transaction.ledger.append(
                    AuditRecord(
                        at: DeliveryHouse.start.addingTimeInterval(0.0004), actor: nil, action: "x", target: target,
                        clientAddress: ""))
            }
        }
        let verdict = try await Self.verdict(house)
        #expect(verdict.isInOrder && verdict.entries == 1_204 && verdict.verifiedUpTo == 1_204)
        let newest = try #require(try await Self.entries(house).last)
        #expect(verdict.hash == Hex.encode(newest.hash))
    }

    @Test func whatAFailedTransactionWroteIsNoPartOfIt() async throws {
        let house = try await Self.house(entries: 1)
        let sender = house.sender.id
        await withTaskGroup(of: Void.self) { group in
            for index in 0..<60 {
                group.addTask {
                    try? await house.database.write { transaction in
                        try transaction.ledger.append(
                            AuditAction.signedOut.record(
                                by: sender, target: "\(index)", origin: Self.origin, at: DeliveryHouse.start))
                        if index % 3 == 0 { throw DeliveriesError(.conflict) }
                    }
                }
            }
        }
        let verdict = try await Self.verdict(house)
        #expect(verdict.isInOrder && verdict.entries == 41)
    }

    @Test(arguments: ["actor", "target", "address", "salt", "hash", "replaced"])
    func aChangedEntryIsFound(_ what: String) async throws {
        let house = try await Self.house(entries: 5)
        var entry = try await Self.entries(house)[2]
        switch what {
        case "actor": entry.actor = nil
        case "target": entry.target = "x"
        case "address": entry.clientAddress = "192.0.2.1"
        case "salt": entry.proofs[.actor] = Data(repeating: 1, count: AuditChain.saltLength)
        case "hash": entry.hash = Data(repeating: 1, count: 32)
        // Somebody else's key replaces nothing.
        default: entry = AuditChain(keys: KeyRing(ephemeral: SystemRandomSource())).replacing(.actor, in: entry)
        }
        let changed = entry
        try await house.database.write { try $0.ledger.store(changed) }
        let verdict = try await Self.verdict(house)
        #expect(verdict.failure == Self.failure(3, .changed))
        #expect(verdict.verifiedUpTo == 2)
    }

    @Test func aForgedChainIsFoundWithoutTheKey() async throws {
        let house = try await Self.house(entries: 3)
        let forger = AuditChain(keys: KeyRing(ephemeral: SystemRandomSource()))
        let entries = try await Self.entries(house)
        try await house.database.write { transaction in
            var previous = AuditChain.beginning
            for entry in entries {
                let forged = forger.chained(entry, after: previous)
                try transaction.ledger.store(forged)
                previous = forged.hash
            }
            try transaction.ledger.set(forger.mark(.head, number: 3, hash: previous))
        }
        #expect(try await Self.verdict(house).failure == Self.failure(1, .changed))
    }

    @Test func entriesThatAreMissingAtTheBeginningAreFound() async throws {
        let house = try await Self.house(entries: 5)
        try await house.database.write { try $0.ledger.removeAudit(upTo: 2) }
        #expect(try await Self.verdict(house).failure == Self.failure(1, .missing))
        // An anchor of one's own making does not help.
        let forger = AuditChain(keys: KeyRing(ephemeral: SystemRandomSource()))
        try await house.database.write { try $0.ledger.set(forger.mark(.anchor, number: 2, hash: Data([1]))) }
        #expect(try await Self.verdict(house).failure == Self.failure(2, .anchor))
    }

    @Test func theMarkOfTheEndCannotBeMoved() async throws {
        let house = try await Self.house(entries: 5)
        let head = try await house.database.read { try $0.ledger.auditMark(.head) }
        let entries = try await Self.entries(house)
        try await house.database.write { transaction in
            try transaction.ledger.set(
                AuditMark(.head, number: 4, hash: entries[3].hash, seal: head?.seal ?? Data()))
        }
        #expect(try await Self.verdict(house).failure == Self.failure(5, .head))
        // What is written then follows no entry, so that the gap stays visible.
        try await Self.append(1, in: house)
        #expect(try await Self.verdict(house).failure == Self.failure(6, .resumed))
    }

    @Test func anOlderStateIsFoundByWhatWasKeptElsewhere() async throws {
        let house = try await Self.house(entries: 5)
        let kept = try await Self.verdict(house)
        let witness = "\(kept.verifiedUpTo):\(kept.hash)"
        try await Self.append(3, in: house)
        #expect(try await Self.verdict(house, witness: witness).isInOrder)
        #expect(
            try await Self.verdict(house, witness: "5:\(String(repeating: "0", count: 64))").failure
                == Self.failure(5, .changed))
        #expect(
            try await Self.verdict(house, witness: "99:\(kept.hash)").failure == Self.failure(99, .truncated))
        for text in ["", "5", "x:\(kept.hash)", "0:\(kept.hash)", "5:abc", "5:\(kept.hash):1"] {
            #expect(AuditVerification.Witness(text) == nil, "\(text)")
        }
    }

    @Test func anotherKeyOfTheRingVerifiesWhatTheOlderOneSealed() throws {
        let ring = KeyRing(ephemeral: SystemRandomSource())
        let chain = AuditChain(keys: ring)
        let head = chain.mark(.head, number: 0, hash: AuditChain.beginning)
        let entry = chain.entry(
            AuditAction.signedIn.record(by: nil, target: "t", origin: Self.origin, at: DeliveryHouse.start), after: head
        )
        #expect(chain.isValid(entry, after: head.hash) && chain.isValid(head))
        #expect(!AuditChain(keys: KeyRing(ephemeral: SystemRandomSource())).isValid(entry, after: head.hash))
    }

    // MARK: Older databases

    @Test func entriesOfAnOlderDatabaseGetTheirPlace() async throws {
        let house = try await Self.house(entries: 0)
        let keys = house.parts.keys
        try await house.database.chainAudit(with: keys, now: house.now)
        #expect(try await Self.entries(house).isEmpty, "there was nothing to chain")
    }

    // MARK: Keeping

    @Test func personsAreReplacedAfterTheirTimeAndTheChainHolds() async throws {
        let house = try await Self.house(entries: 600, settings: ["audit.pseudonymise-days": "30"])
        let job = AuditKeepingJob(house.parts)
        _ = try await job.run(now: house.now)
        #expect(try await Self.entries(house).count == 600, "nothing was due")
        house.pass(31 * 86_400)
        try await Self.append(1, in: house)
        _ = try await job.run(now: house.now)
        let entries = try await Self.entries(house)
        let sender = house.sender.id.description
        let old = entries[599]
        #expect(old.actor?.hasPrefix("p-") == true && old.target == old.actor, "the same person, the same pseudonym")
        #expect(old.clientAddress == "~")
        #expect(entries.prefix(600).allSatisfy { $0.actor == old.actor })
        #expect(entries[600].actor == sender && entries[600].clientAddress == "198.51.100.7")
        #expect(entries.last?.action == "audit-pseudonymised" && entries.last?.target == "1–600")
        #expect(try await Self.verdict(house).isInOrder)
        // A replaced field is as firm as any other.
        var changed = old
        changed.actor = "p-0000000000000000"
        let wrong = changed
        try await house.database.write { try $0.ledger.store(wrong) }
        #expect(try await Self.verdict(house).failure == Self.failure(600, .changed))
    }

    @Test func whatNamesNobodyStays() async throws {
        let house = try await Self.house(entries: 0, settings: ["audit.pseudonymise-days": "1"])
        try await house.database.write { transaction in
            for target in ["mail.route", "b@praxis.example", "kunde.example"] {
                try transaction.ledger.append(
                    AuditRecord(
                        at: DeliveryHouse.start, actor: nil, action: "x", target: target, clientAddress: ""))
            }
        }
        house.pass(2 * 86_400)
        _ = try await AuditKeepingJob(house.parts).run(now: house.now)
        let targets = try await Self.entries(house).map(\.target)
        #expect(targets[0] == "mail.route" && targets[2] == "kunde.example")
        #expect(targets[1].hasPrefix("p-"))
        #expect(try await Self.verdict(house).isInOrder)
    }

    @Test func entriesAreRemovedAfterTheirTimeAndTheRestHolds() async throws {
        let house = try await Self.house(
            entries: 700, settings: ["audit.retention-days": "90", "audit.pseudonymise-days": "30"])
        house.pass(50 * 86_400)
        try await Self.append(5, in: house)
        house.pass(50 * 86_400)
        _ = try await AuditKeepingJob(house.parts).run(now: house.now)
        let entries = try await Self.entries(house)
        #expect(entries.first?.number == 701)
        #expect(entries.suffix(2).map(\.action) == ["audit-pseudonymised", "audit-removed"])
        let verdict = try await Self.verdict(house)
        #expect(verdict.isInOrder && verdict.removedUpTo == 700)
        // Removing more by hand is found.
        try await house.database.write { try $0.ledger.removeAudit(upTo: 702) }
        #expect(try await Self.verdict(house).failure == Self.failure(701, .missing))
    }

    @Test func whatWasTamperedWithIsNotCoveredUp() async throws {
        let house = try await Self.house(
            entries: 10, settings: ["audit.retention-days": "90", "audit.pseudonymise-days": "30"])
        var entry = try await Self.entries(house)[4]
        entry.target = "x"
        let changed = entry
        try await house.database.write { try $0.ledger.store(changed) }
        house.pass(100 * 86_400)
        _ = try await AuditKeepingJob(house.parts).run(now: house.now)
        #expect(try await Self.entries(house).count == 10)
        #expect(try await Self.verdict(house).failure == Self.failure(5, .changed))
    }

    // MARK: Finding and exporting

    @Test func entriesAreFoundByWhatIsKnownOfThem() async throws {
        try await AccountHouse.with { house in
            let anna = try await house.account("anna@kunde.example")
            let bert = try await house.account("bert@praxis.example", administrator: true)
            _ = try await house.signedIn("anna@kunde.example")
            let trail = AuditTrail(house.parts)
            try await trail.note(.mailTested, by: bert.id, target: "x@y.example", origin: .commandLine)
            func found(_ search: AuditSearch) async throws -> [String] {
                let found = try await trail.find(search)
                #expect(found.records.count == found.total)
                return found.records.map(\.action)
            }
            #expect(try await found(AuditSearch(topic: .signIn)) == ["signed-in"])
            #expect(try await found(AuditSearch(actor: "BERT@")) == ["mail-tested"])
            #expect(try await found(AuditSearch(actor: anna.id.description)) == ["signed-in"])
            #expect(try await found(AuditSearch(actor: "nobody")) == [])
            #expect(try await found(AuditSearch(target: "Y.EXAMPLE")) == ["mail-tested"])
            #expect(try await found(AuditSearch(target: "_.example")) == [])
            #expect(try await found(AuditSearch(clientAddress: "198.51.100")) == ["signed-in"])
            #expect(try await found(AuditSearch(topic: .users, action: "signed-in")) == [])
            #expect(try await found(AuditSearch(from: house.clock.now.addingTimeInterval(1))) == [])
            #expect(try await found(AuditSearch(until: house.clock.now)) == [])
        }
    }

    @Test func everyActionHasATopic() {
        let counted = AuditTopic.allCases.reduce(0) { $0 + $1.actions.count }
        #expect(counted == AuditAction.allCases.count)
        #expect(AuditTopic(of: "delivery-sent") == .deliveries && AuditTopic(of: "setting-changed") == .system)
    }

    @Test func anExportIsWholeAndAnEntryItself() async throws {
        try await AccountHouse.with { house in
            let anna = try await house.account("anna@kunde.example")
            let trail = AuditTrail(house.parts)
            for number in 0..<700 {
                try await trail.note(.mailTested, by: anna.id, target: "=\(number),\"", origin: AccountHouse.origin)
            }
            var texts: [AuditExport.Format: String] = [:]
            for format in AuditExport.Format.allCases {
                var export = try await trail.export(
                    AuditSearch(action: "mail-tested"), as: format, by: anna.id, origin: AccountHouse.origin)
                while let part = try await export.next() { texts[format, default: ""] += part }
            }
            let lines = texts[.csv]?.components(separatedBy: "\r\n") ?? []
            #expect(lines.count == 702 && lines.last == "")
            #expect(lines[1].contains("\"'=699,\"\"\"") && lines[1].contains("anna@kunde.example"))
            let objects = try JSONSerialization.jsonObject(with: Data((texts[.json] ?? "").utf8)) as? [[String: Any]]
            #expect(objects?.count == 700)
            #expect(objects?.first?["target"] as? String == "=699,\"")
            #expect(try await house.audit().suffix(2) == ["audit-exported", "audit-exported"])
        }
    }

    @Test(arguments: ["=1+1", "+1", "-1", "@a", "\tx", "\rx", "\nx"])
    func noCellIsAFormula(_ value: String) {
        #expect(CSVRow([value, "b"]).text == "\"'\(value)\",b\r\n")
    }

    @Test func cellsAreQuotedWhereTheyMustBe() {
        #expect(CSVRow(["a", "b c", "d,e", "f\"g", "h\ni", ""]).text == "a,b c,\"d,e\",\"f\"\"g\",\"h\ni\",\r\n")
    }

    // MARK: What senders do

    @Test func whatASenderDoesIsInTheTrail() async throws {
        let house = try await DeliveryHouse()
        let delivery = try await house.sending.send(
            house.draft().id, by: house.sender.id, origin: Self.origin)
        let recipient = try await house.recipients(of: delivery)[0]
        let (actions, sender) = (house.actions, house.sender.id)
        try await actions.remindAll(of: delivery.id, by: sender, origin: Self.origin)
        try await actions.resend(recipient.id, by: sender, origin: Self.origin)
        try await actions.correctAddress(
            of: recipient.id, by: sender, to: "bert@praxis.example", origin: Self.origin)
        try await actions.extend(delivery.id, by: sender, days: 1, origin: Self.origin)
        try await actions.withdraw(delivery.id, by: sender, origin: Self.origin)
        try await house.drafts.discard(house.draft().id, by: sender, origin: Self.origin)
        let entries = try await Self.entries(house)
        #expect(
            entries.map(\.action) == [
                "delivery-sent", "delivery-reminded", "delivery-resent", "recipient-corrected", "delivery-extended",
                "delivery-withdrawn", "delivery-discarded",
            ])
        #expect(entries.allSatisfy { $0.clientAddress == "198.51.100.7" && $0.actor == sender.description })
        #expect(entries[0].target == delivery.id.description)
    }
}
