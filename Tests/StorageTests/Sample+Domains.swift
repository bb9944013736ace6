import DNS
import Deliveries
import Foundation
import MailMessage
import SenderDomains
import Testing

extension Sample {
    func domainKey(
        _ selector: String = "depesche1", type: DomainKey.KeyType? = .rsa, phase: DomainKey.Phase = .active,
        publication: DomainKey.Publication = .txt
    ) -> DomainKey {
        DomainKey(
            selector: selector, type: type, publicRecord: type.map { "v=DKIM1; k=\($0.rawValue); p=AAAA" },
            sealedPrivateKey: type == nil ? nil : octets(), phase: phase, publication: publication,
            origin: type == nil ? .told : .generated, createdAt: Self.after(1), seenAt: Self.after(2),
            activatedAt: Self.after(3), retiringSince: Self.after(4), retiredAt: Self.after(5),
            goneAt: Self.after(6), isCompromised: true, remindedAt: Self.after(7))
    }

    /// A domain with something in every field.
    func senderDomain(
        _ name: String = "müller.example", state: SenderDomain.State = .verified,
        policy: SenderDomain.Policy = .hold, keys: [DomainKey]? = nil, nextCheckAt: TimeInterval = 9
    ) throws -> SenderDomain {
        let domain = try MailDomain(parsing: name)
        let target = try #require(DNSName("depesche1e.kunde.keys.betreiber.example"))
        let report = DomainReport(
            domain: domain, at: Self.after(4), milliseconds: 12,
            plan: RecordPlan(domain: domain, zone: try #require(DNSName(domain.ascii)), records: []), findings: [],
            dkim: .yes, spf: .no, bounces: .unknown, control: .yes)
        return SenderDomain(
            domain: domain, state: state, policy: policy,
            keys: keys ?? [
                domainKey(), domainKey("depesche1e", type: .ed25519, publication: .cname(target: target)),
                domainKey("fremd", type: nil),
            ],
            control: ControlProof(token: "abc", method: .postmaster, provenAt: Self.after(1)), createdAt: Self.start,
            stateSince: Self.after(2), changedAt: Self.after(3), alignedBy: [.dkim, .spf], bouncesReady: true,
            doubtedAt: Self.after(5), lastReport: report, nextCheckAt: Self.after(nextCheckAt))
    }

    func historyEntry(
        of domain: MailDomain, _ code: String = "added", number: Int64 = 0, after: TimeInterval = 0
    ) -> DomainHistoryEntry {
        DomainHistoryEntry(
            number: number, domain: domain, at: Self.after(after), actor: id(), code: code, detail: "Einzelheit")
    }

    func handOver(of domain: MailDomain, purpose: HandOver.Purpose = .records, after: TimeInterval = 0) -> HandOver {
        HandOver(
            id: id(after: after), domain: domain, purpose: purpose, tokenHash: hash(), sealedToken: octets(),
            madeBy: id(), createdAt: Self.after(after), expiresAt: Self.after(after + HandOver.lifetime))
    }

    func domainRequest(
        for domain: MailDomain, way: DomainRequest.Way = .incoming, installation: String = "https://a.example",
        after: TimeInterval = 0
    ) throws -> DomainRequest {
        DomainRequest(
            id: id(after: after), domain: domain, way: way, requester: id(), email: try email("anna@müller.example"),
            name: "Anna", words: "Bitte\n", installation: installation, installationKey: octets(32), nonce: hash(),
            createdAt: Self.after(after))
    }
}
