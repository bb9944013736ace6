import DNS

/// Asks for the records of a domain and those above it, each of them once (RFC 9989, 4.10).
struct DMARCTreeWalk {
    /// What stands at one domain.
    struct Step {
        var domain: DNSName
        /// The record, if there is exactly one.
        var record: DMARCRecord?
        /// How many there are.
        var count: Int
    }

    /// How many names one walk asks for at most (RFC 9989, 4.10).
    static let maximumQuestions = 8

    private let resolver: any DNSResolver
    private var known: [DNSName: Step] = [:]
    /// The names that were asked for.
    var questions: [DNSName] = []

    init(resolver: any DNSResolver) {
        self.resolver = resolver
    }

    /// The walk from a domain to the root, or to the first record that says whether it is a public suffix.
    mutating func steps(from start: DNSName) async throws(DMARCProblem) -> [Step] {
        var steps: [Step] = []
        var domain = start
        while !domain.labels.isEmpty {
            let step = try await step(at: domain)
            steps.append(step)
            if let record = step.record, record.publicSuffix != .unknown { break }
            // RFC 9989, 4.10, steps 4 and 7: from eight labels or more at once to seven, then one by one.
            domain = domain.suffix(min(domain.labelCount - 1, Self.maximumQuestions - 1))
        }
        return steps
    }

    /// The domain at the top of the same administration (RFC 9989, 4.10.2).
    mutating func organizationalDomain(of name: DNSName) async throws(DMARCProblem) -> DNSName {
        let found = try await steps(from: name).filter { $0.record != nil }
        for step in found {
            switch step.record?.publicSuffix {
            case .no: return step.domain
            case .yes where step.domain != name: return name.suffix(step.domain.labelCount + 1)
            default: break
            }
        }
        return found.last?.domain ?? name
    }

    /// What stands at one domain.
    mutating func step(at domain: DNSName) async throws(DMARCProblem) -> Step {
        if let step = known[domain] { return step }
        // A name that is too long for another label cannot have a record.
        guard let name = domain.prefixed(by: "_dmarc") else { return Step(domain: domain, count: 0) }
        questions.append(name)
        let answer = try await ask(name, .txt)
        // Whatever does not start with the version is no record; several count as none (RFC 9989, 4.10, step 2).
        let texts = answer.texts.filter(DMARCRecord.isRecord)
        let step = Step(
            domain: domain, record: texts.count == 1 ? DMARCRecord(parsing: texts[0]) : nil, count: texts.count)
        known[domain] = step
        return step
    }

    /// Whether a domain exists, with whatever record (RFC 9989, 3.2.13).
    mutating func exists(_ domain: DNSName) async throws(DMARCProblem) -> Bool {
        questions.append(domain)
        return try await ask(domain, .a).outcome != .noSuchName
    }

    private func ask(_ name: DNSName, _ type: DNSRecordType) async throws(DMARCProblem) -> DNSAnswer {
        do {
            return try await resolver.resolve(name, type)
        } catch {
            throw .dns(name, type, error)
        }
    }
}
