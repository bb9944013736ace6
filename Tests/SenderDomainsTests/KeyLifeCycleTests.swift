import FoundationEssentials
import MailMessage
import SenderDomains
import Testing

@Suite struct KeyLifeCycleTests {
    let changes = SenderDomainChangesTests()

    /// A domain whose first key signs since the start.
    func active() throws -> Changing { try changes.verified() }

    func seen(_ selector: String) throws -> DomainReport { try changes.report(.ok, dkim: .yes, selector: selector) }

    @Test func aNewKeySignsOnlyAfterItIsSeenAtAllServers() throws {
        let domain = try active()
        let now = Date.start.days(90)
        #expect(domain.rotate(to: [.rsa("depesche2", KundeZone.otherRSA)], .planned, now: now).isEmpty)
        #expect(domain.signingKeys(.both).map(\.selector) == ["depesche1"] && domain.nextCheckAt == now)
        let partly = try changes.report(
            .notAtAllServers(missing: ["ns2"]), dkim: .yes, selector: "depesche2", requirement: .recommended)
        #expect(domain.received(partly, setup: .keysOnly, now: now).isEmpty)
        #expect(domain.signingKeys(.both).map(\.selector) == ["depesche1"])
        let until = now.after(600).days(5).after(600)
        #expect(
            domain.received(try seen("depesche2"), setup: .keysOnly, now: now.after(600)) == [
                .keySeen(selector: "depesche2"), .keyActivated(selector: "depesche2"),
                .keyRetiring(selector: "depesche1", until: until),
            ])
        #expect(domain.signingKeys(.both).map(\.selector) == ["depesche2"])
    }

    @Test func theOldKeyStaysLongerThanMailCanWait() throws {
        let domain = try active()
        _ = domain.rotate(to: [.rsa("depesche2", KundeZone.otherRSA)], .planned, now: .start.days(90))
        _ = domain.received(try seen("depesche2"), setup: .keysOnly, now: .start.days(90))
        let until = Date.start.days(95).after(600)
        #expect(domain.advance(setup: .keysOnly, now: until.after(-1)).isEmpty)
        #expect(domain.key("depesche1")?.phase == .retiring)
        #expect(RecordPlan(for: domain.value, setup: .keysOnly)?.records.first?.requirement == .required)
        #expect(domain.advance(setup: .keysOnly, now: until) == [.keySafeToRemove(selector: "depesche1")])
        #expect(domain.key("depesche1")?.retiredAt == until)
        #expect(RecordPlan(for: domain.value, setup: .keysOnly)?.records.first?.requirement == .removable)
        #expect(domain.advance(setup: .keysOnly, now: until.days(1)).isEmpty)
        let gone = try changes.report(.gone, dkim: .yes, selector: "depesche1", requirement: .removable)
        #expect(domain.received(gone, setup: .keysOnly, now: until.days(1)) == [.keyGone(selector: "depesche1")])
        #expect(RecordPlan(for: domain.value, setup: .keysOnly)?.records.first?.selector == "depesche2")
        #expect(domain.forget(selector: "depesche1") && domain.keys.count == 1)
    }

    @Test func anEmergencyEndsTheOldKeysAtOnce() throws {
        let domain = try active()
        #expect(
            domain.rotate(to: [.rsa("depesche2", KundeZone.otherRSA)], .emergency, now: .start.days(1)) == [
                .keyCompromised(selector: "depesche1")
            ])
        #expect(domain.signingKeys(.both).isEmpty)
        #expect(domain.key("depesche1")?.phase == .retired && domain.key("depesche1")?.isCompromised == true)
        #expect(RecordPlan(for: domain.value, setup: .keysOnly)?.records.first?.requirement == .removable)
        #expect(
            domain.received(try seen("depesche2"), setup: .keysOnly, now: .start.days(1).after(300)) == [
                .keySeen(selector: "depesche2"), .keyActivated(selector: "depesche2"),
            ])
    }

    @Test func aKeyThatNeverSignedIsGivenUpForItsSuccessor() throws {
        let domain = Changing(try .kunde([.rsa(), .ed25519()]))
        #expect(domain.rotate(to: [.rsa("depesche2", KundeZone.otherRSA)], .planned, now: .start.days(1)).isEmpty)
        #expect(domain.keys.map(\.phase) == [.retired, .pending, .pending])
    }

    @Test func bothKindsLiveBesideEachOther() throws {
        let domain = try active()
        domain.add([.ed25519()], now: .start)
        _ = domain.received(try seen("depesche1e"), setup: .keysOnly, now: .start.days(1))
        #expect(domain.signingKeys(.both).map(\.selector) == ["depesche1", "depesche1e"])
        #expect(domain.signingKeys(.rsa).map(\.selector) == ["depesche1"])
        #expect(!domain.forget(selector: "depesche1"))
    }

    @Test func aReminderAfterHalfAYearComesOnce() throws {
        let domain = try active()
        #expect(domain.advance(setup: .keysOnly, now: .start.days(181)).isEmpty)
        #expect(domain.advance(setup: .keysOnly, now: .start.days(182)) == [.rotationDue(selector: "depesche1")])
        #expect(domain.advance(setup: .keysOnly, now: .start.days(200)).isEmpty)
    }

    @Test func keysThatWereMadeHereAreDueForAutomaticRotationAfterNinetyDays() throws {
        let key = try #require(try active().keys.first)
        #expect(!KeyLifeCycle.isDueForAutomaticRotation(key, now: .start.days(89)))
        #expect(KeyLifeCycle.isDueForAutomaticRotation(key, now: .start.days(90)))
        #expect(!KeyLifeCycle.isDueForAutomaticRotation(.rsa(), now: .start.days(90)))
        #expect(!KeyLifeCycle.isDueForAutomaticRotation(.rsa(origin: .imported), now: .start.days(90)))
    }

    @Test func anImportedKeyProvesControlAndChangesNothingInDNS() throws {
        let domain = Changing(try .kunde([.rsa("alt2019", origin: .imported)]))
        let plan = try #require(RecordPlan(for: domain.value, setup: .keysOnly))
        #expect(plan.records.first { $0.purpose == .control }?.requirement == .notNeeded(.keyProvesControl))
        _ = domain.received(try seen("alt2019"), setup: .keysOnly, now: .start)
        #expect(domain.state == .verified && domain.control.method == .key)
    }

    @Test func selectorsThatTheOperatorTellsLaterAreLookedForToo() throws {
        let domain = Changing(try .kunde([]))
        let setup = DomainSetup(signing: .none, toldSelectors: ["Betrieb1", "betrieb2"])
        #expect(domain.advance(setup: setup, now: .start).isEmpty)
        #expect(domain.advance(setup: setup, now: .start).isEmpty)
        #expect(domain.keys.map(\.selector) == ["betrieb1", "betrieb2"])
        let plan = try #require(RecordPlan(for: domain.value, setup: setup))
        #expect(plan.records.prefix(2).map(\.requirement) == [.required, .required])
        // One that works is enough.
        let seen = try changes.report(.ok, dkim: .yes, selector: "betrieb2")
        _ = domain.received(seen, setup: setup, now: .start)
        let next = try #require(RecordPlan(for: domain.value, setup: setup))
        #expect(next.records.prefix(2).map(\.requirement) == [.optional, .required])
        #expect(next.records.first { $0.purpose == .control }?.requirement == .required)
        #expect(domain.forget(selector: "betrieb1"))
    }

    // MARK: Selectors

    @Test func selectorsCountUpAndAreNeverUsedAgain() throws {
        let template = SelectorTemplate.standard
        #expect(template.next([.rsa, .ed25519], taken: []) == [.rsa: "depesche1", .ed25519: "depesche1e"])
        #expect(template.next([.rsa], taken: ["depesche1e"]) == [.rsa: "depesche2"])
        #expect(
            template.next([.rsa, .ed25519], taken: ["Depesche1", "alt", "depesche2e"]) == [
                .rsa: "depesche3", .ed25519: "depesche3e",
            ])
    }

    @Test func aTemplateIsOneLabel() {
        for word in ["", "-a", "a-", "a.b", "a1", "ä", "a b", String(repeating: "a", count: 51)] {
            #expect(SelectorTemplate(word) == nil)
        }
        #expect(SelectorTemplate("Mail-x")?.selector(7, .ed25519) == "mail-x7e")
    }
}
