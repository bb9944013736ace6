import DNS
import Foundation
import Logging
public import MailMessage
import MailTemplates
public import SenderDomains

/// The keys of sender domains.
extension DomainAdministration {
    /// Makes new keys. They sign as soon as they are seen at all of the domain's servers; until then the old ones go on,
    /// unless others may know them.
    ///
    /// - Parameters:
    ///   - name: the domain.
    ///   - rotation: whether the old keys go on meanwhile.
    ///   - actor: who does it; `nil` for the command line and, with `isByItself`, for the clock.
    ///   - origin: from where.
    ///   - isByItself: whether the clock does it.
    /// - Returns: the domain after a check; its report holds the records to publish.
    /// - Throws: ``DeliveriesError`` `.notFound`, `.conflict` if this installation does not sign, `.busy`.
    public func rotate(
        _ name: MailDomain, _ rotation: SenderDomain.Rotation, by actor: AccountID?, origin: RequestOrigin,
        isByItself: Bool = false
    ) async throws -> SenderDomain {
        let setup = try await parts.base.settings.current().domainSetup
        guard !setup.signing.keyTypes.isEmpty else {
            throw DeliveriesError(.conflict, detail: "this installation does not sign")
        }
        let before = try await domain(name)
        let selectors = before.nextSelectors(setup)
        let fresh = try await parts.keyVault.make(
            selectors, for: name, publication: { setup.publication(of: $0, for: name) }, now: parts.base.now())
        let text = fresh.map(\.selector).joined(separator: ", ")
        let deed: DomainHistoryEntry.Deed =
            isByItself ? .rotatedByItself : rotation == .emergency ? .rotatedInEmergency : .rotated
        let changed = try await parts.change(name) { domain, recorder in
            guard domain.keys.map(\.selector) == before.keys.map(\.selector) else { throw DeliveriesError(.conflict) }
            for key in fresh where domain.key(key.selector) != nil { _ = domain.forget(selector: key.selector) }
            let events = domain.rotate(to: fresh, rotation, now: recorder.now)
            try recorder.note(deed, by: actor, detail: text)
            if !isByItself { try recorder.audit(.domainKeysRotated, by: actor, origin: origin) }
            return events
        }.domain
        if rotation == .emergency {
            try await withdrawFromOperatorZone(changed.keys.filter(\.isCompromised), of: name)
        }
        try await publishInOperatorZone(changed)
        return try await check(name)
    }

    /// Takes over a key of a system that this one replaces, so that nobody has to change anything in DNS.
    ///
    /// - Parameters:
    ///   - pem: the private key.
    ///   - selector: the selector that its record stands at.
    ///   - name: the domain.
    ///   - actor: who does it.
    ///   - origin: from where.
    /// - Returns: the domain after a check.
    /// - Throws: ``DeliveriesError`` `.notFound`; `.invalid` at `key` or `selector`.
    public func importKey(
        _ pem: String, selector: String, for name: MailDomain, by actor: AccountID?, origin: RequestOrigin
    ) async throws -> SenderDomain {
        let selector = selector.trimmingCharacters(in: .whitespaces).lowercased()
        guard DNSName(selector) != nil else {
            throw DeliveriesError(.invalid, fields: [FieldError("selector", "not-a-dns-name", ["entry": selector])])
        }
        let key = try await parts.keyVault.takeOver(
            pem: pem, selector: selector, for: name, now: parts.base.now())
        try await parts.change(name) { domain, recorder in
            guard domain.key(selector) == nil else {
                throw DeliveriesError(.invalid, fields: [FieldError("selector", "selector-taken")])
            }
            domain.add([key], now: recorder.now)
            try recorder.note(.keyImported, by: actor, detail: selector)
            try recorder.audit(.domainKeyImported, by: actor, origin: origin, target: "\(name) \(selector)")
            return []
        }
        return try await check(name)
    }

    /// Forgets a key whose record is gone, that never signed, or that another operator told.
    ///
    /// - Throws: ``DeliveriesError`` `.notFound`; `.conflict` for a key that is still needed.
    public func forgetKey(
        _ selector: String, of name: MailDomain, by actor: AccountID?, origin: RequestOrigin
    ) async throws {
        try await parts.change(name) { domain, recorder in
            guard domain.key(selector) != nil else { throw DeliveriesError(.notFound) }
            guard domain.forget(selector: selector) else { throw DeliveriesError(.conflict) }
            try recorder.note(.keyForgotten, by: actor, detail: selector)
            try recorder.audit(.domainKeyForgotten, by: actor, origin: origin, target: "\(name) \(selector)")
            return []
        }
    }

