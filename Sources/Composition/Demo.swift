import Deliveries
import FileVault
import Foundation
import Localization
import Logging
import MailMessage
import MailTemplates
import NIOCore
import Outbox
import Secrets
import Storage

/// A sample organisation to look around in: accounts, deliveries in every state, mails in the local mailbox.
///
/// Everything is made by the same use cases that people use, at times in the past.
struct Demo {
    static let password = "kein-Geheimnis-2026"
    static let signInHint = [
        "", "  This is the demonstration. Sign in as anna@muster.example (administrator)",
        "  or bernd@muster.example, both with the password \(password)",
    ]
    private static let day: TimeInterval = 86_400
    private static let origin = RequestOrigin(clientAddress: "127.0.0.1", userAgent: "Demonstration")

    private let installation: Installation

    init(_ installation: Installation) { self.installation = installation }

    /// Fills an empty installation; one that has an administrator is left as it is.
    func fill() async throws {
        guard try await !SetUp(installation.accounts).isDone() else { return }
        installation.logger.info("filling the demonstration")
        let settings = [
            "organisation.name": "Muster & Söhne", "mail.system-sender": "zustellung@muster.example",
            "smtp.home-domains": "muster.example",
            "organisation.imprint-url": "https://muster.example/impressum",
            "organisation.privacy-url": "https://muster.example/datenschutz",
        ]
        try await installation.settings.set(settings, by: nil)
        if installation.configuration.publicURL == nil {
            try await installation.settings.set(["server.public-url": installation.configuration.localURL], by: nil)
        }
        let users = Users(installation.accounts)
        let anna = try await users.addDirectly(
            email: "anna@muster.example", name: "Anna Muster", isAdministrator: true, password: Self.password,
            language: .german)
        let bernd = try await users.addDirectly(
            email: "bernd@muster.example", name: "Bernd Beispiel", isAdministrator: false, password: Self.password,
            language: .english)
        _ = try await users.create(
            UserForm(email: "carla@muster.example", name: "Carla Claussen", language: .german), by: anna,
            origin: Self.origin)
        try await open(by: anna)
        try await confirmed(by: anna)
        try await undeliverable(by: bernd)
        try await withdrawn(by: anna)
        try await expired(by: anna)
        try await removed(by: anna)
        try await draft(by: anna)
        try await ownMail(by: anna)
    }

    // MARK: The deliveries

    /// Sent three days ago: one recipient has everything, one has opened it, one has not.
    private func open(by account: Account) async throws {
        let past = parts(days: 3)
        let delivery = try await send(
            by: account, with: past, subject: "Jahresabschluss 2025 zur Durchsicht",
            message:
                "Guten Tag zusammen,\n\nanbei der Entwurf des Jahresabschlusses mit den Anlagen. Bitte geben Sie mir "
                + "bis Freitag Bescheid, ob etwas fehlt.\n\nMit freundlichen Grüßen\nAnna Muster",
            recipients: "Dr. Ruth Sommer <sommer@kanzlei.example>; Jan Winter <winter@kanzlei.example>; "
                + "pruefung@revision.example",
            files: [
                ("Jahresabschluss 2025.pdf", 184_320), ("Anlagenspiegel.xlsx", 65_536), ("Lagebericht.docx", 98_304),
            ])
        try await settle(delivery.id, at: past.now()) { _ in .handedOver }
        try await visit(delivery.id, recipient: 0, fetches: true, with: parts(days: 2.9))
        try await visit(delivery.id, recipient: 1, fetches: false, with: parts(days: 1))
    }

    /// Level 2, sent an hour ago, still in the local mailbox.
    private func confirmed(by account: Account) async throws {
        _ = try await send(
            by: account, with: parts(days: 1.0 / 24), subject: "Befund und Bilder",
            message:
                "Sehr geehrte Frau Doktor Linde,\n\nwie besprochen die Unterlagen. Zum Abholen wird Ihnen ein Code "
                + "an diese Adresse gesandt.",
            recipients: "Dr. Mira Linde <linde@praxis.example>",
            files: [("Befund.pdf", 51_200), ("Bilder.zip", 3_145_728)],
            level: 2)
    }

