import MailMessage
import SenderDomains
import Testing

@Suite struct SenderNamesTests {
    struct Reading: Sendable {
        var text: String
        var use = SenderNamePattern.Use.own
        var stored: String?
        var mistake: SenderNamePattern.Mistake?
    }

    static let readings: [Reading] = [
        Reading(text: "{name}", stored: "{name}"),
        Reading(text: "{ Name } – {ORGANISATION}", stored: "{name} – {organisation}"),
        Reading(text: "{address}", stored: "{address}"),
        Reading(text: "Kanzlei Müller", stored: "Kanzlei Müller"),
        Reading(text: "{name} (\"Recht\", Bonn)", stored: "{name} (\"Recht\", Bonn)"),
        Reading(text: "{name} über Müller", use: .fallback, stored: "{name} über Müller"),
        Reading(text: "{name} | {organisation}", use: .fallback, stored: "{name} | {organisation}"),
        Reading(text: "", mistake: .empty), Reading(text: " – ", mistake: .empty),
        Reading(text: "{name", mistake: .brace), Reading(text: "name}", mistake: .brace),
        Reading(text: "{na{me}}", mistake: .brace), Reading(text: "{name}}", mistake: .brace),
        Reading(text: "{}", mistake: .unknownField), Reading(text: "{password}", mistake: .unknownField),
        Reading(text: "{name.first}", mistake: .unknownField),
        Reading(text: "{name}\r\nBcc: a@b.example", mistake: .lineBreak),
        Reading(text: "{name}\u{0}", mistake: .lineBreak), Reading(text: "{name}\u{2028}x", mistake: .lineBreak),
        Reading(text: "{name} \u{202E}elppA", mistake: .invisible),
        Reading(text: "{name} \u{200B}x", mistake: .invisible), Reading(text: "{name} \u{2066}x", mistake: .invisible),
        Reading(text: "{name} \u{3164}", mistake: .invisible), Reading(text: "{name}\u{AD}x", mistake: .invisible),
        Reading(text: "{name} chef@bank.example", mistake: .looksLikeAddress),
        Reading(text: "{name}@bank.example", mistake: .looksLikeAddress),
        Reading(text: "{name} \u{FF20} bank.example", mistake: .looksLikeAddress),
        Reading(text: "{name} <bank.example>", mistake: .looksLikeAddress),
        Reading(text: String(repeating: "n", count: 121), mistake: .tooLong),
        // The at-sign of a field's brackets is no address, and one in them is no field.
        Reading(text: "{name@bank}", mistake: .unknownField),
        Reading(text: "{name} ({address}) über uns", use: .fallback, mistake: .foreignAddress),
        Reading(text: "Poststelle", use: .fallback, mistake: .withoutName),
        Reading(text: "{organisation}", use: .fallback, mistake: .withoutName),
        Reading(text: "{name}", use: .fallback, mistake: .withoutWords),
        Reading(text: "{name} –", use: .fallback, mistake: .withoutWords),
        Reading(text: "{name}{name}", use: .fallback, mistake: .withoutWords),
    ]

    @Test(arguments: readings.indices) func patternsAreReadOrRefused(index: Int) {
        let row = Self.readings[index]
        do throws(SenderNamePattern.Mistake) {
            let pattern = try SenderNamePattern(row.text, for: row.use)
            #expect(pattern.text == row.stored, "\(row.text)")
        } catch {
            #expect(error == row.mistake, "\(row.text)")
        }
    }

    @Test func everyMistakeIsShown() {
        #expect(Set(Self.readings.compactMap(\.mistake)) == Set(SenderNamePattern.Mistake.allCases))
    }

    struct Name: Sendable {
        var pattern: String
        var name: String?
        var organisation = "Kanzlei Müller"
        var use = SenderNamePattern.Use.own
        var shown: String
    }

