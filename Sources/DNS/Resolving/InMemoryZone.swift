import Synchronization

/// A resolver that knows only what it was told: for tests and demonstrations.
///
/// ```swift
/// let zone = try InMemoryZone("""
///     kunde.example      600 MX   10 mail.kunde.example
///     mail.kunde.example     A    192.0.2.25
///     kunde.example          TXT  "v=spf1 mx -all"
///     """)
/// zone.fail(name, .txt, with: DNSFailure(.timeout))
/// ```
///
/// All names that it was not told of do not exist. It follows aliases, knows empty non-terminals (RFC 8020), takes
/// the negative TTL from the nearest SOA record, and writes down what it was asked. Wildcards are plain names to it.
public final class InMemoryZone: DNSResolver {
    private struct State {
        var records: [DNSName: [DNSRecord]] = [:]
        var verdicts: [DNSName: [DNSRecordType?: DNSAnswer.Verdict]] = [:]
        var failures: [DNSName: [DNSRecordType?: DNSFailure]] = [:]
        var questions: [DNSQuestion] = []
    }

    private let state: Mutex<State>
    private let verdict: DNSAnswer.Verdict
    private let negativeTTL: UInt32

    /// A zone with some records.
    ///
    /// - Parameters:
    ///   - records: what it knows at first.
    ///   - verdict: what DNSSEC says of all answers, unless ``setVerdict(_:_:_:)`` says otherwise.
    ///   - negativeTTL: for how many seconds "there is none" may be kept where no SOA record says so.
    public init(_ records: [DNSRecord] = [], verdict: DNSAnswer.Verdict = .insecure, negativeTTL: UInt32 = 300) {
        self.verdict = verdict
        self.negativeTTL = negativeTTL
        state = Mutex(State(records: Dictionary(grouping: records, by: \.name)))
    }

    /// A zone from the lines of a master file; names may be written without a final dot.
    ///
    /// - Throws: ``MasterFileError`` if the text cannot be read.
    public convenience init(
        _ text: String, verdict: DNSAnswer.Verdict = .insecure, negativeTTL: UInt32 = 300
    ) throws(MasterFileError) {
        self.init(try MasterFile(parsing: text).records, verdict: verdict, negativeTTL: negativeTTL)
    }

    // MARK: Telling it

    /// Adds a record to those of its name and type.
    public func add(_ record: DNSRecord) {
        state.withLock { $0.records[record.name, default: []].append(record) }
    }

    /// Adds records written as in a master file.
    ///
    /// - Throws: ``MasterFileError`` if the text cannot be read; then nothing is added.
    public func add(_ text: String) throws(MasterFileError) {
        for record in try MasterFile(parsing: text).records { add(record) }
    }

    /// Puts records in the place of those of one type at one name; with none the type is gone there.
    ///
    /// - Parameters:
    ///   - name: the name.
    ///   - type: the type of all the data.
    ///   - data: what the records say.
    ///   - ttl: for how many seconds they may be kept.
    public func set(_ name: DNSName, _ type: DNSRecordType, _ data: [DNSRecordData], ttl: UInt32 = 600) {
        state.withLock { state in
            state.records[name, default: []].removeAll { $0.type == type }
            state.records[name, default: []] += data.map { DNSRecord(name, ttl: ttl, $0) }
            if state.records[name]?.isEmpty == true { state.records[name] = nil }
        }
    }

    /// Forgets all records at a name, or those of one type.
    public func remove(_ name: DNSName, _ type: DNSRecordType? = nil) {
        state.withLock { state in
            state.records[name]?.removeAll { type == nil || $0.type == type }
            if state.records[name]?.isEmpty == true { state.records[name] = nil }
        }
    }

    /// Lets questions for a name fail from now on; `nil` heals it.
    ///
    /// - Parameters:
    ///   - name: the name; those beneath it are not meant.
    ///   - type: the only type that fails, or `nil` for all.
    ///   - failure: what is thrown.
    public func fail(_ name: DNSName, _ type: DNSRecordType? = nil, with failure: DNSFailure?) {
        state.withLock { $0.failures[name, default: [:]][type] = failure }
    }

    /// Sets what DNSSEC says from now on; `nil` goes back to what holds otherwise.
    ///
    /// - Parameters:
    ///   - verdict: the verdict.
    ///   - name: the name. Without a type, whatever lies beneath it is meant too, as in a zone of its own.
    ///   - type: the only type that is meant, or `nil` for all.
    public func setVerdict(_ verdict: DNSAnswer.Verdict?, _ name: DNSName, _ type: DNSRecordType? = nil) {
        state.withLock { $0.verdicts[name, default: [:]][type] = verdict }
    }

    // MARK: Asking it

    /// All questions so far, in their order. Aliases that were followed do not count.
    public var questions: [DNSQuestion] { state.withLock { $0.questions } }

    /// How often one question was asked.
    public func count(_ name: DNSName, _ type: DNSRecordType) -> Int {
        questions.count { $0 == DNSQuestion(name, type) }
    }

    /// Forgets the questions.
    public func forgetQuestions() {
        state.withLock { $0.questions = [] }
    }

    /// Answers from what it was told.
    public func resolve(_ name: DNSName, _ type: DNSRecordType) async throws(DNSFailure) -> DNSAnswer {
        if Task.isCancelled { throw DNSFailure(.cancelled) }
        let state = state.withLock { state in
            state.questions.append(DNSQuestion(name, type))
            return state
        }
        var chain = DNSAliasChain(from: name)
        var isSecure = true
        while true {
            if let failure = state.failures[chain.name].flatMap({ $0[type] ?? $0[nil] }) { throw failure }
            isSecure = isSecure && verdict(on: chain.name, type, in: state) == .secure
            let here = state.records[chain.name] ?? []
            let found = here.filter { $0.type == type }
            if found.isEmpty, let alias = here.first(where: { $0.type == .cname }), case .cname(let target) = alias.data
            {
                try chain.follow(alias, to: target)
                continue
            }
            let isThere = !here.isEmpty || state.records.keys.contains { $0.isSubdomain(of: chain.name) }
            let ownTTL = found.isEmpty ? negativeTTL(of: chain.name, in: state) : found.map(\.ttl).min() ?? 0
            return DNSAnswer(
                outcome: !found.isEmpty ? .found : isThere ? .noSuchRecord : .noSuchName, records: found,
                aliases: chain.aliases, ttl: chain.aliases.map(\.ttl).reduce(ownTTL, min),
                verdict: isSecure ? .secure : .insecure)
        }
    }

    private func verdict(on name: DNSName, _ type: DNSRecordType, in state: State) -> DNSAnswer.Verdict {
        if state.verdicts.isEmpty { return verdict }
        if let exact = state.verdicts[name]?[type] { return exact }
        for count in (0...name.labelCount).reversed() {
            if let inherited = state.verdicts[name.suffix(count)]?[nil] { return inherited }
        }
        return verdict
    }

    /// The smaller of the nearest SOA record's own TTL and its minimum (RFC 2308, 5).
    private func negativeTTL(of name: DNSName, in state: State) -> UInt32 {
        for count in (0...name.labelCount).reversed() {
            for record in state.records[name.suffix(count)] ?? [] {
                if case .soa(let start) = record.data { return min(record.ttl, start.minimum) }
            }
        }
        return negativeTTL
    }
}
