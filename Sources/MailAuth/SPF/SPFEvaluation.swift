import DNS

/// One evaluation under way.
struct SPFEvaluation {
    /// What a record says, before it is known whose record was asked for.
    private struct Decision {
        var code: SPFResult.Code
        var target: SPFTarget
        var match: SPFTerm?
        var explanation: SPFDomainSpec?
    }

    private let request: SPFRequest
    private let resolver: any DNSResolver
    private let limits: SPFLimits
    private let records: SPFRecordCache
    private var values: SPFMacroValues
    private var lookups = 0
    private var voidLookups = 0
    /// The names of the client's address that lead back to it, once they were looked up.
    private var validatedNames: [DNSName]?

    static func run(
        _ request: SPFRequest, _ resolver: any DNSResolver, _ limits: SPFLimits, _ records: SPFRecordCache
    ) async -> SPFResult {
        var evaluation = SPFEvaluation(request, resolver, limits, records)
        return await evaluation.result()
    }

    private init(
        _ request: SPFRequest, _ resolver: any DNSResolver, _ limits: SPFLimits, _ records: SPFRecordCache
    ) {
        self.request = request
        self.resolver = resolver
        self.limits = limits
        self.records = records
        values = SPFMacroValues(request)
    }

    private mutating func result() async -> SPFResult {
        let domain = String(decoding: request.domain, as: UTF8.self)
        var result = SPFResult(
            code: .none, identity: request.identity, domain: domain, decidingDomain: domain, lookups: 0, voidLookups: 0)
        guard let target = request.target else {
            result.problem = .malformedDomain(domain)
            return result
        }
        do {
            let decision = try await decision(for: target, path: [])
            result.code = decision.code
            if decision.target != target { result.decidingDomain = decision.target.name.description }
            result.match = decision.match
            if decision.code == .fail { result.explanation = await explanation(of: decision) }
        } catch {
            switch error {
            case .noRecord(target.name), .noSuchDomain(target.name): result.code = .none
            default: result.code = error.isTemporary ? .temperror : .permerror
            }
            result.problem = error
        }
        result.lookups = lookups
        result.voidLookups = voidLookups
        return result
    }

    /// Evaluates the record of a domain, and those to which it redirects.
    ///
    /// - Parameter path: the domains whose evaluation led here.
    private mutating func decision(for target: SPFTarget, path: [DNSName]) async throws(SPFProblem) -> Decision {
        var target = target
        var path = path
        var record = try await record(of: target.name, isFirst: path.isEmpty)
        while true {
            path.append(target.name)
            for term in record.terms {
                guard case .directive(let directive) = term else { continue }
                var isMatch = Self.matches(directive.mechanism, values.address)
                if isMatch == nil { isMatch = try await findsMatch(directive.mechanism, of: target, path: path) }
                if isMatch == true {
                    return Decision(
                        code: SPFResult.Code(directive.qualifier), target: target, match: term,
                        explanation: record.explanation)
                }
            }
            // RFC 7208, 4.7: neutral where nothing matches and nothing else is said.
            guard let redirect = record.redirect else { return Decision(code: .neutral, target: target) }
            try countLookup()
            guard let next = try await expanded(redirect, for: target) else {
                throw .missingRecord(redirect.description, of: target.name)
            }
            record = try await neededRecord(of: next, by: target.name, path: path)
            target = next
        }
    }

    /// The record of a domain that an `include` or `redirect` names.
    private mutating func neededRecord(
        of next: SPFTarget, by domain: DNSName, path: [DNSName]
    ) async throws(SPFProblem) -> SPFRecord {
        // The same record with the same sender comes to the same place again, until the limit of ten ends it.
        if path.contains(next.name) { throw .loop(path + [next.name]) }
        do {
            return try await record(of: next.name, isFirst: false)
        } catch {
            switch error {
            case .noRecord(next.name), .noSuchDomain(next.name):
                throw .missingRecord(next.name.description, of: domain)
            default: throw error
            }
        }
    }

