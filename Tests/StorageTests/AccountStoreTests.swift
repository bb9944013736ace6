import Deliveries
import Foundation
import Localization
import Testing

@testable import Storage

@Suite struct AccountStoreTests {
    let sample = Sample()

    @Test func everyPartOfAnAccountIsKept() async throws {
        let test = try await TestDatabase()
        var account = try sample.account(isAdministrator: true)
        account.secondFactor = Account.SecondFactor(
            sealedSecret: sample.octets(), lastStep: 57, isConfirmed: true,
            recoveryCodeHashes: [sample.hash(), sample.hash()])
        let stored = account
        try await test.write { try $0.accounts.insert(stored) }
        #expect(try await test.read { try $0.accounts.account(stored.id) } == stored)
        #expect(try await test.read { try $0.accounts.account(stored.id)?.lastSignInAt } == Sample.after(2))

        account.email = try sample.email("neu@kanzlei.example")
        account.name = "Anna Neu"
        account.roles = [.auditor, .userManager]
        account.state = .disabled
        account.language = .english
        account.passwordHash = nil
        account.secondFactor?.lastStep = 58
        account.secondFactor?.recoveryCodeHashes = []
        account.lastSignInAt = nil
        let changed = account
        try await test.write { try $0.accounts.update(changed) }
        #expect(try await test.read { try $0.accounts.account(changed.id) } == changed)

        account.secondFactor = nil
        let without = account
        try await test.write { try $0.accounts.update(without) }
        #expect(try await test.read { try $0.accounts.account(without.id) } == without)
    }

