import Foundation
import Testing

@testable import Deliveries

@Suite struct GroupTests {
    private static let origin = AccountHouse.origin

    @Test func `groups are made, changed and removed, and each is noted`() async throws {
        try await AccountHouse.with { house in
            let boss = try await house.account("chef@kunde.example", administrator: true)
            let anna = try await house.account("anna@kunde.example")
            let groups = Groups(house.parts)
            let group = try await groups.create(
                name: " Praxis  Nord ", rules: ["levels": "2"], by: boss.id, origin: Self.origin)
            try await groups.add(anna.id, to: group.id, by: boss.id, origin: Self.origin)
            try await groups.add(anna.id, to: group.id, by: boss.id, origin: Self.origin)
            try await groups.update(
                group.id, name: "Praxis Süd", rules: ["levels": "", "grace-days": "3"], by: boss.id, origin: Self.origin
            )
            #expect(try await groups.list().map(\.members) == [1])
            #expect(try await groups.members(of: group.id).accounts.map(\.id) == [anna.id])
            let (policy, own) = try await groups.policy(of: anna.id)
            #expect(policy.graceDays == 3 && policy.levels.count == 2 && own.map(\.name) == ["Praxis Süd"])
            #expect(try await groups.group(named: "PRAXIS SÜD")?.id == group.id)
            try await groups.remove(anna.id, from: group.id, by: boss.id, origin: Self.origin)
            try await groups.add(anna.id, to: group.id, by: boss.id, origin: Self.origin)
            try await groups.remove(group.id, by: boss.id, origin: Self.origin)
            #expect(try await groups.policy(of: anna.id).groups.isEmpty)
            #expect(try await groups.list().isEmpty)
            let noted = try await AuditTrail(house.parts).list().filter { $0.action.hasPrefix("group-") }
            #expect(
                noted.map(\.action).reversed() == [
                    "group-created", "group-policy-changed", "group-member-added", "group-renamed",
                    "group-policy-changed", "group-member-removed", "group-member-added", "group-removed",
                ])
            #expect(noted.allSatisfy { $0.target.contains(group.id.description) && $0.actor == boss.id })
        }
    }

    @Test func `contradictions are refused when saved, all at once, and nothing is changed`() async throws {
        try await AccountHouse.with { house in
            let groups = Groups(house.parts)
            let group = try await groups.create(name: "A", by: nil, origin: Self.origin)
            let error = await #expect(throws: DeliveriesError.self) {
                try await groups.update(
                    group.id, name: "",
                    rules: [
                        "levels": "2", "level": "1", "longest-lifetime-days": "7", "lifetime-days": "8",
                        "largest-file": "20", "largest-delivery": "10", "allowed-file-types": "pdf, zip",
                        "forbidden-file-types": "zip", "allowed-recipient-domains": "a.example",
                        "forbidden-recipient-domains": "a.example",
                    ], by: nil, origin: Self.origin)
            }
            #expect(
                error?.fields == [
                    FieldError("name", "required"), FieldError("level", "level-not-allowed"),
                    FieldError("lifetime-days", "longer-than-longest", ["most": "7"]),
                    FieldError("largest-file", "larger-than-delivery", ["most": "10"]),
                    FieldError("forbidden-file-types", "allowed-and-forbidden", ["entry": "zip"]),
                    FieldError("forbidden-recipient-domains", "allowed-and-forbidden", ["entry": "a.example"]),
                ])
            #expect(try await groups.group(group.id) == group)
        }
    }

    @Test func `a rule must fit the settings where the group leaves the other side open`() async throws {
        try await AccountHouse.with { house in
            let groups = Groups(house.parts)
            let error = await #expect(throws: DeliveriesError.self) {
                try await groups.create(name: "A", rules: ["lifetime-days": "91"], by: nil, origin: Self.origin)
            }
            #expect(error?.fields.map(\.reason) == ["longer-than-longest"])
        }
    }

    @Test func `names are unique, of one line and not too long`() async throws {
        try await AccountHouse.with { house in
            let groups = Groups(house.parts)
            try await groups.create(name: "Büro", by: nil, origin: Self.origin)
            for (name, reason) in [
                ("BÜRO", "group-name-taken"), ("Bu\u{308}ro", "group-name-taken"), (" \n", "required"),
                (String(repeating: "x", count: 101), "too-long"),
            ] {
                let error = await #expect(throws: DeliveriesError.self) {
                    try await groups.create(name: name, by: nil, origin: Self.origin)
                }
                #expect(error?.fields.map(\.reason) == [reason], "\(name)")
            }
        }
    }

    @Test func `only administrators make rules, and user managers choose members but never themselves`() async throws {
        try await AccountHouse.with { house in
            let boss = try await house.account("chef@kunde.example", administrator: true)
            let anna = try await house.account("anna@kunde.example")
            let manager = try await house.account("leitung@kunde.example")
            try await house.users.setRoles(manager.id, [.sender, .userManager], by: nil, origin: Self.origin)
            let groups = Groups(house.parts)
            let group = try await groups.create(name: "A", by: boss.id, origin: Self.origin)
            for actor in [manager.id, anna.id] {
                for attempt in [
                    { _ = try await groups.create(name: "B", by: actor, origin: Self.origin) },
                    {
                        _ = try await groups.update(
                            group.id, rules: ["grace-days": "1"], by: actor, origin: Self.origin)
                    }, { try await groups.remove(group.id, by: actor, origin: Self.origin) },
                    { try await groups.add(actor, to: group.id, by: actor, origin: Self.origin) },
                    { try await groups.add(boss.id, to: group.id, by: actor, origin: Self.origin) },
                ] as [@Sendable () async throws -> Void] {
                    let error = await #expect(throws: DeliveriesError.self) { try await attempt() }
                    #expect(error?.code == .forbidden)
                }
            }
            try await groups.add(anna.id, to: group.id, by: manager.id, origin: Self.origin)
            try await groups.add(boss.id, to: group.id, by: boss.id, origin: Self.origin)
            await #expect(throws: DeliveriesError.self) {
                try await groups.remove(boss.id, from: group.id, by: manager.id, origin: Self.origin)
            }
            #expect(try await groups.members(of: group.id).total == 2)
        }
    }
}
