import DNS

/// What one voice says of a record: it is there as it should be, it is not there, or something else is.
enum RecordJudgement: Sendable, Hashable {
    case right
    case absent
    case wrong(RecordDiagnosis)
}

/// What one server, or the resolver, said about one record.
struct RecordVoice: Sendable {
    /// Who said it, as people know it.
    let server: String
    /// What was said of the record's type at the name; of TXT where an alias is expected.
    let records: TimeBudget.Reply
    /// What was said of CNAME at the name, where that was asked.
    let alias: TimeBudget.Reply?

    /// Where an alias at the name leads, if there is one.
    var target: DNSName? {
        let aliases = (try? alias?.get())?.records ?? []
        for record in aliases + ((try? records.get())?.aliases ?? []) {
            if case .cname(let target) = record.data { return target }
        }
        return nil
    }

    /// Why it said nothing of use. An alias out of the zone leads where this server has nothing to say.
    var trouble: DNSFailure.Code? {
        guard target == nil, case .failure(let failure) = records else { return nil }
        return failure.code
    }

    /// For how many seconds what it said may be remembered.
    var secondsLeft: Int { Int((try? records.get())?.ttl ?? (try? alias?.get())?.ttl ?? 0) }
}

/// All that was heard about one record, each voice with what it comes to.
struct RecordEvidence: Sendable {
    /// The domain's own servers that said something of use.
    var heard: [(server: String, judgement: RecordJudgement)] = []
    /// The domain's own servers that did not.
    var silent: [ServerTrouble] = []
    /// What the resolver said, or why it could not.
    var resolver: Result<RecordJudgement, DNSFailure>
    /// For how many seconds the resolver remembers what it said.
    var secondsLeft: Int

    /// What it all comes to.
    ///
    /// The domain's own servers decide. One that does not answer is no obstacle where all others have the record and
    /// the resolver finds it; where none of them can be reached from here at all, the resolver stands in for them if
    /// it finds the record.
    ///
    /// - Parameter isStrict: whether a silent server must be waited for: it might lack what is new.
    func diagnosis(isStrict: Bool) -> RecordDiagnosis {
        let lacking = heard.filter { $0.judgement != .right }
        if heard.isEmpty {
            if case .success(.right) = resolver { return .ok }
            if case .failure(let failure) = resolver {
                if failure.code == .bogus { return .bogus }
                return .resolverTrouble(silent + [ServerTrouble(server: ServerTrouble.resolver, code: failure.code)])
            }
            return .resolverTrouble(silent)
        }
        guard let first = lacking.first else {
            if isStrict && !silent.isEmpty { return .resolverTrouble(silent) }
            switch resolver {
            case .success(.right): return .ok
            // What lies behind an alias is no old value of this one.
            case .success(.wrong(.targetMissing(let target))): return .targetMissing(target: target)
            case .success: return .oldValueCached(secondsLeft: max(1, secondsLeft))
            case .failure(let failure) where failure.code == .bogus: return .bogus
            case .failure(let failure):
                return .resolverTrouble([ServerTrouble(server: ServerTrouble.resolver, code: failure.code)])
            }
        }
        guard lacking.count == heard.count else { return .notAtAllServers(missing: lacking.map(\.server)) }
        if case .wrong(let diagnosis) = first.judgement { return diagnosis }
        return .missing
    }

    /// The same for a record that is to be removed: it is gone when no server has anything there.
    var removal: RecordDiagnosis {
        if heard.contains(where: { $0.judgement != .absent }) { return .stillThere }
        return heard.isEmpty || !silent.isEmpty ? .resolverTrouble(silent) : .gone
    }
}
