import DNS
import MailAuth
import MailMessage

/// Makes the plan of a domain: a record is called required only if the installation, as it is set up, makes it count.
struct RecordPlanner {
    private let domain: SenderDomain
    private let setup: DomainSetup
    private let live: LiveRecords
    private let name: DNSName

    /// A planner; `nil` if the domain is no name in DNS.
    init?(_ domain: SenderDomain, setup: DomainSetup, live: LiveRecords?) {
        guard let name = DNSName(domain.domain.ascii) else { return nil }
        self.domain = domain
        self.setup = setup
        self.name = name
        self.live = live ?? LiveRecords(zone: name)
    }

    func plan() -> RecordPlan {
        let change = spfChange()
        let keys = domain.keys.compactMap(keyRecord)
        let records =
            keys + nextKeys() + [spf(change)].compactMap { $0 } + bounces() + [dmarc(), control()].compactMap { $0 }
        return RecordPlan(
            domain: domain.domain, zone: live.zone, records: records, spf: change, obstacle: obstacle)
    }

    // MARK: DKIM

    private func keyRecord(_ key: DomainKey) -> DomainRecord? {
        guard key.goneAt == nil, !isNextKey(key), let name = DKIMKeyRecord.name(selector: key.selector, domain: name)
        else { return nil }
        switch key.publication {
        case .txt:
            return record(
                .dkim, requirement(of: key), name, .txt, key.publicRecord ?? "", selector: key.selector)
        case .cname(let target):
            return record(.dkim, requirement(of: key), name, .cname, "\(target).", selector: key.selector)
        }
    }

    /// Where aliases lead into the operator's zone, two selectors take turns. With both aliases there from the first day
    /// on, keys change without anybody's doing in the domain's own zone.
    private func nextKeys() -> [DomainRecord] {
        guard let zone = setup.operatorZone, domain.keys.contains(where: \.isAlias) else { return [] }
        return SelectorTemplate.turns.flatMap { number in
            setup.signing.keyTypes.compactMap { type -> DomainRecord? in
                let selector = setup.selectors.selector(number, type)
                guard domain.key(selector).map(isNextKey) ?? true,
                    let name = DKIMKeyRecord.name(selector: selector, domain: name),
                    let target = OperatorRecords.target(selector: selector, domain: domain.domain, zone: zone)
                else { return nil }
                return record(.nextKey, .recommended, name, .cname, "\(target).", selector: selector)
            }
        }
    }

    /// Whether the selector of a key is free for the next one while its alias stays.
    private func isNextKey(_ key: DomainKey) -> Bool {
        guard key.phase == .retired, key.isAlias, setup.operatorZone != nil, let type = key.type else { return false }
        return SelectorTemplate.turns.contains { setup.selectors.selector($0, type) == key.selector }
    }

    private func requirement(of key: DomainKey) -> DomainRecord.Requirement {
        switch key.phase {
        case .retired: return .removable
        case .retiring: return .required
        case .pending, .active: break
        }
        if key.origin == .told {
            // Of several selectors that the operator told, one that works is enough.
            let works = domain.keys.contains { $0.origin == .told && $0.phase == .active }
            return key.phase == .active || !works ? .required : .optional
        }
        guard let type = key.type, setup.signing.keyTypes.contains(type) else { return .notNeeded(.notSigning) }
        // A new Ed25519 key beside RSA is a gain, no need; once it signs, its record must stay.
        return type == .ed25519 && key.phase == .pending ? .recommended : .required
    }

    /// Whether somebody signs: we, or the operator with keys that we were told of.
    private var isSigned: Bool { setup.signing != .none || domain.keys.contains { $0.origin == .told } }

    // MARK: SPF

    private var include: DNSName? { setup.spfInclude.flatMap { DNSName($0) } }

    private func spfChange() -> SPFChange? {
        guard setup.returnPath == .account, let include else { return nil }
        guard let before = live.spf.first, live.spf.count == 1 else {
            guard let first = try? SPFMerge(firstRecordIncluding: include) else { return nil }
            var change = SPFChange(before: nil, first)
            change.lookupsBefore = 0
            change.lookupsAfter = live.includeLookups
            return live.spf.isEmpty ? change : joined(live.spf, include)
        }
        // A record that cannot be read is not made better by an addition: the diagnosis says what is wrong with it.
        guard let merge = try? SPFMerge(including: include, in: Array(before.utf8)) else { return nil }
        var change = SPFChange(before: before, merge)
        change.lookupsBefore = live.spfLookups
        change.lookupsAfter = sum(live.spfLookups, merge.isUnchanged ? 0 : live.includeLookups)
        return change
    }

