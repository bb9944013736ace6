import Foundation
import Localization
import MailMessage
import MailTemplates
import Secrets
import Storage
import Testing

@testable import Deliveries

@Suite struct AccountDeletionTests {
    private static let origin = RequestOrigin(clientAddress: "198.51.100.7", userAgent: "Browser/1")

    /// The delivery house with its accounts, one of whom may delete.
    private struct House {
        let house: DeliveryHouse
        let accounts: AccountParts
        let boss: Account
        let heir: Account

        var anna: Account { house.sender }
        var users: Users { Users(accounts) }
        var deletion: AccountDeletion { AccountDeletion(accounts: accounts, deliveries: house.parts) }

        init(settings: [String: String] = [:]) async throws {
            house = try await DeliveryHouse(settings: settings)
            let parts = house.parts
            accounts = AccountParts(
                database: house.database, keys: parts.keys, hasher: parts.hasher, settings: parts.settings,
                notifications: SystemNotifications(parts.composer), random: parts.random, now: parts.now,
                mailQueued: parts.mailQueued, log: parts.log)
            let users = Users(accounts)
            boss = try await users.addDirectly(
                email: "chef@kunde.example", name: "Chefin", isAdministrator: true, password: AccountHouse.password)
            heir = try await users.addDirectly(
                email: "clara@kunde.example", name: "Clara Neu", isAdministrator: false,
                password: AccountHouse.password)
        }

        @discardableResult
        func delete(
            _ account: Account, _ choice: AccountDeletion.Choice?, by actor: Account? = nil
        ) async throws -> AccountDeletion.Outcome {
            try await deletion.delete(
                account.id, deliveries: choice, by: (actor ?? boss).id, origin: AccountDeletionTests.origin)
        }

        func actions() async throws -> [String] {
            try await AuditTrail(accounts).list(limit: 200).reversed().map(\.action)
        }
    }

    @Test func whatIsHandedOverKeepsItsLinksAndTellsItsNewOwner() async throws {
        let house = try await House()
        let delivery = try await house.house.sent()
        try await house.house.handOver(delivery)
        let link = try await house.house.linkText(of: try await house.house.recipients(of: delivery)[0])
        let draft = try await house.house.draft()
        let plan = try await house.deletion.plan(for: house.anna.id, by: house.boss.id)
        let numbers: [Int] = [plan.running, plan.expired, plan.past, plan.drafts, plan.files]
        #expect(numbers == [1, 0, 0, 1, 2])
        #expect(plan.octets == 12 && plan.asksForChoice)

        let cursor = try await house.house.database.read { try $0.events.lastNumber() }
        let done = try await house.delete(house.anna, .handOver(to: house.heir.id))
        #expect(done.handedOver == 1 && done.withdrawn == 0 && done.draftsRemoved == 1)
        #expect(try await house.house.stored(draft) == nil)
        let detail = try await house.house.overview.detail(of: delivery.id, for: house.heir.id)
        #expect(detail.events.last?.kind == .handedToAccount && detail.events.last?.detail == "Anna Muster")
        #expect(
            await code { _ = try await house.house.overview.detail(of: delivery.id, for: house.anna.id) } == .notFound)
        // Pages of the new owner learn of it.
        let news = try await house.house.database.read {
            try $0.events.events(after: cursor, sender: house.heir.id, limit: 10)
        }
        #expect(news.map(\.kind) == [.handedToAccount])

        // One mail tells the new owner, after the transaction that handed them over.
        let told = try #require(try await house.house.mails().last { $0.entry.delivery == nil })
        #expect(told.entry.kind == .tookOver && told.entry.to == house.heir.email)
        #expect(told.mail.subject.contains("Anna Muster"))
        #expect(told.mail.plainText.contains("Zustellungen: 1"))
        let list = try await house.accounts.settings.current().addresses.deliveries.absoluteString
        #expect(told.mail.plainText.contains(list))

        // The link still works; notices and wishes go to the new owner.
        #expect(try await house.house.fetching.open(link).isUnlocked)
        try await house.house.fetchAll(delivery)
        let notice = try #require(try await house.house.mails().last { $0.entry.kind == .downloaded })
        #expect(notice.entry.to == house.heir.email)
        house.house.pass(15 * 86_400)
        _ = try await ExpiryJob(house.house.parts).run(now: house.house.now)
        try await house.house.fetching.askRenewal(link)
        let asked = try #require(try await house.house.mails().last)
        #expect(asked.entry.kind == .renewalAsked && asked.entry.to == house.heir.email)
        try await house.house.actions.extend(delivery.id, by: house.heir.id, days: 2)

