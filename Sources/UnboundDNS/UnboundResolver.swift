public import DNS
import Synchronization

/// A resolver that validates by DNSSEC (RFC 4035, 4), on libunbound.
///
/// It keeps what it learns in memory for as long as the records allow, so one serves a whole program. libunbound works
/// on a thread of its own, and another one talks to it: no task and no event loop ever waits for it.
///
/// ```swift
/// let resolver = try UnboundResolver()
/// let answer = try await resolver.resolve(DNSName("_25._tcp.mail.kunde.example")!, .tlsa)
/// if answer.verdict == .secure { … }
/// await resolver.shutDown()
/// ```
public final class UnboundResolver: DNSResolver {
    private let worker: UnboundWorker
    private let timeout: Duration
    private let lastID = Atomic<UInt64>(0)

    /// Starts a resolver. Reads its configuration; asks nobody yet.
    ///
    /// - Throws: ``UnboundError`` if the configuration cannot be read.
    public init(_ configuration: UnboundConfiguration = UnboundConfiguration()) throws(UnboundError) {
        worker = try UnboundWorker(configuration)
        timeout = configuration.timeout
        worker.start()
    }

    deinit {
        worker.stop()
    }

    /// Ends the resolver and its threads. Questions under way fail as cancelled, later ones too.
    public func shutDown() async {
        await worker.shutDown()
    }

    /// Looks up records, follows aliases, and validates all of it. The verdict holds for "there is none" as well.
    ///
    /// - Throws: ``DNSFailure``; ``DNSFailure/Code/bogus`` with libunbound's reason for what does not stand up to
    ///   DNSSEC, ``DNSFailure/Code/busy`` at once if too many questions are under way,
    ///   ``DNSFailure/Code/cancelled`` if the task was cancelled.
    public func resolve(_ name: DNSName, _ type: DNSRecordType) async throws(DNSFailure) -> DNSAnswer {
        let id = lastID.add(1, ordering: .relaxed).newValue
        try worker.admit()
        defer { worker.leave(id: id) }
        let deadline = ContinuousClock.now + timeout
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { asker in
                worker.resolve(id: id, DNSQuestion(name, type), deadline: deadline, asker)
            }
        } onCancel: {
            worker.cancel(id: id)
        }
        return try outcome.get()
    }
}
