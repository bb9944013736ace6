import DNS
import Foundation
import Localization
import MailMessage
import SenderDomains

@testable import WebUI

/// The pages of sender domains with every option filled.
enum DomainPageSamples {
    static let text = Localizer(.german)
    static let zone = DNSName("kunde.example") ?? .root
    static let key = DomainRecord(
        purpose: .dkim, requirement: .required, name: zone.prefixed(by: "depesche1._domainkey") ?? zone, zone: zone,
        type: .txt, value: "v=DKIM1; k=rsa; p=MIIB", ttl: 600, selector: "depesche1")
    static let spf = DomainRecord(
        purpose: .spf, requirement: .required, name: zone, zone: zone, type: .txt,
        value: "v=spf1 mx include:_spf.depesche.example -all", ttl: 600, replaces: ["v=spf1 mx -all"])
    static let notNeeded = DomainRecord(
        purpose: .control, requirement: .notNeeded(.keyProvesControl), name: zone, zone: zone, type: .txt, value: "x",
        ttl: 600)
    static let change = SPFChange(
        before: "v=spf1 mx -all",
        pieces: [
            .init("v=spf1 mx ", isNew: false), .init("include:_spf.depesche.example ", isNew: true),
            .init("-all", isNew: false),
        ], lookupsBefore: 1, lookupsAfter: 2)
    static let records = [
        ChecklistItem(key, .wrongKey(found: "v=DKIM1; p=abc"), change: nil, position: 0, text),
        ChecklistItem(spf, .spfLacksUs(found: "v=spf1 mx -all"), change: change, position: 1, text),
    ]
    /// What counts for nothing has nothing to show but why.
    static let settled = ChecklistItem(notNeeded, nil, change: nil, position: 2, text)

    static let all: [any PageModel] = [
        DomainListPage(
            page: PageSamples.frame,
            requests: [.init(href: "/x", domain: "kunde.example", text: "Text", status: PageSamples.status)],
            hasRequests: true,
            rows: [
                .init(
                    href: "/admin/domains/kunde.example", domain: "münchen.example", ascii: "xn--mnchen-3ya.example",
                    status: PageSamples.status, seenAs: "die eigene Adresse", checked: PageSamples.time)
            ], hasRows: true, suggestions: [.init(domain: "kunde.example", text: "2 Konten")], hasSuggestions: true,
            fields: PageSamples.fields,
            ownRecord: .init(text: "Text", record: PublishedRecordView(spf, id: "own", text)),
            errorSummary: PageSamples.summary),
        DomainPage(
            page: PageSamples.frame, crumb: PageSamples.crumb, base: "/admin/domains/kunde.example",
            domain: "münchen.example", ascii: "xn--mnchen-3ya.example", status: PageSamples.status, summary: "Text",
            isPending: true, pollSeconds: "5",
            warnings: [.init(kind: "warn", icon: "warning", text: "Text")], seenAs: "a@kunde.example",
            seenAsReason: "Text", records: records, checked: PageSamples.time, nextCheck: "bald",
            troubles: ["ns1 (keine Antwort)"], hasTroubles: true,
            facts: [FactView("MX", "mail.kunde.example")],
            handOver: .init(address: "https://depesche.example/dns/x", text: "bis morgen"),
            policies: DomainPage.Policy.all(chosen: .hold, text), held: "2 Mails",
            keys: [.init(selector: "depesche1", algorithm: "RSA", status: PageSamples.status, note: "Text")],
            hasKeys: true, canRotate: true, controlText: "Text", canProve: true,
            events: [.init(kind: "good", icon: "check", text: "Text", time: PageSamples.time)],
            errorSummary: PageSamples.summary),
        DomainLookPage(
            page: PageSamples.frame, crumb: PageSamples.crumb, domain: "kunde.example", sentences: ["Text"],
            facts: [FactView("MX", "mail.kunde.example")], cautions: ["Text"]),
        HandOverPage(
            page: PageSamples.frame, base: "/dns/x", intro: "Text", status: PageSamples.status, summary: "Text",
            pollSeconds: "60", checked: PageSamples.time, records: records, validUntil: "Text"),
    ]
}
