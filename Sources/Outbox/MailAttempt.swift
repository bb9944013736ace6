public import Deliveries
public import Foundation
public import Logging
import MailMessage
import SMTP
public import Secrets
public import SenderDomains
import Synchronization

/// What one attempt came to.
public struct AttemptReport: Sendable {
    /// The row afterwards.
    public let entry: OutboxEntry
    /// What became of it.
    public let outcome: RouteOutcome
    /// Whom it came from.
    public let sender: SenderDecision?
}

/// Carries out one attempt at sending a leased row: the worker's way and the test mail's.
///
/// 1. The sender is decided from the settings of this moment.
/// 2. The attempt is recorded and the next one moved forward, before anything is dialled.
/// 3. "Dot sent" is recorded before the answer to the final dot is awaited.
/// 4. The outcome, the recipient's status and the notice to the sender are one commit, which cannot be cancelled.
public struct MailAttempt: Sendable {
    let database: any Database
    let keyRing: KeyRing
    let composer: MailComposer
    let preparation: MailPreparation
    let routes: OutgoingRoutes
    let outcomes: MailOutcome
    let messages: MessageOutcome
    let changes: ChangeHint
    let now: @Sendable () -> Date
    let jitter: @Sendable () -> Double
    let logger: Logger
    let pause: @Sendable (Duration) async throws -> Void
    let schedule = RetrySchedule()

    /// - Parameters:
    ///   - database: where the outbox is.
    ///   - keyRing: seals the conversations.
    ///   - composer: opens the mails.
    ///   - preparation: makes what leaves.
    ///   - routes: the ways by which mail leaves.
    ///   - outcomes: tells deliveries and senders what became of a mail.
    ///   - messages: tells senders what became of messages that were handed in.
    ///   - changes: given after each commit that pages would show.
    ///   - now: the clock.
    ///   - jitter: 0 to 1, spreads the pauses.
    ///   - logger: the log; addresses are not in it.
    ///   - pause: waits between tries at recording an outcome.
    public init(
        database: any Database, keyRing: KeyRing, composer: MailComposer, preparation: MailPreparation,
        routes: OutgoingRoutes, outcomes: MailOutcome, messages: MessageOutcome, changes: ChangeHint,
        now: @escaping @Sendable () -> Date,
        jitter: @escaping @Sendable () -> Double, logger: Logger,
        pause: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        self.database = database
        self.keyRing = keyRing
        self.composer = composer
        self.preparation = preparation
        self.routes = routes
        self.outcomes = outcomes
        self.messages = messages
        self.changes = changes
        self.now = now
        self.jitter = jitter
        self.logger = logger
        self.pause = pause
    }

    /// Tries to send a row that the caller has leased.
    ///
    /// - Parameters:
    ///   - leased: the row.
    ///   - settings: the settings in force.
    ///   - isInteractive: whether somebody waits for the outcome: then a fresh connection with short limits is used.
    /// - Throws: what the database throws before anything was dialled; the row's lease then runs out by itself.
    public func carryOut(
        _ leased: OutboxEntry, settings: Settings, isInteractive: Bool = false
    ) async throws -> AttemptReport {
        if let end = leased.notAfter, now() >= end, settings.route != .local {
            let answer = leased.lastAnswer.isEmpty ? "No attempt succeeded in time." : leased.lastAnswer
            return try await record(
                RouteOutcome(.refused(answer: answer, failureClass: .expired)), of: leased, attempt: nil, sender: nil,
                settings: settings)
        }
        let known = try await known(of: leased, settings: settings)
        if let suppression = known.suppression {
            return try await record(
                .suppressed(suppression), of: leased, attempt: nil, sender: nil, settings: settings)
        }
        let cargo = cargo(of: leased, known.message, settings: settings)
        guard let route = routes[settings.route] else {
            return try await record(
                cargo.withoutRoute(at: now()), of: leased, attempt: nil, sender: nil, settings: settings)
        }
        let sender = cargo.sender
        if let sender, let domain = cargo.authorDomain {
            switch sender.outcome {
            case .hold:
                return try await record(
                    .held(for: domain), of: leased, attempt: nil, sender: sender, settings: settings)
            case .reject:
                return try await record(
                    .rejected(for: domain), of: leased, attempt: nil, sender: sender, settings: settings)
            case .own, .fallback: break
            }
        }
        let run = AttemptRun()
        var outcome = await route.send(
            to: leased.to, protection: cargo.protection, settings: settings, isInteractive: isInteractive,
            start: { () async throws(RouteStop) in
                try await start(leased, cargo, known.material, settings: settings, run: run)
            },
            beforeDot: {
                let at = now()
                let number = run.attempt?.number ?? 0
                guard try await database.write({ try $0.outbox.noteDot(leased.id, attempt: number, at: at) }) else {
                    // Cancelled meanwhile, or the lease ran out and another process is at it: it must not leave.
                    run.cancel()
                    throw CancellationError()
                }
                run.noteDot(at: at)
            })
        if run.isCancelled { outcome = RouteOutcome(.cancelled, conversation: outcome.conversation) }
        if case .postponed = outcome.result, !run.isBegun {
            return try await record(outcome, of: leased, attempt: nil, sender: sender, settings: settings)
        }
        // What is decided without dialling, such as a domain that does not exist, is an attempt too.
        if !run.isBegun { _ = await begin(leased, cargo, known.material, settings: settings, run) }
        if let error = run.trouble { throw error }
        guard let attempt = run.attempt else {
            return AttemptReport(entry: run.entry ?? leased, outcome: RouteOutcome(.cancelled), sender: sender)
        }
        return try await record(
            outcome, of: run.entry ?? leased, attempt: attempt, sender: sender, settings: settings)
    }

