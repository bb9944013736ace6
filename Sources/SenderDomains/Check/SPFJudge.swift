import DNS
import MailAuth

/// Judges SPF records by evaluating them (RFC 7208, 4), never by their text: whether our mail server passes.
struct SPFJudge: Sendable {
    /// The domain of the envelope sender.
    let domain: DNSName
    /// What the record must include, in whatever way.
    let include: DNSName
    /// Addresses from which our mail is known to come.
    let samples: [IPAddress]
    /// Why the include itself cannot be evaluated.
    let includeProblem: SPFProblem?
    /// The record that was proposed.
    let proposal: String
    /// Who is asked for what records include.
    let resolver: BudgetedResolver

    /// Judges what a voice said of TXT at the domain.
    func judge(_ answer: DNSAnswer) async -> RecordJudgement {
        let texts = SPFRecord.texts(in: answer).map { String(decoding: $0, as: UTF8.self) }
        guard let text = texts.first else { return mangled(in: answer) ?? .absent }
        guard texts.count == 1 else { return .wrong(.twoRecords(found: texts)) }
        let record: SPFRecord
        do {
            record = try SPFRecord(parsing: text)
        } catch {
            if isBeginning(text) { return .wrong(.truncated(found: text)) }
            return .wrong(.spfBroken(found: text, detail: "\(error)"))
        }
        let count = await SPFLookupCounter(resolver: resolver).count(record, of: domain)
        if let problem = count.problems.first {
            let isOurs = count.entries.contains { $0.problem == problem && $0.domain == include } || isInclude(problem)
            if isOurs, includeProblem != nil { return .wrong(.includeBroken(include: include.description)) }
            return .wrong(Self.diagnosis(problem, text))
        }
        if count.isTooMany { return .wrong(.spfTooManyLookups(count: count.total, found: text)) }
        let isIncluded = count.includes(include)
        if samples.isEmpty { return isIncluded ? .right : lacksUs(text) }
        return await evaluate(record, answer, text)
    }

    private func evaluate(_ record: SPFRecord, _ answer: DNSAnswer, _ text: String) async -> RecordJudgement {
        let evaluator = SPFEvaluator(
            resolver: resolver.saying(answer, to: DNSQuestion(domain, .txt)), limits: Self.limits)
        for sample in samples {
            let request = SPFRequest(clientAddress: sample, mailFrom: "postmaster@\(domain)", helo: "\(domain)")
            let result = await evaluator.evaluate(request)
            switch result.code {
            case .pass: continue
            case .temperror, .permerror:
                if let problem = result.problem { return .wrong(Self.diagnosis(problem, text)) }
                return lacksUs(text)
            case .none, .neutral, .fail, .softfail: return lacksUs(text)
            }
        }
        return .right
    }

    private func lacksUs(_ text: String) -> RecordJudgement {
        .wrong(isBeginning(text) ? .truncated(found: text) : .spfLacksUs(found: text))
    }

    private func isBeginning(_ text: String) -> Bool {
        text.utf8.count >= 20 && text.utf8.count < proposal.utf8.count && proposal.hasPrefix(text)
    }

    private func isInclude(_ problem: SPFProblem) -> Bool {
        switch problem {
        case .noRecord(include), .noSuchDomain(include), .severalRecords(include, _), .syntax(include, _),
            .dns(include, _, _):
            true
        default: false
        }
    }

    /// A record that the panel put into quotes of its own.
    private func mangled(in answer: DNSAnswer) -> RecordJudgement? {
        for text in answer.texts where text.contains(where: KeyJudge.isPanelDirt) {
            if SPFRecord.isRecord(text.filter { !KeyJudge.isPanelDirt($0) }) {
                return .wrong(.mangled(found: String(decoding: text, as: UTF8.self)))
            }
        }
        return nil
    }

    /// The time of an evaluation is that of the whole check.
    private static var limits: SPFLimits {
        var limits = SPFLimits.standard
        limits.time = nil
        return limits
    }

    static func diagnosis(_ problem: SPFProblem, _ text: String) -> RecordDiagnosis {
        switch problem {
        case .dns(_, _, let failure) where failure.code == .bogus: .bogus
        case .dns(let name, _, let failure):
            .resolverTrouble([ServerTrouble(server: failure.server ?? "\(name)", code: failure.code)])
        case .tooSlow(let name, _): .resolverTrouble([ServerTrouble(server: "\(name)", code: .timeout)])
        case .tooManyLookups: .spfTooManyLookups(count: SPFChange.lookupLimit + 1, found: text)
        default: .spfBroken(found: text, detail: "\(problem)")
        }
    }
}

/// What is known of the include that the installation is set to.
struct SPFIncludeFacts: Sendable {
    /// An address of each kind from which mail may come, if the include names any.
    var samples: [IPAddress] = []
    /// How many look-ups it costs whoever includes it, itself counted.
    var lookups: Int?
    /// Why it cannot be evaluated.
    var problem: SPFProblem?

    /// Finds out what the include says.
    static func find(_ include: DNSName, _ resolver: BudgetedResolver) async -> SPFIncludeFacts {
        var facts = SPFIncludeFacts()
        do throws(SPFProblem) {
            let record = try await record(include, resolver)
            let count = await SPFLookupCounter(resolver: resolver).count(record, of: include)
            facts.lookups = count.total + 1
            facts.problem = count.problems.first
            await facts.gather(record, resolver, depth: 0)
        } catch {
            facts.problem = error
        }
        return facts
    }

    /// The first address of each kind, here or in what the record includes in turn.
    private mutating func gather(_ record: SPFRecord, _ resolver: BudgetedResolver, depth: Int) async {
        for directive in record.directives where directive.qualifier == .pass {
            switch directive.mechanism {
            case .ip4(let address, _), .ip6(let address, _):
                if !samples.contains(where: { $0.family == address.family }) { samples.append(address) }
            case .include(let target):
                guard depth < 3, samples.count < 2, let name = target.fixedName else { continue }
                if let next = try? await Self.record(name, resolver) {
                    await gather(next, resolver, depth: depth + 1)
                }
            case .all, .a, .mx, .ptr, .exists: continue
            }
        }
    }

    private static func record(_ name: DNSName, _ resolver: BudgetedResolver) async throws(SPFProblem) -> SPFRecord {
        let answer: DNSAnswer
        do throws(DNSFailure) {
            answer = try await resolver.resolve(name, .txt)
        } catch {
            throw .dns(name, .txt, error)
        }
        return try SPFRecord(in: answer, of: name)
    }
}
