import DNS
import FoundationEssentials
import MailAuth

extension DomainInquiry {
    /// What became of one record.
    struct Outcome: Sendable {
        var diagnosis: RecordDiagnosis
        /// The domain's servers that said something of use, and those that did not.
        var heard: [String] = []
        var silent: [ServerTrouble] = []
        /// What was learned of a key of which only the selector was known.
        var learned: (String, DomainReport.LearnedKey)?
        /// Whether the record was found although nobody needs it.
        var isFound = false

        init(_ diagnosis: RecordDiagnosis) {
            self.diagnosis = diagnosis
        }
    }

    /// Finds out about one record.
    func outcome(of record: DomainRecord, _ ground: Ground) async -> Outcome {
        if let verdict = ground.verdict { return Outcome(verdict) }
        if record.purpose == .dmarc { return Outcome(dmarc(record, ground)) }
        switch record.requirement {
        case .required, .recommended, .optional, .removable: break
        // Whoever publishes the token although nothing asks for it has proven control all the same.
        case .notNeeded(.keyProvesControl): break
        case .notNeeded: return Outcome(.notChecked)
        }
        guard let zone = ground.zones[record.zone] else { return Outcome(.notChecked) }
        let key = record.selector.flatMap { domain.key($0) }
        var (evidence, voices) = await evidence(of: record, at: record.name, zone, ground)
        if let failure = zone.trouble {
            evidence.silent.append(ServerTrouble(server: ServerTrouble.resolver, code: failure.code))
        }

        let isNew = key.map { $0.phase == .pending } ?? false
        let isStrict = isNew && start.timeIntervalSince(key?.createdAt ?? start) < DomainCheck.patience
        var outcome = Outcome(
            record.requirement == .removable ? evidence.removal : evidence.diagnosis(isStrict: isStrict))
        outcome.heard = evidence.heard.map(\.server)
        outcome.silent = evidence.silent
        if outcome.diagnosis == .missing, let doubled = await doubled(record, zone, ground) {
            outcome.diagnosis = .nameDoubled(at: doubled)
        }
        if record.purpose == .bounceSPF, outcome.diagnosis == .ok, ground.dmarc.finding?.isSPFStrict == true {
            outcome.diagnosis = .strictAlignment
        }
        if case .notNeeded = record.requirement {
            outcome.isFound = outcome.diagnosis == .ok
            outcome.diagnosis = .notChecked
        }
        if let key, key.origin == .told, outcome.diagnosis == .ok || outcome.diagnosis.weight == .waiting {
            outcome.learned = learned(key.selector, voices)
        }
        return outcome
    }

    // MARK: Hearing

    /// Asks all that know about a record, and judges what each says.
    private func evidence(
        of record: DomainRecord, at name: DNSName, _ zone: Zone, _ ground: Ground
    ) async -> (RecordEvidence, [RecordVoice]) {
        let voices = await withTaskGroup(of: (Int, RecordVoice).self) { group in
            for (index, server) in zone.servers.enumerated() {
                guard case .success(let access) = server.access else { continue }
                group.addTask { (index, await voice(server.name.description, access, record, name)) }
            }
            group.addTask { (-1, await voice(ServerTrouble.resolver, check.resolver, record, name)) }
            return await group.reduce(into: [Int: RecordVoice]()) { $0[$1.0] = $1.1 }
        }
        let resolved = voices[-1]
        var final: RecordJudgement?
        if let resolved, case .success(let answer) = resolved.records {
            final = await judgement(record, name, answer, ground)
        }
        var evidence = RecordEvidence(
            resolver: Self.resolverJudgement(record, resolved, final), secondsLeft: resolved?.secondsLeft ?? 0)
        for (index, server) in zone.servers.enumerated() {
            let label = server.name.description
            guard let voice = voices[index] else {
                if case .failure(let failure) = server.access {
                    evidence.silent.append(ServerTrouble(server: label, code: failure.code))
                }
                continue
            }
            if let target = voice.target, record.purpose != .nextKey {
                evidence.heard.append((label, Self.aliasJudgement(record, target, final)))
            } else if case .success(let answer) = voice.records {
                evidence.heard.append((label, await judgement(record, name, answer, ground)))
            } else if let trouble = voice.trouble {
                evidence.silent.append(ServerTrouble(server: label, code: trouble))
            }
        }
        return (evidence, voices.values.map { $0 })
    }

    private func voice(
        _ label: String, _ resolver: any DNSResolver, _ record: DomainRecord, _ name: DNSName
    ) async -> RecordVoice {
        // Behind the alias of a key that is still to be made there is nothing.
        let type: DNSRecordType = record.type == .cname && record.purpose == .dkim ? .txt : record.type
        async let records = budget.ask(resolver, name, type)
        // Keys may stand behind an alias, whether or not one is wanted.
        guard record.purpose == .dkim else { return await RecordVoice(server: label, records: records, alias: nil) }
        async let alias = budget.ask(resolver, name, .cname)
        return await RecordVoice(server: label, records: records, alias: alias)
    }

    // MARK: Judging

