import FileVault
import Foundation
public import MailMessage

/// A file that nobody gets until an administrator decides.
public struct HeldFile: Equatable, Sendable {
    /// The file.
    public let file: DeliveryFile
    /// How its delivery stands.
    public let state: Delivery.State
    /// The sender's name; may be empty.
    public let senderName: String
    /// The sender's address.
    public let senderAddress: EmailAddress

    /// A held file with all its parts.
    public init(file: DeliveryFile, state: Delivery.State, senderName: String, senderAddress: EmailAddress) {
        self.file = file
        self.state = state
        self.senderName = senderName
        self.senderAddress = senderAddress
    }
}

/// How the virus scan stands.
public struct ScanStatus: Equatable, Sendable {
    /// Where the scanner is, as the setting says; nil: none looks at files.
    public let scanner: String?
    /// Which scanner answers there; nil if none does.
    public let version: String?
    /// Why none answers, as a word: see ``ScannerFailure``.
    public let failure: String?
    /// How many whole files it has still to look at.
    public let waiting: Int
    /// How many files are held until an administrator decides.
    public let held: Int
}

/// What administrators do about files in which the virus scanner found something, and about the scanner itself.
public struct HeldFiles: Sendable {
    /// The most files of a page.
    public static let mostPerPage = 200

    private let parts: DeliveryParts
    private let scanner: any VirusScanner

    /// Works with the given parts.
    public init(_ parts: DeliveryParts, scanner: any VirusScanner) {
        self.parts = parts
        self.scanner = scanner
    }

    /// Files that are held, those found last first.
    ///
    /// - Parameters:
    ///   - offset: how many to leave out.
    ///   - limit: how many at the most, up to ``mostPerPage``.
    public func list(offset: Int = 0, limit: Int = 50) async throws -> (files: [HeldFile], total: Int) {
        let parts = parts
        let window = (offset: max(0, offset), limit: min(max(1, limit), Self.mostPerPage))
        return try await parts.database.read { transaction in
            let states = try transaction.heldStates(parts)
            let files = try transaction.files.files(scanned: states, offset: window.offset, limit: window.limit)
            return (try files.map { try transaction.held($0) }, try transaction.files.count(scanned: states))
        }
    }

    /// A file that is held.
    ///
    /// - Throws: ``DeliveriesError`` `.notFound`, also if it is not held any more.
    public func file(_ id: DeliveryFileID) async throws -> HeldFile {
        let parts = parts
        return try await parts.database.read { try $0.held($0.heldFile(id, parts)) }
    }

    /// Lets a file go all the same.
    ///
    /// - Throws: ``DeliveriesError`` `.notFound`, also if it is not held any more.
    public func release(_ id: DeliveryFileID, by actor: AccountID?, origin: RequestOrigin) async throws {
        let parts = parts
        let now = parts.now()
        try await parts.database.write { transaction in
            var file = try transaction.heldFile(id, parts)
            file.scan.state = .released
            file.scan.at = now
            try transaction.files.update(file)
            try transaction.note(.fileReleased, file, by: actor, origin: origin, kind: .fileReleased, at: now)
        }
        parts.changes.give()
    }

    /// Takes a file away from everybody. From a draft it alone is removed; a delivery that was sent is withdrawn whole,
    /// and its files and their keys are removed.
    ///
    /// - Throws: ``DeliveriesError`` `.notFound`, also if it is not held any more.
    public func remove(_ id: DeliveryFileID, by actor: AccountID?, origin: RequestOrigin) async throws {
        let parts = parts
        let now = parts.now()
        let orphan = try await parts.database.write { transaction -> VaultFileID? in
            let file = try transaction.heldFile(id, parts)
            guard var delivery = try transaction.deliveries.delivery(file.delivery) else {
                throw DeliveriesError(.notFound)
            }
            try transaction.note(.fileRemoved, file, by: actor, origin: origin, kind: .fileRemoved, at: now)
            if delivery.state == .draft {
                try transaction.files.remove(id)
                delivery.updatedAt = now
                try transaction.deliveries.update(delivery)
                return file.vaultFile
            }
            delivery.state = .withdrawn
            delivery.updatedAt = now
            delivery.removeFilesAt = now
            try transaction.deliveries.update(delivery)
            _ = try transaction.outbox.cancel(delivery: delivery.id, recipient: nil, at: now)
            return nil
        }
        parts.changes.give()
        if let orphan { await parts.removeFromVault([orphan]) }
    }

    /// How the scan stands now; asks the scanner.
    public func status() async throws -> ScanStatus {
        let parts = parts
        let (address, waiting, held) = try await parts.database.read { transaction in
            let rules = ScanRules(try parts.settings.current(in: transaction))
            return (
                rules.scanner?.text, rules.isOn ? try transaction.files.countToScan() : 0,
                try transaction.files.count(scanned: try transaction.heldStates(parts))
            )
        }
        var version: String?
        var failure: String?
        if address != nil {
            do {
                version = try await self.version()
            } catch let error as ScannerFailure {
                failure = error.reason
            } catch let error as DeliveriesError where error.code == .conflict {
                // Switched off meanwhile.
            }
        }
        return ScanStatus(scanner: address, version: version, failure: failure, waiting: waiting, held: held)
    }

    /// Which scanner answers where the settings say.
    ///
    /// - Throws: ``DeliveriesError`` `.conflict` if none is set; ``ScannerFailure``.
    public func version() async throws -> String {
        let rules = ScanRules(try await parts.settings.current())
        guard let address = rules.scanner else { throw DeliveriesError(.conflict) }
        // Somebody waits for the answer.
        return try await scanner.version(at: address, patience: min(rules.patience, 10))
    }
}

extension Transaction {
    /// The states in which files are held by what the settings say.
    func heldStates(_ parts: DeliveryParts) throws -> [FileScan.State] {
        let rules = ScanRules(try parts.settings.current(in: self))
        return FileScan.State.allCases.filter { rules.judge($0) == .held }
    }

    fileprivate func heldFile(_ id: DeliveryFileID, _ parts: DeliveryParts) throws -> DeliveryFile {
        guard let file = try files.file(id), !file.sealedKeyWraps.isEmpty,
            try heldStates(parts).contains(file.scan.state)
        else { throw DeliveriesError(.notFound) }
        return file
    }

    fileprivate func held(_ file: DeliveryFile) throws -> HeldFile {
        guard let delivery = try deliveries.delivery(file.delivery) else { throw DeliveriesError(.notFound) }
        let person = try sender(of: delivery).person
        return HeldFile(
            file: file, state: delivery.state, senderName: person.name ?? "", senderAddress: person.address)
    }

    fileprivate func note(
        _ action: AuditAction, _ file: DeliveryFile, by actor: AccountID?, origin: RequestOrigin,
        kind: DeliveryEvent.Kind, at now: Date
    ) throws {
        try ledger.append(action.record(by: actor, target: file.id.description, origin: origin, at: now))
        guard let delivery = try deliveries.delivery(file.delivery) else { return }
        try events.append(
            DeliveryEvent(
                delivery: delivery.id, sender: delivery.sender, file: file.id, kind: kind, at: now, detail: file.name))
    }
}
