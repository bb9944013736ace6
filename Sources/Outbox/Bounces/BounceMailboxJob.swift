public import Deliveries
public import Foundation
import Logging
import MailMessage

/// Reads new mail in the mailbox of returned mail, twice a minute: what is about mail of ours takes effect, all else is
/// left as it is.
public struct BounceMailboxJob: LeasedJob {
    /// The pause between two looks, seconds.
    private static let interval: TimeInterval = 30
    /// How many mails are looked at before the lease could run out.
    private static let mostMails = 200

    private let parts: DeliveryParts
    private let mailbox: any BounceMailbox
    private let intake: ReturnPathIntake
    private let parser = DeliveryReportParser()

    /// - Parameters:
    ///   - parts: what deliveries work with.
    ///   - mailbox: where reports come to.
    ///   - intake: takes them in.
    public init(_ parts: DeliveryParts, mailbox: any BounceMailbox, intake: ReturnPathIntake) {
        self.parts = parts
        self.mailbox = mailbox
        self.intake = intake
    }

    /// The name of its row.
    public static let name = "bounce-mailbox"
    /// The name of its row.
    public var name: String { Self.name }

    /// Looks at what is new.
    public func run(now: Date) async throws -> Date {
        let settings = try await parts.settings.current()
        guard !settings.text(.bounceIMAPHost).isEmpty else { return now.addingTimeInterval(Self.interval) }
        let isDone = try await mailbox.open { try await read($0, settings: settings, now: now) }
        // What no report can come for any more need not be known any more.
        _ = try await parts.database.write {
            try $0.bounces.forget(before: now.addingTimeInterval(-2 * ReturnPathAddress.lifetime))
        }
        return isDone ? now.addingTimeInterval(Self.interval) : now
    }

    /// - Returns: whether all that is there was looked at.
    private func read(_ folder: any OpenBounceMailbox, settings: Settings, now: Date) async throws -> Bool {
        let name = settings.bounceMailboxName
        let known = try await parts.database.read { try $0.bounces.position(of: name) }
        var position = BouncePosition(mailbox: name, uidValidity: Int64(folder.uidValidity), lastUID: 0)
        if let known, known.uidValidity == position.uidValidity { position = known }
        let since = now.addingTimeInterval(-ReturnPathAddress.lifetime)
        guard position.lastUID + 1 < Int64(folder.nextUID) else { return true }
        let found = try await folder.uids(in: UInt32(position.lastUID + 1)...(folder.nextUID - 1), since: since)
        for uid in found.prefix(Self.mostMails) {
            try Task.checkCancellation()
            try await look(at: uid, in: folder, settings: settings, now: now)
            position.lastUID = Int64(uid)
            try await store(position)
        }
        return found.count <= Self.mostMails
    }

    private func store(_ position: BouncePosition) async throws {
        try await parts.database.write { try $0.bounces.set(position) }
    }

    private func look(at uid: UInt32, in folder: any OpenBounceMailbox, settings: Settings, now: Date) async throws {
        guard let header = try await folder.header(of: uid) else { return }
        let addressees = Self.addressees(header)
        let keyed = addressees.filter { ReturnPathAddress($0, keys: parts.keys, now: now) != nil }
        // What came to no keyed address is read only if a server seems to have written it: the mailbox may be a person's.
        let parsed = MessageParser().parse(header)
        guard
            !keyed.isEmpty || parser.mightBeReport(header: header) || DMARCReportIntake.mightBeReport(parsed)
                || TLSReportIntake.mightBeReport(parsed),
            let mail = try await folder.mail(uid)
        else { return }
        // Nothing but keyed addresses says here that a mail is for us; whoever else it names reads it in the mailbox.
        let verdict = try await intake.take(IncomingMail(octets: mail, sender: nil, recipients: keyed))
        parts.log.info("returned mail", metadata: ["verdict": "\(verdict.rawValue)"])
        switch verdict {
        case .applied, .known, .dropped, .loop: try await folder.dispose(of: uid, settings.bounceDisposal)
        // A person wrote it: it stays, so that nothing is lost if what was passed on is.
        case .passedOn: try await folder.dispose(of: uid, .flag)
        case .foreign, .tooLarge: break
        }
    }

    /// The addresses that a mail came to, by what servers on the way wrote down, and by its own header.
    private static func addressees(_ header: [UInt8]) -> [EmailAddress] {
        let names: Set<String> = [
            "delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-delivered-to", "original-recipient",
            "x-forwarded-to", "to", "cc", "resent-to",
        ]
        return MessageParser().parse(header).headers.filter { names.contains($0.name.lowercased()) }.prefix(100)
            .flatMap { AddressList(parsing: String($0.value.prefix(8_192))).mailboxes.prefix(50).map(\.address) }
    }
}

extension Settings {
    /// What tells one mailbox from another.
    var bounceMailboxName: String {
        "\(text(.bounceIMAPUser)) \(text(.bounceIMAPHost)) \(text(.bounceIMAPFolder))"
    }

    /// What happens to a report that took effect.
    var bounceDisposal: BounceDisposal {
        switch text(.bounceIMAPAfter) {
        case "delete": .delete
        case "move": .move(to: text(.bounceIMAPMoveTo))
        default: .markRead
        }
    }
}