    @Test func anAddressHasOneAccountWhateverItsCase() async throws {
        let test = try await TestDatabase()
        let first = try sample.account("Anna@Kanzlei.example")
        let second = try sample.account("anna@kanzlei.EXAMPLE")
        let address = second.email
        try await test.write { try $0.accounts.insert(first) }
        let error = await #expect(throws: DeliveriesError.self) {
            try await test.write { try $0.accounts.insert(second) }
        }
        #expect(error?.code == .conflict)
        #expect(try await test.read { try $0.accounts.account(email: address) } == first)
    }

    @Test func listsAreSortedAndSearchedWithoutRegardToCase() async throws {
        let test = try await TestDatabase()
        let accounts = [
            try sample.account("o@kanzlei.example", name: "ÖZGÜR Kaya"),
            try sample.account("b@kanzlei.example", name: "berta"),
            try sample.account("a2@kanzlei.example", name: "Anna"),
            try sample.account("a1@kanzlei.example", name: "anna"),
            try sample.account("p_r@kanzlei.example", name: "100% Karl"),
        ]
        try await test.write { transaction in for account in accounts { try transaction.accounts.insert(account) } }
        func found(_ search: String, offset: Int = 0, limit: Int = 50) async throws -> [String] {
            try await test.read { transaction in
                try transaction.accounts.accounts(search: search, withDeleted: false, offset: offset, limit: limit).map(
                    \.name)
            }
        }
        #expect(try await found("") == ["100% Karl", "anna", "Anna", "berta", "ÖZGÜR Kaya"])
        #expect(try await found("", offset: 1, limit: 2) == ["anna", "Anna"])
        #expect(try await found("özgür") == ["ÖZGÜR Kaya"])
        #expect(try await found("A2@KANZLEI") == ["Anna"])
        #expect(try await found("0%") == ["100% Karl"])
        #expect(try await found("%") == ["100% Karl"])
        #expect(try await found("_") == ["100% Karl"])
        #expect(try await found("\\").isEmpty)
        #expect(try await test.read { try $0.accounts.accountCount(search: "KANZLEI.example") } == 5)
        #expect(try await test.read { try $0.accounts.accountCount(search: "nobody") } == 0)
    }

    @Test func onlyActiveAdministratorsAreListedButAnyCounts() async throws {
        let test = try await TestDatabase()
        #expect(try await test.read { try $0.accounts.hasAdministrator() } == false)
        let disabled = try sample.account("d@x.example", isAdministrator: true, state: .disabled)
        let user = try sample.account("u@x.example")
        try await test.write { transaction in
            try transaction.accounts.insert(disabled)
            try transaction.accounts.insert(user)
        }
        #expect(try await test.read { try $0.accounts.hasAdministrator() })
        #expect(try await test.read { try $0.accounts.administrators() } == [])
        let active = try sample.account("a@x.example", isAdministrator: true)
        try await test.write { try $0.accounts.insert(active) }
        #expect(try await test.read { try $0.accounts.administrators() } == [active])
    }

    @Test func aOneTimeLinkIsTakenOnceAndRunsOut() async throws {
        let test = try await TestDatabase()
        let account = try sample.account()
        let reset = AccountToken(
            tokenHash: sample.hash(), purpose: .passwordReset, account: account.id, createdAt: Sample.start,
            expiresAt: Sample.after(3_600))
        let setup = AccountToken(
            tokenHash: sample.hash(), purpose: .setup, account: nil, createdAt: Sample.start,
            expiresAt: Sample.after(60))
        try await test.write { transaction in
            try transaction.accounts.insert(account)
            try transaction.accounts.insert(reset)
            try transaction.accounts.insert(setup)
        }
        func token(_ token: AccountToken, _ purpose: AccountToken.Purpose, after: TimeInterval) async throws
            -> AccountToken?
        {
            try await test.read { transaction in
                try transaction.accounts.token(hash: token.tokenHash, purpose: purpose, now: Sample.after(after))
            }
        }
        #expect(try await token(reset, .passwordReset, after: 3_599) == reset)
        #expect(try await token(reset, .passwordReset, after: 3_600) == nil)
        #expect(try await token(reset, .invitation, after: 0) == nil)
        #expect(try await token(setup, .setup, after: 0) == setup)

        #expect(try await test.write { try $0.accounts.consumeToken(hash: reset.tokenHash) })
        #expect(try await test.write { try $0.accounts.consumeToken(hash: reset.tokenHash) } == false)

        try await test.write { transaction in
            try transaction.accounts.insert(reset)
            try transaction.accounts.removeTokens(account: account.id, purpose: .invitation)
            try transaction.accounts.removeTokens(account: nil, purpose: .passwordReset)
        }
        #expect(try await token(reset, .passwordReset, after: 0) == reset)
        try await test.write { try $0.accounts.removeTokens(account: nil, purpose: .setup) }
        #expect(try await token(setup, .setup, after: 0) == nil)
        try await test.write { try $0.accounts.removeTokens(account: account.id, purpose: .passwordReset) }
        #expect(try await token(reset, .passwordReset, after: 0) == nil)

        try await test.write { transaction in
            try transaction.accounts.insert(reset)
            try transaction.accounts.insert(setup)
        }
        #expect(try await test.write { try $0.accounts.removeExpiredTokens(now: Sample.after(60)) } == 1)
    }

    @Test func anAPITokenWorksUntilItIsRevokedByItsOwner() async throws {
        let test = try await TestDatabase()
        let account = try sample.account()
        let other = try sample.account("other@x.example")
        let older = APIToken(
            id: sample.id(), account: account.id, name: "Skript", tokenHash: sample.hash(), scopes: [.send, .read],
            createdAt: Sample.start)
        let newer = APIToken(
            id: sample.id(after: 9), account: account.id, name: "Leer", tokenHash: sample.hash(), scopes: [],
            createdAt: Sample.after(9))
        try await test.write { transaction in
            try transaction.accounts.insert(account)
            try transaction.accounts.insert(other)
            try transaction.accounts.insert(older)
            try transaction.accounts.insert(newer)
            try transaction.accounts.touchAPIToken(newer.id, at: Sample.after(10))
        }
        #expect(try await test.read { try $0.accounts.apiToken(hash: older.tokenHash) } == older)
        let listed = try await test.read { try $0.accounts.apiTokens(of: account.id) }
        #expect(listed.map(\.id) == [newer.id, older.id])
        #expect(listed.first?.lastUsedAt == Sample.after(10))
        let id = older.id
        #expect(
            try await test.write { try $0.accounts.revokeAPIToken(id, of: other.id, at: Sample.after(11)) } == false)
        #expect(try await test.write { try $0.accounts.revokeAPIToken(id, of: account.id, at: Sample.after(11)) })
        #expect(try await test.read { try $0.accounts.apiToken(hash: older.tokenHash) } == nil)
        #expect(try await test.read { try $0.accounts.apiTokens(of: account.id).last?.revokedAt } == Sample.after(11))
    }
}