    // MARK: The operator's zone

    /// Puts the records of keys that aliases lead to into the operator's zone, where that takes updates. Where it does
    /// not, administrators get the records by mail.
    ///
    /// - Parameters:
    ///   - domain: the domain.
    ///   - isRetry: whether it was tried before, so that nobody is told again.
    func publishInOperatorZone(_ domain: SenderDomain, isRetry: Bool = false) async throws {
        let pending = domain.keys.compactMap { key -> (selector: String, target: DNSName, text: String)? in
            guard key.phase == .pending, case .cname(let target) = key.publication, let text = key.publicRecord else {
                return nil
            }
            return (key.selector, target, text)
        }
        guard !pending.isEmpty else { return }
        let settings = try await parts.base.settings.current()
        guard let access = try await parts.zoneAccess(settings) else {
            if isRetry { return }
            try await tell(
                .recordToPublish, of: domain.domain,
                records: pending.map { MailRecord(name: $0.target.description, type: "TXT", value: $0.text) })
            return
        }
        for record in pending {
            do {
                try await parts.updater.replaceText(
                    at: record.target, with: record.text, ttl: settings.domainSetup.ttl, by: access)
                try await note(.recordPublished, of: domain.domain, detail: record.target.description)
            } catch let failure as ZoneUpdateFailure {
                parts.base.log.error(
                    "the operator's zone took no update",
                    metadata: ["name": "\(record.target)", "reason": "\(failure)"])
                if isRetry { return }
                try await note(.updateRefused, of: domain.domain, detail: failure.description)
                try await tell(.updateRefused, of: domain.domain, records: [])
                return
            }
        }
    }

    /// Takes the records of keys out of the operator's zone, where that takes updates.
    func withdrawFromOperatorZone(_ keys: [DomainKey], of domain: MailDomain) async throws {
        let targets = keys.compactMap { key -> DNSName? in
            guard case .cname(let target) = key.publication else { return nil }
            return target
        }
        let settings = try await parts.base.settings.current()
        guard !targets.isEmpty, let access = try await parts.zoneAccess(settings) else { return }
        for target in targets {
            do {
                try await parts.updater.replaceText(at: target, with: nil, ttl: settings.domainSetup.ttl, by: access)
            } catch let failure as ZoneUpdateFailure {
                parts.base.log.error(
                    "the operator's zone took no update", metadata: ["name": "\(target)", "reason": "\(failure)"])
            }
        }
    }

    private func note(_ deed: DomainHistoryEntry.Deed, of name: MailDomain, detail: String) async throws {
        try await parts.change(name) { _, recorder in
            try recorder.note(deed, by: nil, detail: detail)
            return []
        }
    }

    private func tell(_ news: DomainStateMail.News, of name: MailDomain, records: [MailRecord]) async throws {
        try await parts.change(name) { domain, recorder in
            try recorder.tell(news, of: domain, records: records)
            return []
        }
    }
}

extension SenderDomain {
    /// The selectors of the next keys.
    ///
    /// Keys that are published as text get names that the domain never had. Where aliases lead into the operator's
    /// zone, two names take turns, so that the domain's own zone never has to change: the one whose key is retired is
    /// free, and its old record was taken out of the operator's zone when it retired.
    func nextSelectors(_ setup: DomainSetup) -> [DomainKey.KeyType: String] {
        let types = setup.signing.keyTypes
        let taken = keys.map(\.selector)
        guard setup.operatorZone != nil else { return setup.selectors.next(types, taken: taken) }
        let free = SelectorTemplate.turns.first { number in
            DomainKey.KeyType.allCases.allSatisfy { type in
                let key = key(setup.selectors.selector(number, type))
                return key == nil || key?.phase == .retired
            }
        }
        guard let free else { return setup.selectors.next(types, taken: taken) }
        return Dictionary(uniqueKeysWithValues: types.map { ($0, setup.selectors.selector(free, $0)) })
    }
}