    private func judgement(
        _ record: DomainRecord, _ name: DNSName, _ answer: DNSAnswer, _ ground: Ground
    ) async -> RecordJudgement {
        switch record.purpose {
        case .dkim:
            let text = record.selector.flatMap { domain.key($0)?.publicRecord } ?? ""
            return KeyJudge(text).judge(answer.texts)
        case .spf, .bounceSPF:
            guard let include else { return .absent }
            let judge = SPFJudge(
                domain: name, include: include, samples: setup.ownAddresses + ground.facts.samples,
                includeProblem: ground.facts.problem, proposal: record.value, resolver: resolver)
            return await judge.judge(answer)
        case .nextKey: return Self.aliasJudgement(record, answer)
        case .bounceMX: return Self.exchangeJudgement(record, answer)
        case .control: return Self.tokenJudgement(record.value, answer)
        case .dmarc: return .absent
        }
    }

    /// An alias that leads to the right text is right, whatever way was planned.
    private static func aliasJudgement(
        _ record: DomainRecord, _ target: DNSName, _ final: RecordJudgement?
    ) -> RecordJudgement {
        if final == .right { return .right }
        if record.type == .cname, DNSName(record.value) == target { return .right }
        return .wrong(.wrongTarget(found: target))
    }

    /// The alias of a key that is still to be made.
    private static func aliasJudgement(_ record: DomainRecord, _ answer: DNSAnswer) -> RecordJudgement {
        for case .cname(let target) in answer.records.map(\.data) {
            return target == DNSName(record.value) ? .right : .wrong(.wrongTarget(found: target))
        }
        return .absent
    }

    private static func resolverJudgement(
        _ record: DomainRecord, _ voice: RecordVoice?, _ final: RecordJudgement?
    ) -> Result<RecordJudgement, DNSFailure> {
        guard let voice else { return .failure(DNSFailure(.cancelled)) }
        if case .failure(let failure) = voice.records { return .failure(failure) }
        let planned = record.type == .cname && record.purpose == .dkim ? DNSName(record.value) : nil
        if let planned, voice.target == planned, final != .right {
            return .success(.wrong(.targetMissing(target: planned)))
        }
        return .success(final ?? .absent)
    }

    private static func exchangeJudgement(_ record: DomainRecord, _ answer: DNSAnswer) -> RecordJudgement {
        let wanted = record.value.split(separator: " ").last.flatMap { DNSName(String($0)) }
        let found = answer.records.compactMap { record -> (UInt16, DNSName)? in
            if case .mx(let preference, let exchange) = record.data { (preference, exchange) } else { nil }
        }
        if found.isEmpty { return .absent }
        // Others may stand beside it only behind it: mail goes to the first that answers (RFC 5321, 5.1).
        if let best = found.map(\.0).min(), found.contains(where: { $0.0 == best && $0.1 == wanted }) { return .right }
        return .wrong(.wrongValue(found: found.map { "\($0.0) \($0.1)." }.sorted().joined(separator: ", ")))
    }

    private static func tokenJudgement(_ token: String, _ answer: DNSAnswer) -> RecordJudgement {
        let texts = answer.texts.map { text in
            String(decoding: text.filter { !KeyJudge.isPanelDirt($0) && $0 != 0x20 }, as: UTF8.self)
        }
        // Tokens of others may stand beside ours, and quotes of the panel do no harm.
        if texts.contains(token) { return .right }
        guard let text = texts.first(where: { $0.hasPrefix("depesche-verification=") }) ?? texts.first else {
            return .absent
        }
        if text.utf8.count >= 30, token.hasPrefix(text) { return .wrong(.truncated(found: text)) }
        return .wrong(.wrongValue(found: text))
    }

    private func dmarc(_ record: DomainRecord, _ ground: Ground) -> RecordDiagnosis {
        if let failure = ground.dmarc.failure { return Self.trouble(failure) }
        if ground.dmarc.own.count > 1 { return .twoRecords(found: ground.dmarc.own) }
        return ground.dmarc.finding == nil ? .missing : .ok
    }

    // MARK: Further places

    /// Where a record stands whose name the panel doubled: an absolute name with the zone behind it once more.
    private func doubled(_ record: DomainRecord, _ zone: Zone, _ ground: Ground) async -> DNSName? {
        guard let name = DNSName(labels: record.name.labels + zone.apex.labels) else { return nil }
        let (evidence, _) = await evidence(of: record, at: name, zone, ground)
        let isThere = evidence.heard.contains { voice in
            switch voice.judgement {
            case .right, .wrong(.truncated), .wrong(.mangled): true
            case .absent, .wrong: false
            }
        }
        return isThere ? name : nil
    }

    private func learned(_ selector: String, _ voices: [RecordVoice]) -> (String, DomainReport.LearnedKey)? {
        for voice in voices {
            for text in (try? voice.records.get())?.texts ?? [] {
                guard let record = try? DKIMKeyRecord(parsing: text), let type = record.keyType,
                    !record.isRevoked
                else { continue }
                return (selector, .init(type: .init(type), record: String(decoding: text, as: UTF8.self)))
            }
        }
        return nil
    }
}