    /// One address does not exist.
    private func undeliverable(by account: Account) async throws {
        let past = parts(days: 0.5)
        let delivery = try await send(
            by: account, with: past, subject: "Offer and drawings",
            message: "Dear all,\n\nplease find our offer and the drawings attached.\n\nKind regards\nBernd",
            recipients: "Ms Taylor <taylor@client.example>; Mr Wrong <wrnog@client.example>",
            files: [("Offer 4711.pdf", 77_824), ("Drawings.dwg", 1_572_864)])
        try await settle(delivery.id, at: past.now()) { $0 == 0 ? .handedOver : .failed }
    }

    private func withdrawn(by account: Account) async throws {
        let past = parts(days: 6)
        let delivery = try await send(
            by: account, with: past, subject: "Vertragsentwurf (falsche Fassung)", message: "Anbei der Entwurf.",
            recipients: "Einkauf <einkauf@partner.example>", files: [("Vertrag v1.docx", 40_960)])
        try await settle(delivery.id, at: past.now()) { _ in .handedOver }
        _ = try await DeliveryActions(parts(days: 5.9)).withdraw(delivery.id, by: account.id)
    }

    private func expired(by account: Account) async throws {
        let past = parts(days: 20)
        let delivery = try await send(
            by: account, with: past, subject: "Fotos vom Sommerfest", message: "Viel Freude damit.",
            recipients: "Team <team@verein.example>", files: [("Fotos.zip", 2_097_152)])
        try await settle(delivery.id, at: past.now()) { _ in .handedOver }
        try await visit(delivery.id, recipient: 0, fetches: true, with: parts(days: 18))
        await Housekeeping(parts(days: 5.5)).runDue()
    }

    private func removed(by account: Account) async throws {
        let past = parts(days: 60)
        let delivery = try await send(
            by: account, with: past, subject: "Unterlagen zur Ausschreibung", message: "Anbei alle Unterlagen.",
            recipients: "Vergabe <vergabe@stadt.example>", files: [("Ausschreibung.pdf", 122_880)])
        try await settle(delivery.id, at: past.now()) { _ in .handedOver }
        await Housekeeping(parts(days: 45)).runDue()
        await Housekeeping(parts(days: 31)).runDue()
    }

    private func draft(by account: Account) async throws {
        let drafts = Drafts(installation.deliveries)
        let draft = try await drafts.create(by: account.id, language: .german)
        try await drafts.update(
            draft.id, by: account.id,
            DraftForm(
                recipients: "Notariat Berg <kanzlei@notariat.example>", subject: "Grundbuchauszug",
                message: "Sehr geehrte Damen und Herren,\n\n"))
    }

    /// Two mails of the sender's own: one was sent yesterday, one lies among the drafts of the mail client.
    private func ownMail(by account: Account) async throws {
        let past = parts(days: 1)
        let dispatch = AddInDispatch(past)
        let sent = try await addInDraft(by: account, with: past, file: "Angebot Umbau.pdf", subject: "Angebot Umbau")
        try await dispatch.register(
            sent, by: account.id, recipients: "Ines Kern <kern@bauherr.example>", subject: nil)
        _ = try await addInDraft(by: account, with: past, file: "Bauzeichnungen.zip", subject: "Bauzeichnungen")
    }

    private func addInDraft(
        by account: Account, with parts: DeliveryParts, file: String, subject: String
    ) async throws -> DeliveryID {
        let draft = try await Drafts(parts).create(by: account.id, language: account.language, path: .addIn)
        try await upload([(file, 131_072)], to: draft.id, by: account, with: parts)
        _ = try await AddInDispatch(parts).insert(
            draft.id, by: account.id, recipients: nil, subject: subject, reportsSending: true)
        return draft.id
    }

    // MARK: How they come about

    /// The parts at a time in the past.
    private func parts(days: Double) -> DeliveryParts {
        let live = installation.deliveries
        let now = live.now
        return DeliveryParts(
            database: live.database, vault: live.vault, keys: live.keys, hasher: live.hasher, settings: live.settings,
            composer: live.composer, random: live.random, now: { now().addingTimeInterval(-days * Self.day) },
            changes: live.changes, mailQueued: {}, log: live.log)
    }

