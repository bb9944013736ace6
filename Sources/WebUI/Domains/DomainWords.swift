import Crypto
import DNS
import Deliveries
import Foundation
import Localization
import MailMessage
import Secrets
import SenderDomains

/// Words and signs for sender domains, their records and what a check found.
enum DomainWords {
    /// The state of a domain.
    static func status(of state: SenderDomain.State, _ text: Localizer) -> StatusView {
        let word = text("domain.state.\(state.rawValue)")
        return switch state {
        case .pending: StatusView(.active, icon: "clock", word)
        case .verified: StatusView(.good, icon: "check-circle", word)
        case .warning: StatusView(.warn, icon: "warning", word)
        case .degraded: StatusView(.bad, icon: "stop", word)
        }
    }

    /// How a record stands.
    static func status(of record: DomainRecord, _ diagnosis: RecordDiagnosis?, _ text: Localizer) -> StatusView {
        if case .notNeeded = record.requirement {
            return StatusView(.plain, icon: "dash", text("page.record.need-not-needed"))
        }
        guard let diagnosis else { return StatusView(.plain, icon: "clock", text("page.record.unchecked")) }
        let word = text("domain.finding.\(diagnosis.code).word")
        return switch diagnosis.weight {
        case .good: StatusView(.good, icon: "check-circle", word)
        case .waiting: StatusView(.active, icon: "clock", word)
        case .unknown: StatusView(.warn, icon: "warning", word)
        case .wrong:
            record.requirement == .required
                ? StatusView(.bad, icon: "stop", word) : StatusView(.warn, icon: "warning", word)
        }
    }

    /// What a record is, in a few words.
    static func title(of record: DomainRecord, _ text: Localizer) -> String {
        text("domain.record.\(record.purpose.rawValue)", ["selector": record.selector ?? ""])
    }

    /// Whether it counts.
    static func need(of requirement: DomainRecord.Requirement, _ text: Localizer) -> String {
        text("page.record.need-\(requirement.code)")
    }

    /// What a check found out about a record, and what to do.
    static func finding(
        _ diagnosis: RecordDiagnosis, of record: DomainRecord, _ text: Localizer
    ) -> (text: String, advice: String?) {
        let key = "domain.finding.\(diagnosis.code)"
        let values = values(of: diagnosis, record, text)
        let advice = "\(key).advice"
        return (text("\(key).text", values), text.has(advice) ? text(advice, values) : nil)
    }

    /// Servers that could not be asked, each with why.
    static func troubles(_ troubles: [ServerTrouble], _ text: Localizer) -> [String] {
        troubles.map { trouble in
            let isResolver = trouble.server == ServerTrouble.resolver
            return text(
                "domain.trouble.server",
                [
                    "server": isResolver ? text("domain.trouble.resolver") : trouble.server,
                    "reason": text("domain.trouble.\(trouble.code.rawValue)"),
                ])
        }
    }

    /// So many seconds in the largest unit that leaves at least two of it.
    static func span(_ seconds: Int, _ text: Localizer) -> String {
        switch seconds {
        case ..<120: text.plural("domain.span.seconds", max(1, seconds))
        case ..<7_200: text.plural("domain.span.minutes", (seconds + 59) / 60)
        default: text.plural("domain.span.hours", (seconds + 3_599) / 3_600)
        }
    }

    private static func values(
        of diagnosis: RecordDiagnosis, _ record: DomainRecord, _ text: Localizer
    ) -> [String: String] {
        switch diagnosis {
        case .nameDoubled(let name): ["name": name.description]
        case .targetMissing(let target): ["target": target.description]
        case .weakKey(let bits): ["bits": text.number(bits)]
        case .oldValueCached(let seconds): ["time": span(seconds, text)]
        case .notAtAllServers(let servers): ["servers": text.list(servers)]
        case .resolverTrouble(let troubles): ["servers": text.list(self.troubles(troubles, text))]
        case .spfTooManyLookups(let count, _): ["count": text.number(count)]
        case .spfBroken(_, let detail): ["detail": detail]
        case .includeBroken(let include): ["include": include]
        default: [:]
        }
    }

