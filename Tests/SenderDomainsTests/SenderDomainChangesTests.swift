import DNS
import FoundationEssentials
import MailMessage
import SenderDomains
import Testing

/// How reports change a domain: what is better is believed at once, what is worse when it is seen twice, and what could
/// not be found out changes nothing.
@Suite struct SenderDomainChangesTests {
    /// A report with one required key record.
    func report(
        _ diagnosis: RecordDiagnosis, dkim: DomainReport.Certainty = .unknown, spf: DomainReport.Certainty = .no,
        bounces: DomainReport.Certainty = .unknown, selector: String = "depesche1",
        requirement: DomainRecord.Requirement = .required, at time: Date = .start
    ) throws -> DomainReport {
        let domain = try MailDomain(parsing: "kunde.example")
        let zone = try KundeZone.name("kunde.example")
        let record = DomainRecord(
            purpose: .dkim, requirement: requirement, name: try KundeZone.name("\(selector)._domainkey.kunde.example"),
            zone: zone, type: .txt, value: KundeZone.rsa, ttl: 600, selector: selector)
        return DomainReport(
            domain: domain, at: time, milliseconds: 1, plan: RecordPlan(domain: domain, zone: zone, records: [record]),
            findings: [RecordFinding(record: record, diagnosis: diagnosis)], dkim: dkim, spf: spf, bounces: bounces)
    }