    private mutating func record(of name: DNSName, isFirst: Bool) async throws(SPFProblem) -> SPFRecord {
        let answer = try await ask(name, .txt)
        if !isFirst { try note(answer, name, .txt) }
        return try SPFRecord(in: answer, of: name, read: records.record)
    }

    // MARK: Mechanisms

    /// Whether a mechanism matches, where that can be said without asking DNS; else `nil`.
    private static func matches(_ mechanism: SPFMechanism, _ client: IPAddress) -> Bool? {
        switch mechanism {
        case .all: true
        case .ip4(let network, let prefix), .ip6(let network, let prefix):
            client.matches(network, prefixLength: prefix)
        case .include, .a, .mx, .ptr, .exists: nil
        }
    }

    /// Whether a mechanism matches that asks DNS.
    private mutating func findsMatch(
        _ mechanism: SPFMechanism, of domain: SPFTarget, path: [DNSName]
    ) async throws(SPFProblem) -> Bool {
        try countLookup()
        var target = domain
        if let spec = mechanism.target {
            // RFC 8616, 4: a macro made of a local part beyond ASCII matches nothing.
            if spec.needsLocalPart, request.hasLocalPartBeyondASCII { return false }
            guard let named = try await expanded(spec, for: domain) else {
                if case .include = mechanism { throw .missingRecord(spec.description, of: domain.name) }
                return false
            }
            target = named
        }
        switch mechanism {
        case .include: return try await includes(target, by: domain.name, path: path)
        case .a(_, let four, let six): return try await hasAddress(target.name, four, six)
        case .mx(_, let four, let six): return try await hasExchange(target.name, four, six)
        case .ptr:
            return try await namesOfClient().contains { $0.isSubdomain(of: target.name) }
        default:
            // RFC 7208, 5.7: exists asks for IPv4 addresses whatever the client has.
            let answer = try await ask(target.name, .a)
            try note(answer, target.name, .a)
            return !answer.addresses.isEmpty
        }
    }

    /// RFC 7208, 5.2.
    private mutating func includes(
        _ target: SPFTarget, by domain: DNSName, path: [DNSName]
    ) async throws(SPFProblem) -> Bool {
        if path.contains(target.name) { throw .loop(path + [target.name]) }
        do {
            return try await decision(for: target, path: path).code == .pass
        } catch {
            switch error {
            case .noRecord(target.name), .noSuchDomain(target.name):
                throw .missingRecord(target.name.description, of: domain)
            default: throw error
            }
        }
    }

    /// RFC 7208, 5.3.
    private mutating func hasAddress(_ name: DNSName, _ four: Int, _ six: Int) async throws(SPFProblem) -> Bool {
        let isFour = values.address.family == .v4
        let answer = try await ask(name, isFour ? .a : .aaaa)
        try note(answer, name, isFour ? .a : .aaaa)
        return answer.addresses.contains { $0.matches(values.address, prefixLength: isFour ? four : six) }
    }

    /// RFC 7208, 5.4.
    private mutating func hasExchange(_ name: DNSName, _ four: Int, _ six: Int) async throws(SPFProblem) -> Bool {
        let answer = try await ask(name, .mx)
        try note(answer, name, .mx)
        var exchanges: [(preference: UInt16, name: DNSName)] = []
        for case .mx(let preference, let exchange) in answer.records.lazy.map(\.data) {
            exchanges.append((preference, exchange))
        }
        // RFC 7208, 4.6.4: more than ten are an error.
        guard exchanges.count <= limits.names else { throw .tooManyExchanges(name, count: exchanges.count) }
        exchanges.sort { $0.preference < $1.preference }
        for exchange in exchanges where exchange.name != .root {
            if try await hasAddress(exchange.name, four, six) { return true }
        }
        return false
    }