    /// What is to be said before the check list: why no record can help, or what stands in the way.
    static func warnings(of domain: SenderDomain, _ plan: RecordPlan?, _ text: Localizer) -> [DomainPage.Warning] {
        var warnings: [DomainPage.Warning] = []
        if let obstacle = plan?.obstacle {
            warnings.append(
                .init(kind: "bad", icon: "stop", text: text("domain.obstacle.\(obstacle.rawValue)")))
        }
        if let dmarc = domain.lastReport?.dmarc, dmarc.differ {
            warnings.append(
                .init(
                    kind: "warn", icon: "info",
                    text: text(
                        "domain.look.differ",
                        ["new": policy(dmarc.treeWalk?.policy, text), "old": policy(dmarc.publicSuffix?.policy, text)]))
            )
        }
        return warnings
    }

    /// The A-labels of a domain that people write otherwise; `nil` if they write it so.
    static func ascii(_ domain: MailDomain) -> String? { domain.ascii == domain.unicode ? nil : domain.ascii }

    /// How a request stands.
    static func status(of state: DomainRequest.State, _ text: Localizer) -> StatusView {
        let word = text("page.domain.requestState-\(state.rawValue)")
        return switch state {
        case .open: StatusView(.active, icon: "clock", word)
        case .approved: StatusView(.good, icon: "check", word)
        case .refused: StatusView(.bad, icon: "cross", word)
        }
    }

    /// Why a domain cannot become a sender domain, at the field `domain`.
    static func mistake(_ refusal: DomainRefusal) -> FieldError {
        switch refusal {
        case .empty: FieldError("domain", "required")
        case .mailboxProvider(let domain), .publicSuffix(let domain):
            FieldError("domain", "domain-\(refusal.code)", ["domain": domain])
        default: FieldError("domain", "domain-\(refusal.code)")
        }
    }

    /// What a person should look at twice.
    static func caution(_ caution: DomainCaution, _ text: Localizer) -> String {
        let key = "domain.caution.\(caution.code)"
        return switch caution {
        case .mixedScripts(let label): text(key, ["label": label])
        case .looksLatin(let label, let latin): text(key, ["label": label, "latin": latin])
        case .looksLike(let other): text(key, ["other": other])
        }
    }

    /// An entry of a domain's history.
    static func event(_ entry: DomainHistoryEntry, _ text: Localizer) -> String {
        let event = "domain.event.\(entry.code)"
        if text.has(event) { return text(event, ["selector": entry.detail]) }
        let policy = SenderDomain.Policy(rawValue: entry.detail).map { text("page.domain.policy-\($0.rawValue)") }
        return text("domain.deed.\(entry.code)", ["detail": policy ?? entry.detail])
    }

    /// The sign of an entry of a domain's history.
    static func sign(of code: String) -> (kind: String, icon: String) {
        switch code {
        case "verified", "healed", "control-proven", "approved", "key-seen", "key-activated": ("good", "check-circle")
        case "warning", "rotation-due", "key-safe-to-remove", "update-refused": ("warn", "warning")
        case "degraded", "key-compromised", "refused": ("bad", "stop")
        case "removed", "key-gone", "key-forgotten": ("none", "bin")
        case let code where code.hasPrefix("key-") || code.hasPrefix("rotated"): ("none", "key")
        default: ("none", "info")
        }
    }

    private static func policy(_ policy: DMARCFinding.Policy?, _ text: Localizer) -> String {
        text("domain.look.policy-\(policy?.rawValue ?? "absent")")
    }

    /// The fingerprint of a key, in groups that people can read to each other.
    static func fingerprint(_ key: Data) -> String {
        let octets = Array(SHA256.hash(data: key).prefix(16))
        return stride(from: 0, to: octets.count, by: 2).map { Hex.encode(octets[$0...$0 + 1]) }.joined(separator: " ")
    }
}