        // The receipt says who sent it.
        let envelope = try await Receipts(house.house.parts).envelope(of: delivery.id, for: house.heir.id)
        let receipt = try #require(envelope.statements()).receipt
        #expect(receipt.sender == .init(name: "Anna Muster", email: "anna@kunde.example"))
        #expect(receipt.history.map(\.what) == ["sent", "handed-to-account", "expired", "extended"])
    }

    @Test func whatIsRemovedIsWithdrawnWithItsMailAndItsFiles() async throws {
        let house = try await House(settings: ["notify.withdrawn": "true"])
        let waiting = try await house.house.sent()
        let sent = try await house.house.sent()
        try await house.house.handOver(sent)
        let link = try await house.house.linkText(of: try await house.house.recipients(of: sent)[0])
        let done = try await house.delete(house.anna, .remove)
        #expect(done.handedOver == 0 && done.withdrawn == 2 && done.draftsRemoved == 0)
        #expect(try await house.house.stored(waiting)?.state == .withdrawn)
        #expect(await code { try await house.house.fetching.grant(link, cookie: nil, file: nil) } == .withdrawn)
        let mails = try await house.house.mails().map(\.entry)
        #expect(
            mails.filter { $0.delivery == waiting.id && $0.recipient != nil }.map(\.state) == [.cancelled, .cancelled])
        // Who got the mail hears that it is void.
        #expect(mails.filter { $0.kind == .withdrawn }.map(\.delivery) == [sent.id, sent.id])
        _ = try await RemovalJob(house.house.parts).run(now: house.house.now)
        for delivery in [waiting, sent] {
            let files = try await house.house.database.read { try $0.files.files(of: delivery.id) }
            #expect(files.count == 1 && files.allSatisfy { $0.sealedKeyWraps.isEmpty })
        }
        #expect(try await house.actions().filter { $0 == "delivery-withdrawn" }.count == 2)
    }

    @Test(arguments: [true, false])
    func theNewOwnerIsToldOnceUnlessThatIsOff(isOn: Bool) async throws {
        let house = try await House(settings: ["notify.took-over": isOn ? "true" : "false"])
        for _ in 0..<3 { _ = try await house.house.sent() }
        try await house.delete(house.anna, .handOver(to: house.heir.id))
        let mails = try await house.house.mails().filter { $0.entry.kind == .tookOver }
        #expect(mails.map(\.entry.to) == (isOn ? [house.heir.email] : []))
        #expect(mails.allSatisfy { $0.mail.plainText.contains("Zustellungen: 3") })
    }

    @Test func whoTakesThemOverByAnOwnDecisionIsToldNothing() async throws {
        let house = try await House()
        _ = try await house.house.sent()
        try await house.delete(house.anna, .handOver(to: house.boss.id))
        #expect(try await house.house.mails().allSatisfy { $0.entry.kind != .tookOver })
    }

    @Test func whereNothingIsHandedOverNobodyIsTold() async throws {
        let house = try await House()
        _ = try await house.house.draft()
        try await house.delete(house.anna, .handOver(to: house.heir.id))
        #expect(try await house.house.mails().isEmpty)
    }

    @Test func whoIsDeletedHasNoWayBackIn() async throws {
        let house = try await House()
        let signIn = SignIn(house.accounts)
        let clara = house.heir
        let session = try await signIn.signIn(
            email: "clara@kunde.example", password: AccountHouse.password, origin: Self.origin)
        let token = try await APITokens(house.accounts).create(
            account: clara.id, name: "Add-in", scopes: [.send], origin: Self.origin)
        let reset = try await house.users.resetLink(clara.id, by: house.boss.id, origin: Self.origin)
        _ = try await SecondFactorSetUp(house.accounts).begin(account: clara.id)
        let addIn = AddInSignIn(house.accounts)
        let (request, secret) = try await addIn.begin(.thunderbird, origin: Self.origin)
        try await addIn.answer(request.id, by: clara.id, isApproved: true)
        let groups = Groups(house.accounts)
        let group = try await groups.create(name: "Praxis", by: nil, origin: Self.origin)
        try await groups.add(clara.id, to: group.id, by: nil, origin: Self.origin)

        try await house.delete(clara, nil)
        #expect(try await groups.members(of: group.id).total == 0)
        #expect(try await signIn.resume(cookie: session.cookie) == nil)
        #expect(try await APITokens(house.accounts).authenticate(token.text) == nil)
        #expect(
            await code {
                _ = try await PasswordReset(house.accounts).complete(
                    reset, password: AccountHouse.password, origin: Self.origin)
            } == .linkSpent)
        #expect(
            await code {
                _ = try await addIn.redeem(request.id, secret: secret.text, origin: Self.origin)
            } == .notFound)
        #expect(
            await code {
                _ = try await signIn.signIn(
                    email: "clara@kunde.example", password: AccountHouse.password, origin: Self.origin)
            } == .wrongCredentials)
        let gone = try await house.users.account(clara.id)
        #expect(gone.state == .deleted && gone.roles == [] && gone.passwordHash == nil && gone.secondFactor == nil)
        #expect(gone.name == "Clara Neu", "the audit trail names it")
        // What was begun before ends at nothing.
        #expect(await code { _ = try await house.house.drafts.create(by: clara.id, language: .german) } == .forbidden)
        for change: @Sendable () async throws -> Void in [
            { try await house.users.setDisabled(clara.id, false, by: house.boss.id, origin: Self.origin) },
            { try await house.users.setRoles(clara.id, [.sender], by: house.boss.id, origin: Self.origin) },
            { _ = try await house.users.resetLink(clara.id, by: nil, origin: Self.origin) },
            { try await house.delete(clara, nil) },
        ] {
            #expect(await code(change) == .notFound)
        }
    }

    @Test func theAddressIsInvitedAgainAndTheListForgets() async throws {
        let house = try await House()
        let delivery = try await house.house.sent()
        try await house.delete(house.anna, .handOver(to: house.heir.id))
        #expect(try await house.users.list(search: "anna").accounts == [])
        #expect(try await house.users.account(email: "anna@kunde.example") == nil)
        let again = try await house.users.create(
            UserForm(email: "anna@kunde.example", name: "Anna Muster"), by: house.boss, origin: Self.origin)
        #expect(again.id != house.anna.id && again.state == .invited)
        #expect(await code { _ = try await house.house.overview.detail(of: delivery.id, for: again.id) } == .notFound)
        // The search of the audit trail still finds what the former account did.
        let found = try await AuditTrail(house.accounts).find(AuditSearch(action: "delivery-sent", actor: "anna"))
        #expect(found.total == 1)
        try await house.delete(again, nil)
        #expect(try await house.users.list().accounts.map(\.name) == ["Chefin", "Clara Neu"])
    }

    @Test func nobodyIsDeletedByWhoMayDoLess() async throws {
        let house = try await House()
        let manager = try await house.users.addDirectly(
            email: "verwaltung@kunde.example", name: "Verwaltung", roles: [.userManager],
            password: AccountHouse.password)
        let auditor = try await house.users.addDirectly(
            email: "pruefung@kunde.example", name: "Prüfung", roles: [.auditor], password: AccountHouse.password)
        #expect(await code { try await house.delete(house.boss, nil, by: manager) } == .forbidden)
        #expect(await code { try await house.delete(auditor, nil, by: manager) } == .forbidden)
        #expect(await code { try await house.delete(house.heir, nil, by: auditor) } == .forbidden)
        #expect(await code { _ = try await house.deletion.plan(for: house.heir.id, by: auditor.id) } == .forbidden)
        let own = await #expect(throws: DeliveriesError.self) { try await house.delete(house.boss, nil) }
        #expect(own?.fields == [FieldError("account", "delete-own-account")])
        let last = await #expect(throws: DeliveriesError.self) {
            try await house.deletion.delete(house.boss.id, deliveries: .remove, by: nil, origin: .commandLine)
        }
        #expect(last?.fields == [FieldError("account", "last-administrator")])
        try await house.delete(house.heir, nil, by: manager)
        #expect(try await house.actions().last == "user-deleted")
    }

    @Test func somebodyMustDecideAndTheHeirMustBeAbleToSend() async throws {
        let house = try await House()
        _ = try await house.house.sent()
        let auditor = try await house.users.addDirectly(
            email: "pruefung@kunde.example", name: "Prüfung", roles: [.auditor], password: AccountHouse.password)
        let disabled = try await house.users.addDirectly(
            email: "frueher@kunde.example", name: "Früher", isAdministrator: false, password: AccountHouse.password)
        try await house.users.setDisabled(disabled.id, true, by: house.boss.id, origin: Self.origin)
        let undecided = await #expect(throws: DeliveriesError.self) { try await house.delete(house.anna, nil) }
        #expect(undecided?.fields == [FieldError("deliveries", "required")])
        for heir in [
            house.anna.id, auditor.id, disabled.id, AccountID(now: house.house.now, random: house.house.parts.random),
        ] {
            let error = await #expect(throws: DeliveriesError.self) {
                try await house.delete(house.anna, .handOver(to: heir))
            }
            #expect(error?.fields == [FieldError("handOverTo", "no-sender-account")])
        }
        #expect(try await house.users.account(house.anna.id).state == .active, "nothing was done by half")
        #expect(try await !house.actions().contains("user-deleted"))
    }

    @Test func draftsInMailsThatMayHaveLeftCountAsDeliveries() async throws {
        let house = try await House()
        let draft = try await house.house.drafts.create(by: house.anna.id, language: .german, path: .addIn)
        try await house.house.upload(Array("Inhalt".utf8), as: "Befund.pdf", to: draft.id)
        let now = house.house.now
        try await house.house.database.write { transaction in
            var inserted = try #require(try transaction.deliveries.delivery(draft.id))
            inserted.insertedAt = now
            try transaction.deliveries.update(inserted)
        }
        #expect(try await house.deletion.plan(for: house.anna.id, by: nil).running == 1)
        #expect(await code { try await house.delete(house.anna, nil) } == .invalid)
        let done = try await house.delete(house.anna, .handOver(to: house.heir.id))
        #expect(done.handedOver == 1 && done.draftsRemoved == 0)
        #expect(try await house.house.stored(draft)?.sender == house.heir.id)
    }

    @Test func noticesToTheDeletedAreNotSentAnyMore() async throws {
        let house = try await House(settings: ["notify.downloaded.when": "at-once"])
        let delivery = try await house.house.sent()
        try await house.house.fetchAll(delivery)
        #expect(try await house.house.mails().last?.entry.to == house.anna.email)
        try await house.delete(house.anna, .handOver(to: house.heir.id))
        let mails = try await house.house.mails().map(\.entry)
        #expect(mails.filter { $0.to == house.anna.email }.allSatisfy { $0.state == .cancelled })
        #expect(mails.filter { $0.kind == .delivery }.allSatisfy { $0.state == .queued }, "recipients still get theirs")
    }

    /// A delivery that is sent at the same moment is handed over or was never sent: none is left behind.
    @Test func aRaceLeavesNothingBehind() async throws {
        let house = try await House()
        var drafts: [Delivery] = []
        for _ in 0..<6 { drafts.append(try await house.house.draft()) }
        let outcomes: [DeliveriesError.Code?] = await withTaskGroup(of: DeliveriesError.Code?.self) { group in
            for draft in drafts {
                group.addTask { await code { try await house.house.sending.send(draft.id, by: house.anna.id) } }
            }
            for _ in 0..<3 {
                group.addTask { await code { try await house.delete(house.anna, .handOver(to: house.heir.id)) } }
            }
            var codes: [DeliveriesError.Code?] = []
            for await one in group { codes.append(one) }
            return codes
        }
        #expect(outcomes.filter { $0 == .notFound }.count >= 2, "only one deletes")
        #expect(outcomes.allSatisfy { $0 == nil || $0 == .notFound })
        let left = try await house.house.database.read { try $0.deliveries.deliveries(of: house.anna.id) }
        #expect(left == [])
        let handedOver = try await house.house.database.read { try $0.deliveries.deliveries(of: house.heir.id) }
        for id in handedOver {
            #expect(try await house.house.database.read { try $0.deliveries.delivery(id) }?.state == .sent)
        }
    }

    /// Two who delete each other: one is left.
    @Test func administratorsWhoDeleteEachOtherDoNotBothVanish() async throws {
        let house = try await House()
        let other = try await house.users.addDirectly(
            email: "zweite@kunde.example", name: "Zweite", isAdministrator: true, password: AccountHouse.password)
        async let first = code { try await house.delete(house.boss, nil, by: other) }
        async let second = code { try await house.delete(other, nil, by: house.boss) }
        let outcomes = await [first, second]
        #expect(outcomes.filter { $0 == nil }.count == 1)
        #expect(try await house.house.database.read { try $0.accounts.administrators() }.count == 1)
    }
}