    /// The names of the client's address that lead back to it (RFC 7208, 5.5).
    private mutating func namesOfClient() async throws(SPFProblem) -> [DNSName] {
        if let validatedNames { return validatedNames }
        var names: [DNSName] = []
        let reverse = values.address.reverseName
        // RFC 7208, 5.5: where DNS cannot be asked, the mechanism does not match.
        if let answer = try await askLeniently(reverse, .ptr) {
            try note(answer, reverse, .ptr)
            for case .ptr(let name) in answer.records.prefix(limits.names).map(\.data) {
                let type: DNSRecordType = values.address.family == .v4 ? .a : .aaaa
                guard let addresses = try await askLeniently(name, type) else { continue }
                try note(addresses, name, type)
                if addresses.addresses.contains(values.address) { names.append(name) }
            }
        }
        validatedNames = names
        return names
    }

    // MARK: Macros

    /// The name that a term of a domain's record is about; `nil` if DNS cannot be asked for it.
    private mutating func expanded(
        _ spec: SPFDomainSpec, for domain: SPFTarget
    ) async throws(SPFProblem) -> SPFTarget? {
        if let name = spec.fixedName { return SPFTarget(name: name) }
        values.domain = domain.text
        if spec.needsValidatedName { try await findValidatedName() }
        return spec.target(values)
    }

    /// RFC 7208, 7.3: the domain itself, else a name beneath it, else any, else "unknown".
    private mutating func findValidatedName() async throws(SPFProblem) {
        let names = try await namesOfClient()
        let domain = SPFDomainSpec.name(values.domain) ?? .root
        let name = names.first { $0 == domain } ?? names.first { $0.isSubdomain(of: domain) } ?? names.first
        values.validatedName = name.map { SPFTarget(name: $0).text } ?? Array("unknown".utf8)
    }

    /// RFC 7208, 6.2: whatever goes wrong, there is no explanation then. Asks no more than once, and counts nothing.
    private mutating func explanation(of decision: Decision) async -> String? {
        guard let spec = decision.explanation, !(spec.needsLocalPart && request.hasLocalPartBeyondASCII) else {
            return nil
        }
        do {
            guard let target = try await expanded(spec, for: decision.target) else { return nil }
            values.domain = decision.target.text
            let texts = try await ask(target.name, .txt).texts
            guard texts.count == 1 else { return nil }
            let text = try SPFMacroString(parsing: texts[0], in: .explanation)
            if text.macros.contains(where: { $0.letter == .validatedName }) { try await findValidatedName() }
            // The request's own words may hold anything; what is shown may not.
            let shown = text.expanded(values).map { (0x20...0x7E).contains($0) ? $0 : UInt8(ascii: "?") }
            return String(decoding: shown, as: UTF8.self)
        } catch {
            return nil
        }
    }

    // MARK: DNS

    private func ask(_ name: DNSName, _ type: DNSRecordType) async throws(SPFProblem) -> DNSAnswer {
        do {
            return try await resolver.resolve(name, type)
        } catch {
            throw .dns(name, type, error)
        }
    }

    /// `nil` where DNS could not be asked, unless the time is over.
    private func askLeniently(_ name: DNSName, _ type: DNSRecordType) async throws(SPFProblem) -> DNSAnswer? {
        do {
            return try await resolver.resolve(name, type)
        } catch {
            if error.code == .cancelled { throw .dns(name, type, error) }
            return nil
        }
    }

    /// RFC 7208, 4.6.4: at most ten terms may ask.
    private mutating func countLookup() throws(SPFProblem) {
        lookups += 1
        if lookups > limits.lookups { throw .tooManyLookups }
    }

    /// RFC 7208, 4.6.4: at most two questions may have no answer.
    private mutating func note(_ answer: DNSAnswer, _ name: DNSName, _ type: DNSRecordType) throws(SPFProblem) {
        guard answer.records.isEmpty else { return }
        voidLookups += 1
        if voidLookups > limits.voidLookups { throw .tooManyVoidLookups(name, type) }
    }
}
