public import DNS

/// Counts what records cost, by walking through all that they include.
public struct SPFLookupCounter: Sendable {
    /// Where the walk ends: far beyond what is allowed, so that a hostile record keeps nobody busy.
    public static let maximumEntries = 100

    private let resolver: any DNSResolver

    /// A counter that asks a resolver for the records that are included.
    public init(resolver: any DNSResolver) {
        self.resolver = resolver
    }

    /// Counts the terms of a record, which need not be published yet.
    ///
    /// - Parameters:
    ///   - record: the record.
    ///   - domain: whose record it is or shall be.
    public func count(_ record: SPFRecord, of domain: DNSName) async -> SPFLookupCount {
        var count = SPFLookupCount()
        await walk(record, path: [domain], &count)
        return count
    }

    private func walk(_ record: SPFRecord, path: [DNSName], _ count: inout SPFLookupCount) async {
        guard let domain = path.last else { return }
        for term in Self.reached(record) where term.asksDNS {
            guard count.entries.count < Self.maximumEntries else {
                count.isCutOff = true
                return
            }
            let index = count.entries.count
            let next = term.otherRecord?.fixedName
            count.entries.append(
                SPFLookupCount.Entry(
                    domain: domain, depth: path.count - 1, term: term, cost: 1, isOpen: Self.isOpen(term)))
            guard let next else { continue }
            if path.contains(next) {
                count.entries[index].problem = .loop(path + [next])
                continue
            }
            do {
                let included = try await self.record(of: next)
                await walk(included, path: path + [next], &count)
                count.entries[index].cost = count.entries.count - index
            } catch {
                count.entries[index].problem = error
            }
        }
    }

    private func record(of name: DNSName) async throws(SPFProblem) -> SPFRecord {
        let answer: DNSAnswer
        do {
            answer = try await resolver.resolve(name, .txt)
        } catch {
            throw .dns(name, .txt, error)
        }
        return try SPFRecord(in: answer, of: name)
    }

    /// The terms that can be reached: nothing behind an "all", and no redirect beside one (RFC 7208, 5.1). The redirect
    /// is the last, wherever it stands (RFC 7208, 6.1).
    private static func reached(_ record: SPFRecord) -> [SPFTerm] {
        var terms: [SPFTerm] = []
        for case .directive(let directive) in record.terms {
            terms.append(.directive(directive))
            if directive.mechanism == .all { return terms }
        }
        return terms + (record.redirect.map { [.redirect($0)] } ?? [])
    }

    private static func isOpen(_ term: SPFTerm) -> Bool {
        guard case .directive(let directive) = term else { return term.otherRecord?.fixedName == nil }
        return directive.mechanism.target.map { $0.fixedName == nil } ?? false
    }
}
