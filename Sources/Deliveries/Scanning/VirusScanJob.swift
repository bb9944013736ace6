import FileVault
public import Foundation
import Logging

/// Has the virus scanner look at files as soon as they are complete.
///
/// A file that cannot be judged now waits, or passes with a mark where the settings say so; it is looked at again until
/// it is judged. Those at which the scanner broke off come last, so that one file holds up no other.
public struct VirusScanJob: LeasedJob {
    /// The name of its row.
    public static let jobName = "virus-scan"
    /// How many files are looked at in one go.
    private static let batch = 32
    /// How many are looked at at once, so that small files need not wait for a large one.
    private static let width = 3

    private let parts: DeliveryParts
    private let scanner: any VirusScanner

    /// Works with the given parts.
    public init(_ parts: DeliveryParts, scanner: any VirusScanner) {
        self.parts = parts
        self.scanner = scanner
    }

    /// The name of its row.
    public var name: String { Self.jobName }
    /// Six hours: the largest files take long.
    public var leaseTime: TimeInterval { 6 * 3600 }

    /// Whether there is anything to look at, or the scanner did not answer last time.
    public func hasWork() async throws -> Bool {
        let parts = parts
        return try await parts.database.read { transaction in
            guard ScanRules(try parts.settings.current(in: transaction)).isOn else { return false }
            if try transaction.ledger.failingJobs()[Self.jobName] != nil { return true }
            return try !transaction.files.filesToScan(limit: 1).isEmpty
        }
    }

    /// Has the scanner look at what waits.
    public func run(now: Date) async throws -> Date {
        let rules = ScanRules(try await parts.settings.current())
        guard let address = rules.scanner else { return now.addingTimeInterval(60) }
        let notices = ScanNotices(parts: parts)
        let version: String
        do {
            version = try await scanner.version(at: address, patience: rules.patience)
        } catch let failure as ScannerFailure {
            if rules.passesUnreached { try await passAll(now) }
            try await notices.tellSilent(at: now)
            throw failure
        }
        while true {
            let parts = parts
            let waiting = try await parts.database.read { transaction in
                try transaction.files.filesToScan(limit: Self.batch).map { file -> (DeliveryFile, VaultFile?) in
                    (file, try? transaction.vaultFile(of: file, keys: parts.keys))
                }
            }
            let failure = try await look(at: waiting, rules: rules, address: address, version: version)
            // What failed is at the end of the list now, so that all others had their turn.
            if let failure, waiting.count < Self.batch || waiting[0].0.scan.tries > 0 {
                if rules.passesUnreached { try await passAll(now) }
                throw failure
            }
            if waiting.count < Self.batch { return parts.now() }
        }
    }

    /// Looks at some files, a few at once; the last failure.
    private func look(
        at files: [(DeliveryFile, VaultFile?)], rules: ScanRules, address: ScannerAddress, version: String
    ) async throws -> ScannerFailure? {
        try await withThrowingTaskGroup(of: ScannerFailure?.self) { group in
            var failure: ScannerFailure?
            for (index, file) in files.enumerated() {
                if index >= Self.width, let outcome = try await group.next() { failure = outcome ?? failure }
                try Task.checkCancellation()
                group.addTask { try await look(at: file.0, file.1, rules, address, version) }
            }
            for try await outcome in group { failure = outcome ?? failure }
            return failure
        }
    }

    private func look(
        at file: DeliveryFile, _ content: VaultFile?, _ rules: ScanRules, _ address: ScannerAddress, _ version: String
    ) async throws -> ScannerFailure? {
        var scan = FileScan(scanner: version, at: parts.now())
        do {
            guard let content else {
                throw VaultError(.corrupted, file: file.vaultFile, detail: "manifest and chunks do not agree")
            }
            let verdict: ScanVerdict =
                file.size > rules.largest
                ? .tooLarge
                : try await scanner.scan(
                    try await parts.vault.read(content), at: address, patience: rules.patience)
            switch verdict {
            case .clean: scan.state = .clean
            case .tooLarge: scan.state = .tooLarge
            case .found(let name):
                scan.state = .found
                scan.finding = name
            }
        } catch let error as VaultError where error.code == .corrupted || error.code == .missing {
            parts.log.error("a stored file is damaged", metadata: ["file": "\(file.id)", "reason": "\(error)"])
            scan.state = .damaged
        } catch let failure as ScannerFailure {
            try Task.checkCancellation()
            parts.log.warning(
                "a file was not scanned",
                metadata: ["file": "\(file.id)", "reason": "\(failure.reason)", "detail": "\(failure.detail)"])
            try await parts.database.write { transaction in
                guard var file = try transaction.files.file(file.id) else { return }
                file.scan.tries += 1
                try transaction.files.update(file)
            }
            return failure
        }
        scan.at = parts.now()
        try await ScanNotices(parts: parts).record(scan, of: file.id)
        return nil
    }

    /// The scanner does not answer and the settings say that files go out all the same, with a mark.
    private func passAll(_ now: Date) async throws {
        let parts = parts
        let count = try await parts.database.write { transaction -> Int in
            let waiting = try transaction.files.filesToScan(limit: 1_000).filter { $0.scan.state == .waiting }
            for (delivery, files) in Dictionary(grouping: waiting, by: \.delivery) {
                let before = try transaction.scan(of: delivery, parts)
                for var file in files {
                    file.scan.state = .unreached
                    file.scan.at = now
                    try transaction.files.update(file)
                }
                try transaction.noteChecked(delivery, before: before, parts, at: now)
            }
            return waiting.count
        }
        if count > 0 { parts.changes.give() }
    }
}
