import Deliveries
import Foundation
import MailMessage
import Testing

@testable import Storage

@Suite struct SuppressionStoreTests {
    private func suppression(_ address: String, _ reason: Suppression.Reason = .noSuchUser, at: Double = 0) throws
        -> Suppression
    {
        Suppression(
            address: try EmailAddress(parsing: address), reason: reason, answer: "550 5.1.1", source: nil,
            at: Sample.after(at))
    }

    @Test func anAddressHasOneWhateverItsCase() async throws {
        let test = try await TestDatabase()
        let (first, second) = (try suppression("Bea@praxis.example"), try suppression("bea@PRAXIS.example", .complaint))
        try await test.write {
            try $0.suppressions.set(first)
            try $0.suppressions.set(second)
        }
        #expect(try await test.read { try $0.suppressions.suppression(of: first.address) } == second)
        #expect(try await test.read { try $0.suppressions.suppressionCount(search: "") } == 1)
        #expect(try await test.write { try $0.suppressions.remove(first.address) } == second)
        #expect(try await test.write { try $0.suppressions.remove(first.address) } == nil)
    }

    @Test func manyAreLookedUpAtOnce() async throws {
        let test = try await TestDatabase()
        let all = try (0..<1_200).map { try suppression("a\($0)@praxis.example", at: Double($0)) }
        try await test.write { transaction in
            for one in all where one.at <= Sample.after(599) { try transaction.suppressions.set(one) }
        }
        let found = try await test.read { try $0.suppressions.suppressions(of: all.map(\.address)) }
        #expect(found.count == 600)
        #expect(try await test.read { try $0.suppressions.suppressions(of: []) } == [])
        let page = try await test.read { try $0.suppressions.suppressions(search: "", offset: 1, limit: 2) }
        #expect(page == [all[598], all[597]])
    }

    @Test func signsOfThePatternStandForThemselves() async throws {
        let test = try await TestDatabase()
        let (first, second) = (try suppression("a_b@praxis.example"), try suppression("axb@müller.example"))
        try await test.write {
            try $0.suppressions.set(first)
            try $0.suppressions.set(second)
        }
        #expect(try await test.read { try $0.suppressions.suppressions(search: "A_B", offset: 0, limit: 9) } == [first])
        #expect(try await test.read { try $0.suppressions.suppressionCount(search: "MÜLLER") } == 1)
    }
}
