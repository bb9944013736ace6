public import DNS

/// Finds the policy for an author's domain, and whether a message meets it (RFC 9989, 4.10 and 5.3).
public struct DMARCEvaluator: Sendable {
    /// How many different domains of identifiers are looked at: far more than an honest message has.
    public static let maximumIdentifiers = 16

    private let resolver: any DNSResolver
    private let suffixes: PublicSuffixList?

    /// An evaluator.
    ///
    /// - Parameters:
    ///   - resolver: who is asked.
    ///   - suffixes: the list for the way of RFC 7489; without it only RFC 9989 is followed.
    public init(resolver: any DNSResolver, suffixes: PublicSuffixList? = nil) {
        self.resolver = resolver
        self.suffixes = suffixes
    }

    /// Evaluates a message.
    ///
    /// - Parameters:
    ///   - author: the domain of its author (``DMARCAuthor``).
    ///   - identifiers: what SPF and DKIM found; of those beyond ``maximumIdentifiers`` domains nothing counts.
    public func evaluate(author: DNSName, identifiers: [DMARCIdentifier] = []) async -> DMARCResult {
        var domains: [DNSName] = []
        let identifiers = identifiers.filter { identifier in
            if domains.contains(identifier.domain) { return true }
            domains.append(identifier.domain)
            return domains.count <= Self.maximumIdentifiers
        }
        var walk = DMARCTreeWalk(resolver: resolver)
        let standard = await evaluate(.treeWalk, author, identifiers, &walk)
        guard suffixes != nil else { return DMARCResult(author: author, treeWalk: standard) }
        walk.questions = []
        let older = await evaluate(.publicSuffixList, author, identifiers, &walk)
        return DMARCResult(author: author, treeWalk: standard, publicSuffixList: older)
    }

    private func evaluate(
        _ way: DMARCEvaluation.Way, _ author: DNSName, _ identifiers: [DMARCIdentifier], _ walk: inout DMARCTreeWalk
    ) async -> DMARCEvaluation {
        var result = DMARCEvaluation(
            way: way, code: .none, disposition: .none, percentage: 100, alignments: [], questions: [])
        do {
            result.organizationalDomain = try await organizationalDomain(of: author, way, &walk)
            let found = try await discover(author, way, result.organizationalDomain ?? author, &walk)
            result.policyDomain = found.domain
            result.record = found.record
            result.policy = try await policy(found.record, at: found.domain, for: author, way, &walk)
            for identifier in identifiers {
                result.alignments.append(try await alignment(identifier, author, found.record, way, &walk))
            }
            let isPass = result.alignments.contains { $0.isAligned && $0.identifier.isPass }
            result.code = isPass ? .pass : .fail
            if !isPass { result.disposition = disposition(result.policy ?? .none, found.record, way) }
            if way == .publicSuffixList { result.percentage = found.record.percentage }
        } catch {
            result.problem = error
            switch error {
            case .dns: result.code = .temperror
            // RFC 9989, 4.10.1: no DMARC processing is applied.
            case .noRecord, .severalRecords, .invalidPolicy: result.code = .none
            }
        }
        result.questions = walk.questions
        return result
    }

    private func organizationalDomain(
        of name: DNSName, _ way: DMARCEvaluation.Way, _ walk: inout DMARCTreeWalk
    ) async throws(DMARCProblem) -> DNSName {
        if way == .publicSuffixList, let suffixes { return suffixes.organizationalDomain(of: name) }
        return try await walk.organizationalDomain(of: name)
    }

    /// The record that applies (RFC 9989, 4.10.1; RFC 7489, 6.6.3).
    private func discover(
        _ author: DNSName, _ way: DMARCEvaluation.Way, _ organization: DNSName, _ walk: inout DMARCTreeWalk
    ) async throws(DMARCProblem) -> (domain: DNSName, record: DMARCRecord) {
        var problem = DMARCProblem.noRecord
        switch way {
        case .treeWalk:
            let steps = try await walk.steps(from: author)
            // The author's domain, else the organizational domain, else the public suffix above it.
            for step in steps where step.domain == author || organization.isSubdomain(of: step.domain) {
                if let record = step.record { return (step.domain, record) }
            }
            if let step = steps.first(where: { $0.count > 1 }) {
                problem = .severalRecords(step.domain, count: step.count)
            }
        case .publicSuffixList:
            for domain in author == organization ? [author] : [author, organization] {
                let step = try await walk.step(at: domain)
                if let record = step.record { return (domain, record) }
                // RFC 7489, 6.6.3: several records end the search.
                if step.count > 1 { throw .severalRecords(domain, count: step.count) }
            }
        }
        throw problem
    }

    /// What the record says of the author's domain.
    private func policy(
        _ record: DMARCRecord, at domain: DNSName, for author: DNSName, _ way: DMARCEvaluation.Way,
        _ walk: inout DMARCTreeWalk
    ) async throws(DMARCProblem) -> DMARCPolicy {
        // RFC 9989, 4.7: p may be absent. RFC 7489, 6.6.3: it may not, unless reports are wanted.
        let isUnreadable = record.hasInvalidPolicy || (record.policy == nil && way == .publicSuffixList)
        if isUnreadable {
            guard record.wantsReports else { throw .invalidPolicy(domain) }
            return .none
        }
        let policy = record.policy ?? .none
        if domain == author { return policy }
        if way == .treeWalk, let missing = record.missingSubdomainPolicy, try await !walk.exists(author) {
            return missing
        }
        return record.subdomainPolicy ?? policy
    }

    /// RFC 9989, 4.10.2; RFC 7489, 3.1.
    private func alignment(
        _ identifier: DMARCIdentifier, _ author: DNSName, _ record: DMARCRecord, _ way: DMARCEvaluation.Way,
        _ walk: inout DMARCTreeWalk
    ) async throws(DMARCProblem) -> DMARCAlignment {
        let mode = identifier.mechanism == .spf ? record.spfAlignment : record.dkimAlignment
        var alignment = DMARCAlignment(identifier: identifier, mode: mode, isAligned: identifier.domain == author)
        // What did not pass helps nobody; what is the same domain needs no look-up, nor does strict comparison.
        guard identifier.isPass, mode == .relaxed, !alignment.isAligned else { return alignment }
        let organization = try await organizationalDomain(of: identifier.domain, way, &walk)
        alignment.organizationalDomain = organization
        alignment.isAligned = try await organization == organizationalDomain(of: author, way, &walk)
        return alignment
    }

    /// RFC 9989, 4.7: in test mode one step less is asked for.
    private func disposition(_ policy: DMARCPolicy, _ record: DMARCRecord, _ way: DMARCEvaluation.Way) -> DMARCPolicy {
        way == .treeWalk && record.isTesting ? policy.milder : policy
    }
}
