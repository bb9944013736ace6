import FileVault
import Foundation
import Localization
import Logging
import MailMessage
import MailTemplates
import NIOCore
import Secrets
import Storage
import Synchronization
import TestDatabases

@testable import Deliveries

/// All use cases around deliveries over a real database and a real vault, with a clock that a test moves.
final class DeliveryHouse: Sendable {
    static let start = Date(timeIntervalSince1970: 1_790_000_000)

    let folder: URL
    let database: any StoredDatabase
    let vault: DiskVault
    let parts: DeliveryParts
    let traces: AccessTraces
    let sender: Account
    private let moment: Moment
    private let count: Count

    var drafts: Drafts { Drafts(parts) }
    var uploads: Uploads { Uploads(parts) }
    var sending: Sending { Sending(parts) }
    var fetching: Fetching { Fetching(parts, traces: traces) }
    var downloads: Downloads { Downloads(parts) }
    var overview: DeliveryOverview { DeliveryOverview(parts) }
    var actions: DeliveryActions { DeliveryActions(parts) }
    var outcome: MailOutcome { MailOutcome(parts) }

    /// Makes commits fail, in a house that was made so.
    let failsCommits = Switch()

    /// - Parameters:
    ///   - settings: values that hold in place of the defaults; level 1 is preselected unless they say otherwise.
    ///   - commitsFail: whether ``failsCommits`` has an effect.
    init(settings: [String: String] = [:], commitsFail: Bool = false) async throws {
        let time = Moment()
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("deliveries-\(UUID().uuidString)")
        let random = SeededRandomSource(seed: 7)
        let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let now: @Sendable () -> Date = { time.now.withLock { $0 } }
        let keys = KeyRing(ephemeral: random)
        database = try await TestEngine.open(folder: folder, now: now)
        try await database.chainAudit(with: keys, now: Self.start)
        vault = try await DiskVault(
            path: folder.appendingPathComponent("files").path,
            settings: DiskVault.Settings(threads: 2, synchronizingThreads: 2), random: random, logger: log)
        let count = Count()
        let used: any Database = commitsFail ? FailingDatabase(base: database, fails: failsCommits) : database
        parts = DeliveryParts(
            database: used, vault: vault, keys: keys,
            hasher: PasswordHasher(cost: .cheap, threads: 1),
            settings: try SettingsService(
                database: database, keys: keys,
                overrides: settings.merging([SettingKey.deliveriesLevel.name: "1"]) { set, _ in set }, now: now),
            composer: MailComposer(keys: keys, random: random), random: random, now: now, changes: ChangeHint(),
            mailQueued: { count.value.withLock { $0 += 1 } }, log: log)
        traces = AccessTraces(database: database)
        let account = Account(
            id: Identifier(now: Self.start, random: random), email: try EmailAddress(parsing: "anna@kunde.example"),
            name: "Anna Muster", isAdministrator: false, state: .active, language: .german, passwordHash: nil,
            createdAt: Self.start)
        sender = account
        moment = time
        self.count = count
        try await database.write { try $0.accounts.insert(account) }
    }

    deinit {
        try? FileManager.default.removeItem(at: folder)
    }

    /// How often the outbox was woken.
    var wakeUpCount: Int { count.value.withLock { $0 } }
    /// The time that it is in this house.
    var now: Date { moment.now.withLock { $0 } }

    /// Lets time pass.
    func pass(_ seconds: TimeInterval) {
        moment.now.withLock { $0.addTimeInterval(seconds) }
    }

    /// Something that a test turns on and off.
    final class Switch: Sendable {
        private let state = Mutex(false)
        var isOn: Bool { state.withLock { $0 } }
        func turn(on: Bool) { state.withLock { $0 = on } }
    }

    private final class Moment: Sendable {
        let now = Mutex(DeliveryHouse.start)
    }

    private final class Count: Sendable {
        let value = Mutex(0)
    }
}

/// A database whose disk is full at the end of each transaction while a switch is on.
struct FailingDatabase: Deliveries.Database {
    struct DiskFull: Error, Equatable {}

    let base: any Deliveries.Database
    let fails: DeliveryHouse.Switch

    func write<Result: Sendable>(
        _ body: @escaping @Sendable (any Transaction) throws -> Result
    ) async throws -> Result {
        try await base.write { transaction in
            let result = try body(transaction)
            if fails.isOn { throw DiskFull() }
            return result
        }
    }

    func read<Result: Sendable>(
        _ body: @escaping @Sendable (any Transaction) throws -> Result
    ) async throws -> Result {
        try await base.read(body)
    }
}
