import Foundation
import MailMessage
import MailTemplates
import Secrets
import Testing

@testable import Deliveries

/// What owners of accounts are told.
@Suite struct AccountNoticeTests {
    private static let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0"

    private func kinds(_ house: AccountHouse) async throws -> [MailKind?] { try await house.mails().map(\.entry.kind) }

    private func signIn(_ house: AccountHouse, _ account: Account, device: Token? = nil) async throws -> SignedIn {
        try await house.signIn.signIn(
            email: account.email.displayForm, password: AccountHouse.password,
            origin: RequestOrigin(clientAddress: "198.51.100.7", userAgent: Self.firefox, device: device))
    }

    @Test func onlyABrowserNotSeenBeforeIsToldAndNeverTheFirst() async throws {
        try await AccountHouse.with { house in
            let account = try await house.account("anna@kunde.example")
            let first = try await signIn(house, account)
            #expect(try await kinds(house) == [])
            // The same browser again, also after its session has ended.
            let again = try await signIn(house, account, device: first.device)
            #expect(again.device == first.device)
            #expect(try await kinds(house) == [])
            let hints = house.mailHints.count
            let other = try await signIn(house, account)
            #expect(other.device != first.device)
            let (entry, mail) = try #require(try await house.mails().last)
            #expect(entry.kind == .newSignIn && entry.to == account.email)
            #expect(mail.plainText.contains("Firefox, Linux") && mail.plainText.contains("/account"))
            #expect(!mail.plainText.contains("198.51.100.7"))
            #expect(house.mailHints.count == hints + 1)
            _ = try await signIn(house, account, device: other.device)
            #expect(try await kinds(house).count == 1)
            // A cookie that somebody made up is as good as none.
            _ = try await signIn(house, account, device: Token(random: SeededRandomSource(seed: 3)))
            #expect(try await kinds(house).count == 2)
        }
    }

    @Test func aWrongPasswordMakesNoBrowserKnown() async throws {
        try await AccountHouse.with { house in
            let account = try await house.account("anna@kunde.example")
            let first = try await signIn(house, account)
            await #expect(throws: DeliveriesError.self) {
                try await house.signIn.signIn(
                    email: account.email.displayForm, password: "falsch", origin: AccountHouse.origin)
            }
            _ = try await signIn(house, account, device: first.device)
            #expect(try await kinds(house) == [])
        }
    }

    @Test func aChangedPasswordIsToldOnceInTheSameCommit() async throws {
        try await AccountHouse.with { house in
            let account = try await house.account("anna@kunde.example")
            let signedIn = try await signIn(house, account)
            await #expect(throws: DeliveriesError.self) {
                try await Passwords(house.parts).changePassword(
                    of: account.id, old: "falsch", new: "Acht Esel in der Sonne", keeping: nil,
                    origin: AccountHouse.origin)
            }
            #expect(try await kinds(house) == [])
            try await Passwords(house.parts).changePassword(
                of: account.id, old: AccountHouse.password, new: "Acht Esel in der Sonne",
                keeping: signedIn.session.id, origin: AccountHouse.origin)
            let (entry, mail) = try #require(try await house.mails().last)
            #expect(entry.kind == .passwordChanged && entry.to == account.email)
            #expect(mail.plainText.contains("/password"))
            #expect(try await kinds(house).count == 1)
        }
    }

    @Test(arguments: [true, false])
    func aDisabledAccountIsToldIfSoSet(_ isOn: Bool) async throws {
        try await AccountHouse.with(overrides: ["notify.account-disabled": isOn ? "true" : "false"]) { house in
            let account = try await house.account("anna@kunde.example")
            for _ in 0..<2 {
                try await house.users.setDisabled(account.id, true, by: nil, origin: AccountHouse.origin)
            }
            #expect(try await kinds(house) == (isOn ? [.accountDisabled] : []))
        }
    }

    @Test func allOfItCanBeTurnedOff() async throws {
        try await AccountHouse.with(
            overrides: ["notify.new-sign-in": "false", "notify.password-changed": "false"]
        ) { house in
            let account = try await house.account("anna@kunde.example")
            _ = try await signIn(house, account)
            _ = try await signIn(house, account)
            try await Passwords(house.parts).changePassword(
                of: account.id, old: AccountHouse.password, new: "Acht Esel in der Sonne", keeping: nil,
                origin: AccountHouse.origin)
            #expect(try await kinds(house) == [])
        }
    }

    @Test func whatABrowserIsCalledIsToldInPlainWords() {
        #expect(BrowserName(Self.firefox).words == "Firefox, Linux")
        #expect(BrowserName("").words == nil)
    }
}
