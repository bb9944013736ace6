import DNS
import Foundation
import Localization
import SenderDomains
import Testing

/// Every code that can be shown has words in both languages.
@Suite struct DomainTextsTests {
    @Test(arguments: Language.allCases) func everyCodeHasWords(language: Language) {
        let text = Localizer(language)
        var keys = DomainRecord.Purpose.allCases.flatMap {
            ["domain.record.\($0.rawValue)", "domain.purpose.\($0.rawValue)"]
        }
        keys += DomainRecord.Reason.allCases.map { "domain.not-needed.\($0.rawValue)" }
        keys += RecordPlan.Obstacle.allCases.map { "domain.obstacle.\($0.rawValue)" }
        keys += SenderDomain.State.allCases.map { "domain.state.\($0.rawValue)" }
        keys += SenderDecision.Reason.allCases.map { "domain.decision.\($0.rawValue)" }
        for reason in [SenderDecision.Reason.foreignDomain, .pendingDomain, .degradedDomain] {
            keys += ["domain.decision.hold-\(reason.rawValue)", "domain.decision.reject-\(reason.rawValue)"]
        }
        keys += Self.diagnoses.flatMap { ["domain.finding.\($0.code).word", "domain.finding.\($0.code).text"] }
        keys += Self.diagnoses.filter { $0.weight == .wrong }.map { "domain.finding.\($0.code).advice" }
        // An empty field is told like every other empty field.
        keys += Self.refusals.filter { $0 != .empty }.map { "error.field.domain-\($0.code)" }
        keys += Self.cautions.map { "domain.caution.\($0.code)" }
        keys += ["none", "refused", "hosts", "unknown"].map { "domain.look.mail-\($0)" }
        keys += ["none", "good", "too-many", "several", "broken", "unknown"].map { "domain.look.spf-\($0)" }
        keys += ["absent", "watch", "quarantine", "reject", "unknown"].map { "domain.look.dmarc-\($0)" }
        keys += DNSFailure.Code.allCases.map { "domain.trouble.\($0.rawValue)" }
        keys += SenderDecision.Reason.allCases.map { "page.compose.reason.\($0.rawValue)" }
        keys += Self.events.map { "domain.event.\($0.code)" }
        #expect(keys.filter { !text.has($0) } == [])
    }

    static let diagnoses: [RecordDiagnosis] = [
        .ok, .missing, .nameDoubled(at: .root), .truncated(found: ""), .twoRecords(found: []), .wrongKey(found: ""),
        .wrongValue(found: ""), .mangled(found: ""), .wrongTarget(found: .root), .targetMissing(target: .root),
        .revoked, .weakKey(bits: 512), .oldValueCached(secondsLeft: 1), .notAtAllServers(missing: []),
        .resolverTrouble([]), .bogus, .noSuchDomain, .spfLacksUs(found: ""), .spfTooManyLookups(count: 11, found: ""),
        .spfBroken(found: "", detail: ""), .includeBroken(include: ""), .strictAlignment, .stillThere, .gone,
        .notChecked,
    ]

    static let refusals: [DomainRefusal] = [
        .empty, .malformed, .networkAddress, .notPublic, .mailboxProvider(domain: ""), .publicSuffix(domain: ""),
        .noSuchDomain, .alreadyThere,
    ]

    static let cautions: [DomainCaution] = [
        .mixedScripts(label: ""), .looksLatin(label: "", as: ""), .looksLike(""),
    ]

    static let events: [DomainEvent] = [
        .controlProven(.txt), .becameVerified, .becameWarning, .degraded, .healed, .keySeen(selector: "s"),
        .keyActivated(selector: "s"), .keyRetiring(selector: "s", until: .start), .keySafeToRemove(selector: "s"),
        .keyCompromised(selector: "s"), .keyGone(selector: "s"), .rotationDue(selector: "s"),
    ]
}
