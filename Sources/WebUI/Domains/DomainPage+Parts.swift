import Foundation
import Localization
import SenderDomains

extension DomainPage.Key {
    /// A key with its state in words.
    ///
    /// - Parameters:
    ///   - key: the key.
    ///   - ttl: the TTL of its record, seconds.
    ///   - now: the present.
    ///   - timeZone: the zone of dates.
    ///   - text: the reader's language.
    init(_ key: DomainKey, ttl: UInt32, now: Date, timeZone: TimeZone, _ text: Localizer) {
        func date(_ date: Date?) -> String { date.map { text.date($0, timeZone: timeZone) } ?? "–" }
        selector = key.selector
        algorithm = text("page.domain.algorithm-\(key.type?.rawValue ?? "unknown")")
        let isTold = key.origin == .told
        switch key.phase {
        case .pending:
            status = StatusView(.active, icon: "clock", text("page.domain.phase-pending"))
            note =
                isTold
                ? text("page.domain.keyNote-told")
                : text("page.domain.keyNote-pending", ["when": text.relative(key.createdAt, now: now)])
        case .active:
            status = StatusView(
                .good, icon: "key", text(isTold ? "page.domain.phase-active-told" : "page.domain.phase-active"))
            note =
                isTold
                ? text("page.domain.keyNote-told")
                : text("page.domain.keyNote-active", ["date": date(key.activatedAt)])
        case .retiring:
            status = StatusView(.plain, icon: "clock", text("page.domain.phase-retiring"))
            let until = key.retiringSince.map { KeyLifeCycle.keepUntil(retiringSince: $0, ttl: ttl) }
            note = text("page.domain.keyNote-retiring", ["date": date(until)])
        case .retired:
            status = StatusView(
                key.isCompromised && key.goneAt == nil ? .bad : .plain, icon: "bin", text("page.domain.phase-retired"))
            note = text(
                key.goneAt != nil
                    ? "page.domain.keyNote-gone"
                    : key.isCompromised ? "page.domain.keyNote-compromised" : "page.domain.keyNote-retired")
        }
    }
}

extension DomainPage.Policy {
    /// All rules, the one in force chosen.
    static func all(chosen: SenderDomain.Policy, _ text: Localizer) -> [DomainPage.Policy] {
        SenderDomain.Policy.allCases.map { policy in
            DomainPage.Policy(
                value: policy.rawValue, title: text("page.domain.policy-\(policy.rawValue)"),
                text: text("page.domain.policy-\(policy.rawValue)-text"), isSelected: policy == chosen)
        }
    }
}
