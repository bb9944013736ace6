/// What the findings about all records come to, with the installation as it is set up.
struct DomainConclusion {
    let domain: SenderDomain
    let setup: DomainSetup
    let findings: [RecordFinding]
    let outcomes: [DomainInquiry.Outcome]
    let dmarc: DMARCFinding?

    /// Whether a key that may sign is right everywhere.
    var dkim: DomainReport.Certainty {
        var certainty = DomainReport.Certainty.no
        for finding in findings where finding.record.purpose == .dkim {
            guard let key = finding.record.selector.flatMap({ domain.key($0) }), maySign(key) else { continue }
            switch finding.diagnosis {
            case .ok, .oldValueCached: return .yes
            // A key that signs already still reaches those who ask the other servers.
            case .notAtAllServers where key.phase == .active: certainty = .unknown
            case let diagnosis where diagnosis.weight == .unknown: certainty = .unknown
            default: break
            }
        }
        return certainty
    }

    /// Whether SPF passes and aligns (RFC 9989, 4.4.2).
    var spf: DomainReport.Certainty {
        switch setup.returnPath {
        case .own: .no
        case .account: certainty(.spf)
        case .subdomain: certainty(.bounceSPF)
        }
    }

    /// Whether reports to `bounce.<domain>` arrive, and mail from there is let through.
    var bounces: DomainReport.Certainty {
        guard setup.returnPath == .subdomain else { return .no }
        let exchange = certainty(.bounceMX)
        // Alignment is another matter: a strict policy does not stop reports.
        let isStrict = findings.contains { $0.record.purpose == .bounceSPF && $0.diagnosis == .strictAlignment }
        let sender = isStrict ? .yes : certainty(.bounceSPF)
        if exchange == .no || sender == .no { return .no }
        return exchange == .yes && sender == .yes ? .yes : .unknown
    }

    /// Whether the token is there.
    var control: DomainReport.Certainty {
        if zip(findings, outcomes).contains(where: { $0.record.purpose == .control && $1.isFound }) { return .yes }
        return certainty(.control)
    }

    private func maySign(_ key: DomainKey) -> Bool {
        guard key.phase == .pending || key.phase == .active else { return false }
        if key.origin == .told { return true }
        guard key.sealedPrivateKey != nil, let type = key.type else { return false }
        return setup.signing.keyTypes.contains(type)
    }

    private func certainty(_ purpose: DomainRecord.Purpose) -> DomainReport.Certainty {
        guard let finding = findings.first(where: { $0.record.purpose == purpose }) else { return .no }
        switch finding.diagnosis {
        case .ok, .oldValueCached: return .yes
        case .notAtAllServers: return .unknown
        case .notChecked: return .no
        case let diagnosis: return diagnosis.weight == .unknown ? .unknown : .no
        }
    }
}
