import Deliveries
import Foundation
import Testing

@testable import Storage

@Suite struct GroupStoreTests {
    @Test func groupsComeBackAsTheyWereStored() async throws {
        let test = try await TestDatabase()
        let sample = Sample()
        let anna = try sample.account()
        var group = AccountGroup(
            id: sample.id(), name: "Büro", policy: try GroupPolicy(["levels": "2", "allowed-file-types": "pdf, zip"]),
            createdAt: Sample.start, updatedAt: Sample.start)
        let first = group
        try await test.write { transaction in
            try transaction.accounts.insert(anna)
            try transaction.groups.insert(first)
            #expect(try transaction.groups.add(anna.id, to: first.id))
            #expect(try !transaction.groups.add(anna.id, to: first.id))
        }
        #expect(try await test.database.read { try $0.groups.groups(of: anna.id) } == [first])
        group.name = "Amt"
        group.policy = try GroupPolicy(["grace-days": "0"])
        group.updatedAt = Sample.after(5)
        let second = group
        try await test.write { try $0.groups.update(second) }
        #expect(try await test.database.read { try $0.groups.group(nameKey: "amt") } == second)
        #expect(
            try await test.database.read { try $0.groups.groups() } == [GroupSummary(group: second, members: 1)])
        try await test.write { try $0.groups.remove(second.id) }
        #expect(try await test.database.read { try $0.groups.groups(of: anna.id) } == [])
    }

    @Test func aRuleThatThisVersionDoesNotKnowIsTroubleAndNeverLeftOut() async throws {
        let test = try await TestDatabase()
        let group = AccountGroup(id: Sample().id(), name: "A", createdAt: Sample.start, updatedAt: Sample.start)
        try await test.write { try $0.groups.insert(group) }
        for (rule, value) in [("most-wishes", "3"), ("grace-days", "viele")] {
            try await test.write { transaction in
                let sql = try #require(transaction as? SQLTransaction).sql
                try sql.run("DELETE FROM group_rule")
                try sql.run(
                    "INSERT INTO group_rule (account_group, rule, value) VALUES (\(group.id), \(rule), \(value))")
            }
            let error = await #expect(throws: DeliveriesError.self) {
                try await test.database.read { _ = try $0.groups.group(group.id) }
            }
            #expect(error?.code == .trouble)
        }
    }
}
