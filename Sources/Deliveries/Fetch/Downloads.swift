import FileVault
import Foundation
public import Secrets

/// Transfers of files to recipients. Only what was written out completely counts.
public struct Downloads: Sendable {
    private let parts: DeliveryParts

    /// Works with the given parts.
    public init(_ parts: DeliveryParts) {
        self.parts = parts
    }

    /// Begins or resumes a transfer.
    ///
    /// - Parameters:
    ///   - address: the secret part of the download address as it was asked for.
    ///   - cookies: the values of all visitor cookies that came with the request.
    ///   - range: the part asked for; nil for all. A ZIP is always sent whole.
    ///   - begins: false for a HEAD, which begins nothing.
    /// - Returns: the transfer.
    /// - Throws: ``DeliveriesError`` `.notFound` for an unknown address or another browser's, `.linkSpent` if its time
    ///   is over, `.withdrawn`, `.expired`, `.beingScanned` or `.heldBack` because of the virus scanner, `.trouble` if the file is damaged; ``RangeNotSatisfiable``.
    public func begin(
        _ address: String, cookies: [Token], range: ByteRangeRequest? = nil, begins: Bool = true
    ) async throws -> Download {
        guard let token = Token(text: address) else { throw DeliveriesError(.notFound) }
        let parts = parts
        let now = parts.now()
        let generation = parts.changes.generation
        let plan = try await parts.database.read { try Plan(token, cookies, parts, now, $0) }
        if begins, plan.grant.startedAt == nil {
            try await parts.database.write { transaction in
                guard var grant = try transaction.visits.grant(tokenHash: plan.grant.tokenHash) else {
                    throw DeliveriesError(.notFound)
                }
                if grant.startedAt == nil {
                    grant.startedAt = now
                    try transaction.visits.update(grant)
                }
            }
        }
        let check = TransferCheck(
            parts, delivery: plan.delivery.id, visitor: plan.grant.visitor, generation: generation, at: now)
        return try await plan.download(range, check: check, vault: parts.vault)
    }

    /// Notes that a part was written out to the connection without a reset. When all parts were, the file counts as
    /// fetched: the sender's page shows it, and the sender is told.
    ///
    /// - Parameters:
    ///   - download: the transfer.
    ///   - range: the octets that were written out, of the file or the ZIP.
    public func wrote(_ download: Download, range: Range<Int64>) async throws {
        let parts = parts
        let now = parts.now()
        let (isNews, isMail) = try await parts.database.write { transaction in
            guard var grant = try transaction.visits.grant(tokenHash: download.grantHash),
                let delivery = try transaction.deliveries.delivery(grant.delivery), grant.completedAt == nil
            else { return (false, false) }
            var served = ServedRanges(grant.servedRanges)
            served.insert(range)
            grant.servedRanges = served.ranges
            // A ZIP's parts have no meaning of their own.
            let isWhole =
                grant.file == nil ? range == 0..<download.size : served.isWhole(size: download.size)
            if isWhole { grant.completedAt = now }
            try transaction.visits.update(grant)
            guard isWhole, try transaction.countFetch(grant, of: delivery, at: now) else { return (false, false) }
            return (true, try SenderNotices(parts: parts).noteFetch(of: delivery, at: now, in: transaction))
        }
        if isNews { parts.changes.give() }
        if isMail { parts.mailQueued() }
    }

    /// Whether transfers of a delivery may go on.
    public func isStillAllowed(_ delivery: DeliveryID) async throws -> Bool {
        try await parts.database.read { transaction in
            guard let delivery = try transaction.deliveries.delivery(delivery) else { return false }
            return (try? delivery.checkRunning()) != nil
        }
    }
}

