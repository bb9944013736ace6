import Deliveries
import Foundation
import Localization
import MailMessage
import MailTemplates
import Storage
import Testing

@Suite struct TemplateEditingTests {
    private static let place = MailTemplatePlace(.withdrawn, .german)
    private static let words = TemplateSource(
        subject: "Zurück: {{subject}}", body: "<h1>Nichts mehr da</h1>\n\n{{sender}} hat es sich anders überlegt.")

    /// What the mail of that place says now.
    private func mail(_ house: AccountHouse, language: Language = .german) async throws -> OutgoingMail {
        let content = try MailKind.withdrawn.sample(language: language)
        let to = Mailbox(address: try EmailAddress(parsing: "bernd@firma.example"))
        let entry = try house.composer.entry(
            content, to: to, language: language, settings: try await house.settings.current(), now: house.clock.now)
        return try house.composer.open(entry)
    }

    private func audit(_ house: AccountHouse) async throws -> [String] {
        try await house.database.read {
            try $0.ledger.audit(offset: 0, limit: 50).filter { $0.action.hasPrefix("mail-template") }
                .map { "\($0.action) \($0.target)" }
        }
    }

    @Test func mailSpeaksInTheWordsThatWereSetUntilTheyAreReset() async throws {
        try await AccountHouse.with { house in
            let editing = TemplateEditing(house.parts)
            let admin = try await house.account("chef@kunde.example", administrator: true)
            let before = try await mail(house)
            let saved = try await editing.save(
                Self.words, at: Self.place, basedOn: 0, by: admin.id, origin: AccountHouse.origin)
            #expect(saved.state == .changed)
            #expect(saved.version == 1)
            let after = try await mail(house)
            #expect(after.subject.hasPrefix("Zurück: "))
            #expect(after.plainText.hasPrefix("Nichts mehr da\n\nAnna Müller hat es sich anders überlegt.\n\n-- \n"))
            #expect(after.html.contains("Anna Müller hat es sich anders überlegt."))
            #expect(try await mail(house, language: .english).subject.hasPrefix("Withdrawn: "))

            #expect(try await editing.reset(Self.place, by: admin.id, origin: AccountHouse.origin).state == .original)
            #expect(try await mail(house).plainText.dropLast(200) == before.plainText.dropLast(200))
            #expect(
                try await audit(house).sorted() == [
                    "mail-template-changed withdrawn/de", "mail-template-reset withdrawn/de",
                ])
        }
    }

    @Test func versionsAreKeptAndComeBack() async throws {
        try await AccountHouse.with { house in
            let editing = TemplateEditing(house.parts)
            var other = Self.words
            other.subject = "Anders"
            for source in [Self.words, Self.words, other] {
                try await editing.save(source, at: Self.place, by: nil, origin: .commandLine)
            }
            try await editing.reset(Self.place, by: nil, origin: .commandLine)
            let versions = try await editing.versions(Self.place).versions
            #expect(versions.map(\.version) == [3, 2, 1])
            #expect(versions.map { $0.source?.subject } == [nil, "Anders", "Zurück: {{subject}}"])
            let restored = try await editing.restore(1, of: Self.place, by: nil, origin: .commandLine)
            #expect(restored.source == Self.words)
            #expect(restored.version == 4)
            let error = try await refusal {
                _ = try await editing.restore(9, of: Self.place, by: nil, origin: .commandLine)
            }
            #expect(error.code == .notFound)
        }
    }

    @Test func whoeverEditsAnOldVersionIsTold() async throws {
        try await AccountHouse.with { house in
            let editing = TemplateEditing(house.parts)
            try await editing.save(Self.words, at: Self.place, basedOn: 0, by: nil, origin: .commandLine)
            let error = try await refusal {
                _ = try await editing.save(
                    TemplateSource(subject: "x", body: "y"), at: Self.place, basedOn: 0, by: nil,
                    origin: .commandLine)
            }
            #expect(error.code == .conflict)
            #expect(error.fields == [FieldError("version", "template-outdated")])
            #expect(try await editing.entry(Self.place).source == Self.words)
        }
    }

    @Test func wordsThatDoNotFitAreRefusedWithTheirPlaces() async throws {
        try await AccountHouse.with { house in
            let editing = TemplateEditing(house.parts)
            let source = TemplateSource(subject: "{{code}}", body: "Hallo <b>{{nobody}}\n\n</i>", text: "{{button}}")
            let error = try await refusal {
                _ = try await editing.save(source, at: Self.place, by: nil, origin: .commandLine)
            }
            #expect(error.code == .invalid)
            #expect(error.fields.map(\.field) == ["subject", "body", "body", "text"])
            #expect(error.fields[1].reason == "template-field-unknown")
            #expect(error.fields[1].values == ["line": "1", "column": "10", "name": "nobody"])
            #expect(try await editing.entry(Self.place).state == .original)
            #expect(try await audit(house) == [])
        }
    }

    @Test func theOriginalWordsAreAReset() async throws {
        try await AccountHouse.with { house in
            let editing = TemplateEditing(house.parts)
            let original = MailKind.withdrawn.originalTemplate(.german)
            #expect(
                try await editing.save(original, at: Self.place, by: nil, origin: .commandLine).version == 0)
            try await editing.save(Self.words, at: Self.place, by: nil, origin: .commandLine)
            let entry = try await editing.save(original, at: Self.place, by: nil, origin: .commandLine)
            #expect(entry.state == .original)
            #expect(entry.version == 2)
        }
    }

    /// An upgrade may take a field away; a mail in our own words is better than none.
    @Test func storedWordsThatDoNotFitAnyMoreFallBackToTheOriginal() async throws {
        try await AccountHouse.with { house in
            let before = try await mail(house)
            try await house.database.write { transaction in
                try transaction.mailTemplates.insert(
                    StoredMailTemplate(
                        place: Self.place, version: 1,
                        source: TemplateSource(subject: "{{gone}}", body: "{{gone}}"), changedBy: nil,
                        changedAt: house.clock.now))
            }
            #expect(try await mail(house).subject == before.subject)
            let entry = try await TemplateEditing(house.parts).entry(Self.place)
            #expect(entry.state == .unfit)
            #expect(entry.source.body == "{{gone}}")
            let error = try await refusal {
                _ = try await TemplateEditing(house.parts).restore(
                    1, of: Self.place, by: nil, origin: .commandLine)
            }
            #expect(error.code == .invalid)
        }
    }

    @Test func tryingSendsAMailToTheOwnAddressAndSavesNothing() async throws {
        try await AccountHouse.with { house in
            let editing = TemplateEditing(house.parts)
            let admin = try await house.account("chef@kunde.example", administrator: true)
            let id = try await editing.send(
                Self.words, at: Self.place, to: admin, origin: AccountHouse.origin)
            let sent = try #require(try await house.mails().last)
            #expect(sent.entry.id == id)
            #expect(sent.entry.to.displayForm == "chef@kunde.example")
            #expect(sent.mail.subject.hasPrefix("Zurück: "))
            #expect(try await editing.entry(Self.place).state == .original)
            #expect(try await audit(house) == ["mail-template-sent withdrawn/de"])
            #expect(house.mailHints.count == 1)
        }
    }

    @Test(arguments: Language.allCases) func everyMailCanBePreviewedInItsOriginalWords(language: Language) async throws
    {
        try await AccountHouse.with { house in
            let editing = TemplateEditing(house.parts)
            let settings = try await house.settings.current()
            for kind in MailKind.allCases {
                let place = MailTemplatePlace(kind, language)
                let entry = try await editing.entry(place)
                let mail = try editing.preview(entry.source, at: place, settings: settings)
                #expect(mail.html.contains("</html>"), "\(place.name)")
                #expect(!mail.plainText.contains("{{"), "\(place.name)")
            }
            #expect(try await editing.list().entries.count == MailKind.allCases.count * Language.allCases.count)
        }
    }
}
