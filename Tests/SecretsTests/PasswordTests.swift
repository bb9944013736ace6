import Secrets
import Testing

@Suite struct PasswordTests {
    @Test func verifiesOnlyTheRightPassword() async throws {
        let hasher = PasswordHasher(cost: .cheap)
        let stored = try await hasher.hash("Grüße aus Köln")
        #expect(stored.hasPrefix("$argon2id$v=19$"))
        #expect(try await hasher.verify("Grüße aus Köln", against: stored))
        // The same letters, decomposed as another system types them.
        #expect(try await hasher.verify("Gru\u{308}ße aus Ko\u{308}ln", against: stored))
        #expect(try await !hasher.verify("Grüße aus Koln", against: stored))
        #expect(try await !hasher.verify("", against: stored))
        #expect(try await !hasher.verify("Grüße aus Köln", against: "no hash"))
        #expect(try await !hasher.verify("Grüße aus Köln", against: ""))
        #expect(try await hasher.hash("Grüße aus Köln") != stored)
        #expect(try await !hasher.verifyDummy("Grüße aus Köln"))
        let empty = try await hasher.hash("")
        #expect(try await hasher.verify("", against: empty))
        await hasher.shutdown()
    }

    @Test func toldWhenTheCostHasChanged() async throws {
        let cheap = PasswordHasher(cost: .cheap)
        let dearer = PasswordHasher(cost: PasswordCost(operations: 2, memory: 16_384))
        let stored = try await cheap.hash("a password")
        #expect(!cheap.needsRehash(stored))
        #expect(dearer.needsRehash(stored))
        #expect(try await dearer.verify("a password", against: stored))
    }

    @Test func refusesInsteadOfQueueingWithoutBound() async throws {
        let hasher = PasswordHasher(cost: PasswordCost(operations: 3, memory: 1 << 22), threads: 1, queueLimit: 2)
        let outcomes = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<40 {
                group.addTask {
                    do throws(PasswordHasherError) {
                        _ = try await hasher.hash("a password")
                        return true
                    } catch {
                        #expect(error == .busy)
                        return false
                    }
                }
            }
            return await group.reduce(into: [Bool]()) { $0.append($1) }
        }
        #expect(outcomes.contains(true))
        #expect(outcomes.contains(false))
        // The places are given back.
        _ = try await hasher.hash("a password")
    }

    @Test func refusesAfterShutdown() async throws {
        let hasher = PasswordHasher(cost: .cheap)
        await hasher.shutdown()
        await #expect(throws: PasswordHasherError.closed) { try await hasher.hash("a password") }
    }

    @Test(arguments: [
        ("short", PasswordRule.tooShort), ("123456789", .tooShort), (String(repeating: "ü", count: 513), .tooLong),
        ("Anna@Kunde.example", .isAddress), ("anna@kunde.example", .isAddress), ("password123", .tooCommon),
        ("Passwort2026!", .tooCommon), ("1234567890", .tooCommon), ("9876543210", .tooCommon),
        ("aaaaaaaaaaaa", .tooCommon), ("abcdefghijkl", .tooCommon), ("qwertzuiop", .tooCommon),
        ("geheimgeheim", .tooCommon), ("WILLKOMMEN1", .tooCommon),
    ]) func refusesBadPasswords(password: String, rule: PasswordRule) {
        #expect(PasswordRule.broken(by: password, address: "anna@kunde.example") == rule)
    }

    @Test(arguments: ["drei Hasen im Regen", "k9#vT2!pLq", "пароль-для-меня", String(repeating: "xy", count: 512)])
    func acceptsGoodPasswords(password: String) {
        #expect(PasswordRule.broken(by: password, address: "anna@kunde.example") == nil)
    }

    @Test(arguments: ["Öztürk-anna1", "bernadette.öztürk", "Kunde!Kunde!12", "anna.oztürk.anna"])
    func aNameWithLittleElseIsNoPassword(password: String) {
        let rule = PasswordRule.broken(
            by: password, address: "anna@kunde.example", name: "Bernadette O\u{308}ztürk-Öztürk oztürk")
        #expect(rule == .hasName)
    }

    @Test(arguments: ["Anna mag drei Hasen", "kundendienst im Regen", "k9#vT2!pLq"])
    func aNameAmongMoreMayStay(password: String) {
        #expect(PasswordRule.broken(by: password, address: "anna@kunde.example", name: "Anna Muster") == nil)
    }

    @Test func moreCharactersMayBeDemandedAndNeverFewer() {
        let password = "Hasen im Re"
        #expect(PasswordRule.broken(by: password, address: "a@b.example", least: 11) == nil)
        #expect(PasswordRule.broken(by: password, address: "a@b.example", least: 12) == .tooShort)
        #expect(PasswordRule.broken(by: "123456789", address: "a@b.example", least: 1) == .tooShort)
    }

    @Test func theLocalPartIsNoPassword() {
        #expect(PasswordRule.broken(by: "Anna.Beispiel", address: "anna.beispiel@kunde.example") == .isAddress)
    }
}
