import Deliveries
import Foundation
import Testing

@testable import Storage

@Suite struct SQLiteDatabaseTests {
    @Test func aWrittenAccountIsReadBack() async throws {
        let test = try await TestDatabase()
        let account = try Sample().account()
        try await test.write { try $0.accounts.insert(account) }
        #expect(try await test.read { try $0.accounts.account(account.id) } == account)
    }
}