    /// What is known of a row before it is attempted.
    private struct Known {
        /// Why its recipient takes no mail.
        var suppression: Suppression?
        /// The message, if it is one that was handed in.
        var message: StoredMessage?
        /// What leaves is made of this, if it is so small that it may be held while a place is waited for.
        var material: MailPreparation.Material?
    }

    private static let largestHeld = 64 << 10

    private func known(of leased: OutboxEntry, settings: Settings) async throws -> Known {
        let minds = settings.route != .local && !leased.content.ignoresSuppressions
        guard minds || leased.message != nil else { return Known() }
        return try await database.read { transaction in
            var known = Known()
            if minds { known.suppression = try transaction.suppressions.suppression(of: leased.to) }
            guard known.suppression == nil, let id = leased.message else { return known }
            known.message = try transaction.messages.message(id)
            if let message = known.message, message.size <= Self.largestHeld {
                known.material = try preparation.material(for: message, settings: settings, in: transaction)
            }
            return known
        }
    }

    /// What a row sends, and from whom.
    private func cargo(of leased: OutboxEntry, _ message: StoredMessage?, settings: Settings) -> AttemptCargo {
        switch leased.content {
        case .composed:
            guard let mail = try? composer.open(leased) else {
                logger.error("a mail in the outbox cannot be opened", metadata: leased.logMetadata())
                return .unreadable
            }
            return .mail(mail, settings.senderDecision(author: mail.author, isReleased: leased.isReleased))
        case .message:
            guard let message else { return .unreadable }
            guard message.origin == .submission else { return .message(message, nil) }
            let author = Mailbox(address: message.from)
            return .message(message, settings.senderDecision(author: author, isReleased: leased.isReleased))
        }
    }

    /// Records the attempt, and makes what leaves.
    private func start(
        _ leased: OutboxEntry, _ cargo: AttemptCargo, _ known: MailPreparation.Material?, settings: Settings,
        run: AttemptRun
    ) async throws(RouteStop) -> OutboundMessage {
        let material = await begin(leased, cargo, known, settings: settings, run)
        guard run.attempt != nil else { throw RouteStop(RouteOutcome(.cancelled)) }
        switch cargo {
        case .mail(let mail, let sender?):
            return try await preparation.message(
                mail, sender: sender, returnPath: returnPath(of: leased.id, sender), material: material)
        case .mail: throw RouteStop(.missingSender)
        case .message(let message, _):
            return try await preparation.message(message, to: leased, material: material)
        case .unreadable: throw RouteStop(.unreadable)
        }
    }

    /// Where reports about a mail go: to a keyed address of its own where the decision says so.
    private func returnPath(of id: OutboxEntryID, _ sender: SenderDecision) -> ReversePath {
        guard let domain = sender.keyedReturnPathDomain,
            let address = try? ReturnPathAddress.make(for: id, at: domain, keys: keyRing, now: now())
        else { return sender.envelopeFrom }
        return .address(address)
    }

    /// Records the attempt and moves the next one forward. No attempt if the row was cancelled or finished meanwhile, or if
    /// its lease ran out while a place was waited for and another process began one.
    /// What leaves is made of what this visit to the database gives.
    private func begin(
        _ leased: OutboxEntry, _ cargo: AttemptCargo, _ known: MailPreparation.Material?, settings: Settings,
        _ run: AttemptRun
    ) async -> MailPreparation.Material {
        let start = now()
        let jitter = jitter()
        do {
            let (entry, attempt, material) = try await database.write {
                transaction -> (OutboxEntry, OutboxAttempt?, MailPreparation.Material) in
                let entry = begun(leased, cargo, at: start, jitter: jitter)
                guard try transaction.outbox.noteBeginning(entry) else {
                    return (try transaction.outbox.entry(leased.id) ?? leased, nil, .init())
                }
                // What a killed process left behind: whether its mail arrived is known only if the dot was not sent.
                if leased.attempts > 0,
                    var attempt = try transaction.outbox.attempts(of: leased.id).last(where: {
                        $0.number == leased.attempts
                    }), attempt.outcome.isEmpty
                {
                    attempt.outcome = leased.dotSentAt == nil ? "deferred" : "unknown"
                    attempt.answer = "The server was stopped during this attempt."
                    try transaction.outbox.update(attempt)
                }
                let attempt = OutboxAttempt(entry: entry.id, number: entry.attempts, startedAt: start)
                try transaction.outbox.insert(attempt)
                let material = try known ?? preparation.material(for: cargo, settings: settings, in: transaction)
                return (entry, attempt, material)
            }
            run.begin(entry, attempt)
            return material
        } catch {
            run.fail(error)
            return .init()
        }
    }

    /// The row with one attempt more.
    private func begun(_ leased: OutboxEntry, _ cargo: AttemptCargo, at start: Date, jitter: Double) -> OutboxEntry {
        var entry = leased
        entry.attempts += 1
        entry.nextAttemptAt = start.addingTimeInterval(
            schedule.pause(after: entry.attempts, isUrgent: entry.isUrgent, concernsHost: false, jitter: jitter))
        // It may have waited long for a place.
        entry.leasedUntil = entry.leasedUntil.map { max($0, start.addingTimeInterval(OutboxWorker.lease)) }
        entry.visibleFrom = cargo.visibleFrom
        entry.senderReason = cargo.sender?.code ?? ""
        entry.dotSentAt = nil
        return entry
    }
}
