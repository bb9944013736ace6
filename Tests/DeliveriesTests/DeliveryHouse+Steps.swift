import FileVault
import Foundation
import Localization
import MailMessage
import MailTemplates
import NIOCore
import Secrets
import Storage

@testable import Deliveries

extension DeliveryHouse {
    /// A draft with the smallest chunks and whole files.
    func draft(
        files: [(name: String, content: [UInt8])] = [("Befund.pdf", Array("Inhalt".utf8))], form: DraftForm? = nil
    ) async throws -> Delivery {
        let draft = try await drafts.create(by: sender.id, language: .german)
        for file in files { _ = try await upload(file.content, as: file.name, to: draft.id) }
        return try await drafts.update(
            draft.id, by: sender.id,
            form
                ?? DraftForm(
                    recipients: "Bernd Beispiel <bernd@praxis.example>; clara@amt.example", subject: "Ihre Unterlagen",
                    message: "Guten Tag"))
    }

    /// Uploads a whole file.
    @discardableResult
    func upload(_ content: [UInt8], as name: String, to draft: DeliveryID) async throws -> DeliveryFile {
        let file = try await uploads.addFile(
            to: draft, by: sender.id, name: name, mediaType: "application/pdf", size: Int64(content.count))
        for index in 0..<file.chunkCount {
            _ = try await put(index, of: file, content)
        }
        return file
    }

    /// Uploads one chunk of a file with that content.
    @discardableResult
    func put(_ index: Int, of file: DeliveryFile, _ content: [UInt8]) async throws -> ChunkReceipt {
        let begin = index * file.chunkSize
        let part = Array(content[begin..<min(content.count, begin + file.chunkSize)])
        return try await uploads.putChunk(
            index, of: file.id, by: sender.id, size: part.count, sha256: ContentDigest(of: part), body: Body(part))
    }

    /// A delivery that was sent to two recipients, a second ago.
    func sent(
        files: [(name: String, content: [UInt8])] = [("Befund.pdf", Array("Inhalt".utf8))], form: DraftForm? = nil
    ) async throws -> Delivery {
        defer { pass(1) }
        return try await sending.send(draft(files: files, form: form).id, by: sender.id)
    }

    /// The recipients of a delivery.
    func recipients(of delivery: Delivery) async throws -> [Recipient] {
        try await database.read { try $0.deliveries.recipients(of: delivery.id) }
    }

    /// The text of a recipient's link.
    func linkText(of recipient: Recipient) async throws -> String {
        let keys = parts.keys
        return try await database.read { try $0.linkToken(of: recipient, keys: keys).text }
    }

    /// All mails in the outbox, oldest first, those of one moment in the order of their recipients, opened.
    func mails() async throws -> [(entry: OutboxEntry, mail: OutgoingMail)] {
        let entries = try await database.read { transaction in
            try transaction.outbox.entries(OutboxFilter(), offset: 0, limit: 1_000).map { entry in
                (entry, try entry.recipient.flatMap { try transaction.deliveries.recipient($0)?.position } ?? .max)
            }
        }
        let sorted = entries.sorted { ($0.0.createdAt, $0.1) < ($1.0.createdAt, $1.1) }
        return try sorted.map { ($0.0, try parts.composer.open($0.0)) }
    }

    /// The code in the newest mail that has one.
    func mailedCode() async throws -> String {
        let mail = try await mails().last { $0.entry.kind == .code }
        let words: [Substring] = (mail?.mail.plainText ?? "").split { !$0.isNumber }
        return words.first { $0.count == 6 }.map { String($0) } ?? ""
    }

    /// A delivery of level 2 whose recipient asked for several codes in one browser, a minute between them.
    func mailedCodes(_ count: Int) async throws -> (link: String, codes: [String], cookie: Token) {
        let delivery = try await sent(form: DraftForm(recipients: "b@x.example", subject: "S", level: 2))
        let link = try await linkText(of: try await recipients(of: delivery)[0])
        var cookie = try await fetching.askCode(link, cookie: nil).known.cookie
        var codes = [try await mailedCode()]
        for _ in 1..<count {
            pass(60)
            cookie = try await fetching.askCode(link, cookie: cookie).known.cookie
            codes.append(try await mailedCode())
        }
        return (link, codes, cookie)
    }

    /// The events of a delivery.
    func events(of delivery: Delivery) async throws -> [DeliveryEvent.Kind] {
        try await database.read { try $0.events.events(of: delivery.id).map(\.kind) }
    }

    /// The delivery as it is stored.
    func stored(_ delivery: Delivery) async throws -> Delivery? {
        try await database.read { try $0.deliveries.delivery(delivery.id) }
    }

    /// Marks the mails about a delivery as taken over by the mail server.
    func handOver(_ delivery: Delivery) async throws {
        let (now, outcome) = (now, outcome)
        try await database.write { transaction in
            for var entry in try transaction.outbox.entries(
                OutboxFilter(states: [.queued], delivery: delivery.id), offset: 0, limit: 1_000)
            {
                entry.state = .handedOver
                entry.finishedAt = now
                try transaction.outbox.update(entry)
                try outcome.record(.handedOver, of: entry, in: transaction, at: now)
            }
        }
    }

    /// Reads a transfer to its end and says so, as the door does.
    @discardableResult
    func take(_ granted: GrantedDownload, range: ByteRangeRequest? = nil) async throws -> [UInt8] {
        let download = try await downloads.begin(
            granted.address.text, cookies: [granted.known.cookie], range: range)
        var content: [UInt8] = []
        for try await piece in download.body { content += Array(piece.readableBytesView) }
        try await downloads.wrote(download, range: download.range)
        return content
    }

    /// The first recipient fetches all files as a ZIP.
    func fetchAll(_ delivery: Delivery, by place: Int = 0) async throws {
        let link = try await linkText(of: try await recipients(of: delivery)[place])
        try await take(try await fetching.grant(link, cookie: nil, file: nil))
    }
}

/// A body that comes in pieces of a thousand octets, and may break off.
struct Body: AsyncSequence, Sendable {
    struct BrokenOff: Error, Equatable {}

    let content: [UInt8]
    let breaksOffAfter: Int?

    init(_ content: [UInt8], breaksOffAfter: Int? = nil) {
        self.content = content
        self.breaksOffAfter = breaksOffAfter
    }

    func makeAsyncIterator() -> Iterator { Iterator(rest: content[...], breaksOffAfter: breaksOffAfter) }

    struct Iterator: AsyncIteratorProtocol {
        var rest: ArraySlice<UInt8>
        let breaksOffAfter: Int?

        mutating func next() async throws -> ByteBuffer? {
            if let breaksOffAfter, rest.startIndex >= breaksOffAfter { throw BrokenOff() }
            guard !rest.isEmpty else { return nil }
            let piece = rest.prefix(1_000)
            rest = rest.dropFirst(1_000)
            return ByteBuffer(bytes: piece)
        }
    }
}

/// Octets that are easy to tell apart.
func content(_ count: Int, seed: UInt64 = 1) -> [UInt8] { SeededRandomSource(seed: seed).bytes(count) }