extension Transaction {
    /// Records the fetch of a grant's files; returns whether anything was fetched for the first time.
    fileprivate func countFetch(_ grant: DownloadGrant, of delivery: Delivery, at now: Date) throws -> Bool {
        let all = try files.files(of: delivery.id)
        var isFirst = false
        for file in all where grant.file == nil || grant.file == file.id {
            let isNew = try visits.recordFetch(
                delivery: delivery.id, recipient: grant.recipient, file: file.id, at: now)
            guard isNew else { continue }
            isFirst = true
            try events.append(
                DeliveryEvent(
                    delivery: delivery.id, sender: delivery.sender, recipient: grant.recipient, file: file.id,
                    kind: .fetched, at: now, detail: file.name))
        }
        guard isFirst else { return false }
        try proveAlive(grant.recipient, at: now)
        let fetched = Set(try visits.fetches(of: delivery.id, by: grant.recipient).map(\.file))
        if all.allSatisfy({ fetched.contains($0.id) }) {
            try events.append(
                DeliveryEvent(
                    delivery: delivery.id, sender: delivery.sender, recipient: grant.recipient, kind: .allFetched,
                    at: now))
        }
        return true
    }
}

/// What a download address leads to.
private struct Plan: Sendable {
    let grant: DownloadGrant
    let delivery: Delivery
    /// The files, one or (for a ZIP) all.
    let files: [(row: DeliveryFile, content: VaultFile)]

    init(
        _ token: Token, _ cookies: [Token], _ parts: DeliveryParts, _ now: Date, _ transaction: any Transaction
    ) throws {
        guard let grant = try transaction.visits.grant(tokenHash: token.hash.hex),
            let visitor = try transaction.visits.visitor(grant.visitor),
            cookies.contains(where: { $0.hash.hex == visitor.tokenHash }),
            let delivery = try transaction.deliveries.delivery(grant.delivery)
        else { throw DeliveriesError(.notFound) }
        try delivery.checkRunning()
        let end =
            grant.startedAt?.addingTimeInterval(Fetching.resumeLifetime)
            ?? grant.createdAt.addingTimeInterval(Fetching.grantLifetime)
        guard now < end else { throw DeliveriesError(.linkSpent) }
        try transaction.checkScanned(delivery.id, parts)
        self.grant = grant
        self.delivery = delivery
        let rows = try transaction.files.files(of: delivery.id).filter { grant.file == nil || grant.file == $0.id }
        guard !rows.isEmpty else { throw DeliveriesError(.notFound) }
        do throws(VaultError) {
            var files: [(DeliveryFile, VaultFile)] = []
            for row in rows { files.append((row, try transaction.vaultFile(of: row, keys: parts.keys))) }
            self.files = files.map { ($0.0, $0.1) }
        } catch {
            throw DeliveriesError(vault: error)
        }
    }

    func download(_ range: ByteRangeRequest?, check: TransferCheck, vault: any FileVault) async throws -> Download {
        guard grant.file != nil, let (row, content) = files.first.map({ ($0.row, $0.content) }) else {
            return try archive(check: check, vault: vault)
        }
        var part = 0..<row.size
        if let range {
            guard let resolved = range.resolved(size: row.size) else { throw RangeNotSatisfiable(size: row.size) }
            part = resolved
        }
        let bytes: VaultBytes
        do throws(VaultError) {
            bytes = try await vault.read(content, range: part)
        } catch {
            throw DeliveriesError(vault: error)
        }
        return Download(
            fileName: row.name, size: row.size, range: part, isPartial: range != nil,
            entityTag: "\"\(content.tree.root.hex)\"", acceptsRanges: true, delivery: delivery.id,
            body: DownloadBody(bytes: bytes, check: check), grantHash: grant.tokenHash)
    }

    private func archive(check: TransferCheck, vault: any FileVault) throws -> Download {
        let items = try files.map { row, content in
            guard let entry = ZIPEntry(name: row.name, size: row.size, modifiedAt: row.completedAt ?? row.createdAt)
            else { throw DeliveriesError(.trouble, detail: "file \(row.id) has a name that no archive takes") }
            return ZIPStream.Item(entry: entry, file: content)
        }
        let stream = ZIPStream(items)
        return Download(
            fileName: delivery.archiveName, size: stream.size, range: 0..<stream.size, isPartial: false,
            entityTag: nil, acceptsRanges: false, delivery: delivery.id,
            body: DownloadBody(bytes: stream.bytes(from: vault), check: check), grantHash: grant.tokenHash)
    }
}
