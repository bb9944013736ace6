import Deliveries
import Foundation
import MailMessage
import Secrets
import Testing

@Suite struct ReturnPathAddressTests {
    private let random = SeededRandomSource(seed: 3)
    private let now = Date(timeIntervalSince1970: 1_790_000_000)
    private let keys = KeyRing(ephemeral: SeededRandomSource(seed: 4))

    private func entry() -> OutboxEntryID { OutboxEntryID(now: now, random: random) }

    private func address(_ entry: OutboxEntryID, at domain: String = "rueck.depesche.example") throws -> EmailAddress {
        try ReturnPathAddress.make(for: entry, at: try MailDomain(parsing: domain), keys: keys, now: now)
    }

    @Test func anAddressLeadsBackToItsMailInAnyCase() throws {
        let entry = entry()
        let address = try address(entry)
        #expect(address.localPart.utf8.count <= 64 && address.localPart == address.localPart.lowercased())
        #expect(ReturnPathAddress(address, keys: keys, now: now)?.entry == entry)
        let loud = try EmailAddress(parsing: address.wireForm.uppercased())
        #expect(ReturnPathAddress(loud, keys: keys, now: now)?.entry == entry)
    }

    @Test func itIsGoodForThirtyDays() throws {
        let address = try address(entry())
        #expect(ReturnPathAddress(address, keys: keys, now: now.addingTimeInterval(30 * 86_400)) != nil)
        #expect(ReturnPathAddress(address, keys: keys, now: now.addingTimeInterval(32 * 86_400)) == nil)
    }

    @Test func aChangedCharacterMakesItForeign() throws {
        let address = try address(entry())
        let local = Array(address.localPart.utf8)
        for place in local.indices {
            var changed = local
            changed[place] = changed[place] == UInt8(ascii: "a") ? UInt8(ascii: "b") : UInt8(ascii: "a")
            guard
                let forged = try? EmailAddress(
                    localPart: String(decoding: changed, as: UTF8.self), domain: address.domain)
            else { continue }
            #expect(ReturnPathAddress(forged, keys: keys, now: now) == nil)
        }
    }

    @Test(arguments: [
        "bounce-@rueck.depesche.example", "anna@rueck.depesche.example", "bounce-00000000000000000000000000@a.example",
        "bounce-000000000000000000000000000000000000000000000aaaaa@a.example",
    ])
    func anythingElseIsForeign(_ text: String) throws {
        #expect(ReturnPathAddress(try EmailAddress(parsing: text), keys: keys, now: now) == nil)
    }

    @Test func itIsGoodAtItsDomainAndWithItsKeyOnly() throws {
        let address = try address(entry())
        let moved = try EmailAddress(localPart: address.localPart, domain: try MailDomain(parsing: "x.example"))
        #expect(ReturnPathAddress(moved, keys: keys, now: now) == nil)
        let others = KeyRing(ephemeral: SeededRandomSource(seed: 5))
        #expect(ReturnPathAddress(address, keys: others, now: now) == nil)
    }
}