    /// Several records become one: the terms of all but their ends, and the strictness of the first.
    private func joined(_ texts: [String], _ include: DNSName) -> SPFChange? {
        let records = texts.compactMap { try? SPFRecord(parsing: $0) }
        guard records.count == texts.count, let first = records.first else { return nil }
        var seen: Set<String> = []
        let terms = records.flatMap(\.directives).filter { $0.mechanism != .all }
            .map { SPFTerm.directive($0) }.filter { seen.insert($0.description).inserted }
        let end = first.all ?? records.lazy.compactMap(\.all).first ?? SPFDirective(.softfail, .all)
        let record = SPFRecord(terms: terms + [.directive(end)])
        guard let merge = try? SPFMerge(including: include, in: Array(record.description.utf8)) else { return nil }
        return SPFChange(before: nil, merge)
    }

    private func sum(_ one: Int?, _ other: Int?) -> Int? {
        guard let one, let other else { return nil }
        return one + other
    }

    private func spf(_ change: SPFChange?) -> DomainRecord? {
        switch setup.returnPath {
        case .own: return record(.spf, .notNeeded(.returnPathIsOwn), name, .txt, live.spf.first ?? "")
        case .subdomain: return record(.spf, .notNeeded(.returnPathIsSubdomain), name, .txt, live.spf.first ?? "")
        case .account: break
        }
        guard include != nil else { return record(.spf, .notNeeded(.noInclude), name, .txt, live.spf.first ?? "") }
        let value = change?.after ?? live.spf.first ?? ""
        return record(.spf, .required, name, .txt, value, replaces: live.spf.filter { $0 != value })
    }

    // MARK: Return paths of our own at the sender's domain

    private func bounces() -> [DomainRecord] {
        guard setup.returnPath == .subdomain, let name = name.prefixed(by: ReturnPathMode.bounceLabel) else {
            return []
        }
        var records: [DomainRecord] = []
        if let host = setup.bounceHost {
            records.append(record(.bounceMX, .required, name, .mx, "10 \(host)."))
        }
        if let include, let first = try? SPFMerge(firstRecordIncluding: include) {
            // Only our mail server ever sends with this name, so all others may be refused.
            let text = first.text.replacingSuffix("~all", by: "-all")
            records.append(record(.bounceSPF, isSigned ? .recommended : .required, name, .txt, text))
        }
        return records
    }

    // MARK: DMARC and control

    private func dmarc() -> DomainRecord? {
        guard let name = name.prefixed(by: "_dmarc") else { return nil }
        // What is there is never changed: a stricter policy is the domain's own decision, a laxer one would be a loss.
        guard let view = live.dmarc?.treeWalk ?? live.dmarc?.publicSuffix else {
            return record(.dmarc, .recommended, name, .txt, "v=DMARC1; p=none")
        }
        let reason: DomainRecord.Reason = view.name == name ? .alreadyThere : .inherited
        return record(.dmarc, .notNeeded(reason), name, .txt, view.text)
    }

    private func control() -> DomainRecord? {
        guard let name = ControlProof.recordName(domain.domain) else { return nil }
        let requirement: DomainRecord.Requirement
        if domain.control.isProven {
            requirement = .notNeeded(.controlProven)
        } else if domain.keys.contains(where: { $0.sealedPrivateKey != nil && $0.phase != .retired }),
            setup.signing != .none
        {
            requirement = .notNeeded(.keyProvesControl)
        } else {
            requirement = .required
        }
        return record(.control, requirement, name, .txt, domain.control.recordText)
    }

    // MARK: The whole

    private var obstacle: RecordPlan.Obstacle? {
        if isSigned {
            let canSign = domain.keys.contains { key in
                key.phase != .retired
                    && (key.origin == .told || key.type.map(setup.signing.keyTypes.contains) == true)
            }
            return canSign ? nil : .noKey
        }
        if setup.returnPath == .own { return .nothingAligns }
        return include == nil ? .noInclude : nil
    }

    private func record(
        _ purpose: DomainRecord.Purpose, _ requirement: DomainRecord.Requirement, _ name: DNSName,
        _ type: DNSRecordType, _ value: String, selector: String? = nil, replaces: [String] = []
    ) -> DomainRecord {
        let zone: DNSName? =
            switch purpose {
            case .dkim, .nextKey: live.keyZone
            case .bounceMX, .bounceSPF: live.bounceZone
            case .spf, .dmarc, .control: nil
            }
        return DomainRecord(
            purpose: purpose, requirement: requirement, name: name, zone: zone ?? live.zone, type: type, value: value,
            ttl: setup.ttl, selector: selector, replaces: replaces)
    }
}

extension String {
    fileprivate func replacingSuffix(_ suffix: String, by other: String) -> String {
        hasSuffix(suffix) ? dropLast(suffix.count) + other : self
    }
}