    private func send(
        by account: Account, with parts: DeliveryParts, subject: String, message: String, recipients: String,
        files: [(name: String, size: Int)], level: Int = 1
    ) async throws -> Delivery {
        let draft = try await Drafts(parts).create(by: account.id, language: account.language)
        try await upload(files, to: draft.id, by: account, with: parts)
        return try await Sending(parts).send(
            draft.id, by: account.id,
            form: DraftForm(recipients: recipients, subject: subject, message: message, level: level))
    }

    private func upload(
        _ files: [(name: String, size: Int)], to draft: DeliveryID, by account: Account, with parts: DeliveryParts
    ) async throws {
        let uploads = Uploads(parts)
        for file in files {
            let added = try await uploads.addFile(
                to: draft, by: account.id, name: file.name, mediaType: "application/octet-stream",
                size: Int64(file.size))
            for index in 0..<added.chunkCount {
                let octets = ByteBuffer(bytes: parts.random.bytes(added.plainSize(ofChunk: index)))
                _ = try await uploads.putChunk(
                    index, of: added.id, by: account.id,
                    body: AsyncStream { stream in
                        stream.yield(octets)
                        stream.finish()
                    })
            }
        }
    }

    /// Gives the delivery's mails the outcome that a mail server would.
    private func settle(
        _ delivery: DeliveryID, at now: Date, _ outcome: @escaping @Sendable (Int) -> MailOutcome.Change
    ) async throws {
        let outcomes = MailOutcome(installation.deliveries)
        try await installation.database.write { transaction in
            let recipients = try transaction.deliveries.recipients(of: delivery).map(\.id)
            for var entry in try transaction.outbox.entries(OutboxFilter(delivery: delivery), offset: 0, limit: 100) {
                let change = outcome(entry.recipient.flatMap { recipients.firstIndex(of: $0) } ?? 0)
                entry.state = change == .failed ? .failed : .handedOver
                entry.attempts = 1
                entry.finishedAt = now
                entry.visibleFrom = "zustellung@muster.example"
                if change == .failed {
                    entry.failureClass = FailureClass.noSuchUser.rawValue
                    entry.lastAnswer = "550 5.1.1 <\(entry.to.wireForm)>: Recipient address rejected: User unknown"
                } else {
                    entry.lastAnswer = "250 2.0.0 Ok: queued"
                }
                try transaction.outbox.update(entry)
                try outcomes.record(change, of: entry, in: transaction, at: now)
            }
        }
    }

    /// A recipient opens the page and, if so wished, fetches all files.
    private func visit(_ delivery: DeliveryID, recipient index: Int, fetches: Bool, with parts: DeliveryParts)
        async throws
    {
        guard let token = try await linkText(delivery, recipient: index) else { return }
        let fetching = Fetching(parts, traces: installation.traces)
        let known = try await fetching.act(token, cookie: nil)
        guard fetches else { return }
        let downloads = Downloads(parts)
        let granted = try await fetching.grant(token, cookie: known.cookie, file: nil)
        let download = try await downloads.begin(granted.address.text, cookies: [known.cookie])
        for try await _ in download.body {}
        try await downloads.wrote(download, range: download.range)
    }

    /// The text of a recipient's link, taken from the mail as the recipient would.
    private func linkText(_ delivery: DeliveryID, recipient index: Int) async throws -> String? {
        let entry = try await installation.database.read { transaction -> OutboxEntry? in
            let recipient = try transaction.deliveries.recipients(of: delivery)[index]
            let newest = try transaction.outbox.newestEntries(of: delivery, kind: .delivery)[recipient.id]
            return try newest.flatMap { try transaction.outbox.entry($0.id) }
        }
        guard let entry else { return nil }
        let text = try installation.deliveries.composer.open(entry).plainText
        return text.firstRange(of: "/l/").map { String(text[$0.upperBound...].prefix { !$0.isWhitespace }) }
    }
}