    static let names: [Name] = [
        Name(pattern: "{name}", name: "Anna", shown: "Anna <anna@kunde.example>"),
        Name(pattern: "{name}", name: nil, shown: "anna@kunde.example"),
        Name(pattern: "{name} – {organisation}", name: "Anna", shown: "Anna – Kanzlei Müller <anna@kunde.example>"),
        Name(pattern: "{name} – {organisation}", name: nil, shown: "anna – Kanzlei Müller <anna@kunde.example>"),
        // What only led over to a field that is empty goes with it.
        Name(pattern: "{name} – {organisation}", name: "Anna", organisation: "", shown: "Anna <anna@kunde.example>"),
        Name(pattern: "{organisation}: {name}", name: "Anna", organisation: "", shown: "Anna <anna@kunde.example>"),
        Name(pattern: "{name} ({address})", name: "Anna", shown: "Anna (anna@kunde.example) <anna@kunde.example>"),
        // Names that show another address than the mail's own.
        Name(pattern: "{name}", name: "chef@bank.example", shown: "anna <anna@kunde.example>"),
        Name(pattern: "{name}", name: "Chef <chef@bank.example>", shown: "anna <anna@kunde.example>"),
        Name(pattern: "{name}", name: "chef\u{FF20}bank.example", shown: "anna <anna@kunde.example>"),
        Name(pattern: "{name}", name: "anna@kunde.example", shown: "anna@kunde.example <anna@kunde.example>"),
        Name(pattern: "{name}", name: "Treffpunkt @ Bonn", shown: "Treffpunkt @ Bonn <anna@kunde.example>"),
        Name(
            pattern: "{name} – {organisation}", name: "Anna", organisation: "info@bank.example",
            shown: "Anna – info bank.example <anna@kunde.example>"),
        Name(
            pattern: "{name} im Auftrag von {organisation}", name: "Anna", use: .fallback,
            shown: "Anna im Auftrag von Kanzlei Müller <post@depesche.example>"),
        // The account's own address is not that of the mail.
        Name(
            pattern: "{name} über uns", name: "anna@kunde.example", use: .fallback,
            shown: "anna über uns <post@depesche.example>"),
        // Values are not patterns.
        Name(pattern: "{name}", name: "{organisation}", shown: "{organisation} <anna@kunde.example>"),
        Name(
            pattern: "{name} – {organisation}", name: "Anna\u{202E}\r\nBcc: x",
            shown: "Anna Bcc: x – Kanzlei Müller <anna@kunde.example>"),
    ]

    @Test(arguments: names.indices) func namesArePutTogether(index: Int) throws {
        let row = Self.names[index]
        let pattern = try SenderNamePattern(row.pattern, for: row.use)
        let author = Mailbox(name: row.name, address: try EmailAddress(parsing: "anna@kunde.example"))
        let system = Mailbox(name: "Kanzlei", address: try EmailAddress(parsing: "post@depesche.example"))
        let names = SenderNames(
            own: row.use == .own ? pattern : .plainName, fallback: row.use == .fallback ? pattern : .plainName,
            organisation: row.organisation)
        let shown = row.use == .own ? names.own(author) : names.fallback(author, by: system)
        #expect(shown.displayForm == row.shown)
    }

    @Test func anAtSignWithinTheLocalPartIsNoAddressEither() throws {
        let author = Mailbox(address: try EmailAddress(parsing: "\"chef@bank\"@kunde.example"))
        let system = Mailbox(address: try EmailAddress(parsing: "post@depesche.example"))
        let name = SenderNames(fallback: .standardFallback("über Depesche")).fallback(author, by: system).name ?? ""
        #expect(!name.contains("@"))
    }

    @Test func aNameWithoutEndIsCutBetweenCharacters() throws {
        let author = Mailbox(
            name: String(repeating: "Ä", count: 400), address: try EmailAddress(parsing: "a@kunde.example"))
        let name = SenderNames(fallback: .plainName).own(author).name ?? ""
        #expect(name.utf8.count <= 300 && name.hasSuffix("…"))
    }
}