    func verified(policy: SenderDomain.Policy = .fallback) throws -> Changing {
        let domain = Changing(try .kunde(policy: policy))
        let events = domain.received(try report(.ok, dkim: .yes), setup: .keysOnly, now: .start)
        #expect(
            events == [
                .keySeen(selector: "depesche1"), .keyActivated(selector: "depesche1"), .controlProven(.key),
                .becameVerified,
            ])
        return domain
    }

    @Test func aKeyThatIsSeenVerifiesTheDomain() throws {
        let domain = try verified()
        #expect(domain.state == .verified && domain.alignedBy == [.dkim] && domain.standing.isUsable)
        #expect(domain.control.method == .key && domain.control.provenAt == .start)
        #expect(domain.signingKeys(.both).map(\.selector) == ["depesche1"] && domain.signingKeys(.none).isEmpty)
        #expect(domain.nextCheckAt == .start.after(300))
    }

    @Test func theSameReportAgainIsNoEvent() throws {
        let domain = try verified()
        #expect(domain.received(try report(.ok, dkim: .yes), setup: .keysOnly, now: .start.after(300)).isEmpty)
        #expect(domain.stateSince == .start)
    }

    @Test func oneFailedCheckDegradesNothingASecondDoes() throws {
        let domain = try verified()
        let failed = try report(.missing, dkim: .no)
        #expect(domain.received(failed, setup: .keysOnly, now: .start.days(30)).isEmpty)
        #expect(domain.state == .verified && domain.doubtedAt == .start.days(30))
        // The confirmation does not wait for the next day.
        #expect(domain.nextCheckAt == .start.days(30).after(300))
        #expect(domain.received(failed, setup: .keysOnly, now: .start.days(30).after(300)) == [.degraded])
        #expect(domain.state == .degraded && domain.alignedBy.isEmpty && domain.doubtedAt == nil)
        #expect(domain.received(failed, setup: .keysOnly, now: .start.days(30).after(600)).isEmpty)
    }

    @Test func twoPressesOfAButtonAreNotTwoObservations() throws {
        let domain = try verified()
        let failed = try report(.missing, dkim: .no)
        #expect(domain.received(failed, setup: .keysOnly, now: .start.days(1)).isEmpty)
        #expect(domain.received(failed, setup: .keysOnly, now: .start.days(1).after(5)).isEmpty)
        #expect(domain.state == .verified)
    }

    @Test func aDoubtThatIsNotConfirmedIsForgotten() throws {
        let domain = try verified()
        #expect(domain.received(try report(.missing, dkim: .no), setup: .keysOnly, now: .start.days(1)).isEmpty)
        #expect(domain.received(try report(.ok, dkim: .yes), setup: .keysOnly, now: .start.days(2)).isEmpty)
        #expect(domain.doubtedAt == nil)
        #expect(domain.received(try report(.missing, dkim: .no), setup: .keysOnly, now: .start.days(3)).isEmpty)
        #expect(domain.state == .verified)
    }

    @Test func resolverTroubleChangesNothing() throws {
        let trouble = try report(.resolverTrouble([ServerTrouble(server: "ns1", code: .timeout)]), dkim: .unknown)
        let domain = try verified()
        for day in 1...5 { #expect(domain.received(trouble, setup: .keysOnly, now: .start.days(Double(day))).isEmpty) }
        #expect(domain.state == .verified && domain.alignedBy == [.dkim])
        // Nor does it confirm a doubt, or take one away.
        #expect(domain.received(try report(.missing, dkim: .no), setup: .keysOnly, now: .start.days(6)).isEmpty)
        #expect(domain.received(trouble, setup: .keysOnly, now: .start.days(7)).isEmpty)
        #expect(domain.doubtedAt == .start.days(6))
        let pending = Changing(try .kunde())
        #expect(pending.received(trouble, setup: .keysOnly, now: .start).isEmpty && pending.state == .pending)
    }

    @Test func aBrokenDomainHealsByItselfAtOnce() throws {
        let domain = try verified()
        for minute in 0...1 {
            _ = domain.received(
                try report(.missing, dkim: .no), setup: .keysOnly, now: .start.days(1).after(Double(minute) * 300))
        }
        #expect(domain.state == .degraded && !domain.standing.isUsable)
        #expect(domain.received(try report(.ok, dkim: .yes), setup: .keysOnly, now: .start.days(2)) == [.healed])
        #expect(domain.state == .verified && domain.stateSince == .start.days(2))
    }

    @Test func whereSPFStillAlignsItIsAWarning() throws {
        let domain = try verified()
        let half = try report(.missing, dkim: .no, spf: .yes)
        #expect(domain.received(half, setup: .keysOnly, now: .start.days(1)).isEmpty)
        #expect(domain.received(half, setup: .keysOnly, now: .start.days(1).after(300)) == [.becameWarning])
        #expect(domain.standing.isUsable && domain.alignedBy == [.spf])
        #expect(domain.received(try report(.ok, dkim: .yes), setup: .keysOnly, now: .start.days(2)) == [.healed])
    }

    @Test func aDomainThatNeverWorkedStaysPending() throws {
        let domain = Changing(try .kunde())
        for minute in 0...3 {
            let now = Date.start.after(Double(minute) * 300)
            #expect(domain.received(try report(.missing, dkim: .no), setup: .keysOnly, now: now).isEmpty)
        }
        #expect(domain.state == .pending && domain.doubtedAt == nil)
    }

    @Test func aReportAboutAnotherDomainIsIgnored() throws {
        let before = SenderDomain(
            domain: try MailDomain(parsing: "andere.example"), keys: [.rsa()], controlToken: "t", now: .start)
        let domain = Changing(before)
        #expect(
            domain.received(try report(.ok, dkim: .yes), setup: .keysOnly, now: .start).isEmpty
                && domain.value == before)
    }

    @Test func eachChangeIsToldOnce() throws {
        let domain = try verified()
        var told = 0
        for step in 1...20 {
            let works = step > 10
            let events = domain.received(
                try report(works ? .ok : .missing, dkim: works ? .yes : .no), setup: .keysOnly,
                now: .start.days(Double(step)))
            told += events.count(where: \.isTold)
        }
        #expect(told == 2)
    }

    @Test func anOldValueIsCheckedAgainWhenItRunsOut() throws {
        let domain = Changing(try .kunde())
        let report = try report(.oldValueCached(secondsLeft: 120), dkim: .yes)
        _ = domain.received(report, setup: .keysOnly, now: .start)
        #expect(domain.nextCheckAt == .start.after(121) && domain.state == .verified)
    }
}
