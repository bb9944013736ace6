import DNS
import Foundation
import MailMessage
import MailTemplates
import SenderDomains

/// Keeps what happened to a sender domain, and tells of it, within the transaction that changed it.
struct DomainRecorder {
    let parts: DomainParts
    let domain: MailDomain
    let transaction: any Transaction
    let now: Date

    /// What people or the clock did.
    func note(_ deed: DomainHistoryEntry.Deed, by actor: AccountID?, detail: String = "") throws {
        try note(deed.rawValue, by: actor, detail: detail)
    }

    private func note(_ code: String, by actor: AccountID?, detail: String) throws {
        try transaction.senderDomains.insert(
            DomainHistoryEntry(
                domain: domain, at: now, actor: actor, code: code,
                detail: String(detail.prefix(1_000))))
    }

    /// What a person did, for the audit trail.
    func audit(_ action: AuditAction, by actor: AccountID?, origin: RequestOrigin, target: String? = nil) throws {
        try transaction.ledger.append(
            action.record(by: actor, target: target ?? domain.ascii, origin: origin, at: now))
    }

    /// What DNS and the clock did: kept, told to administrators once, and held mail goes on where the domain works.
    func record(_ events: [DomainEvent], of after: SenderDomain, before: SenderDomain) throws {
        for event in events {
            try note(event.code, by: nil, detail: event.selector ?? "")
            if event.isTold, try !isSettledByItself(event, in: after),
                let news = DomainStateMail.News(rawValue: event.code)
            {
                try tell(news, of: after, records: records(of: event, in: after))
            }
        }
        let mayLeave = after.standing.isUsable && !before.standing.isUsable
        if mayLeave || (before.policy == .hold && after.policy != .hold) {
            _ = try transaction.outbox.release(heldFor: domain, isReleased: false, at: now)
        }
    }

    /// Whether the operator's zone loses the record by an update, so that nobody has to do anything.
    private func isSettledByItself(_ event: DomainEvent, in domain: SenderDomain) throws -> Bool {
        guard case .keySafeToRemove(let selector) = event, let key = domain.key(selector),
            case .cname = key.publication
        else { return false }
        return try !parts.base.settings.current(in: transaction).text(.domainsUpdateServer).isEmpty
    }

    /// Tells administrators, or whom the settings name.
    func tell(_ news: DomainStateMail.News, of domain: SenderDomain, records: [MailRecord]) throws {
        let settings = try parts.base.settings.current(in: transaction)
        let content = DomainStateMail(
            domain: domain.domain.unicode, news: news, policy: domain.policy.rawValue, records: records,
            link: try MailComposer.link(settings.addresses.senderDomain(domain.domain)))
        // While a key that others may know stands in DNS, they can sign with it: that does not wait.
        try transaction.tell(
            transaction.readers(of: .domainState, settings: settings).map { Notice(content, to: $0) },
            by: parts.base.composer, canWait: news != .keyCompromised, settings: settings, at: now)
    }

    /// The records that an event is about: those of its key, or those that are wrong.
    private func records(of event: DomainEvent, in domain: SenderDomain) -> [MailRecord] {
        let findings = domain.lastReport?.findings ?? []
        if let selector = event.selector {
            return findings.filter { $0.record.selector == selector }.map { MailRecord($0.record, finding: nil) }
        }
        switch event {
        case .becameWarning, .degraded:
            return findings.filter(\.isWrong).map { MailRecord($0.record, finding: $0.diagnosis.code) }
        default: return []
        }
    }
}

extension MailRecord {
    /// A record of the plan as a mail shows it.
    init(_ record: DomainRecord, finding: String?) {
        self.init(
            name: record.name.description, type: record.type.description, value: record.value, finding: finding)
    }
}
