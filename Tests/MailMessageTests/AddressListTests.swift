import MailMessage
import Testing

@Suite struct AddressListTests {
    private func read(_ text: String) -> [String] {
        AddressList(parsing: text).entries.map { entry in
            switch entry {
            case .mailbox(let mailbox): mailbox.displayForm
            case .mistake(let mistake): "! \(mistake.text): \(mistake.error.rawValue)"
            }
        }
    }

    @Test(arguments: [
        (
            "Anna <a@b.example>; \"Last, First\" <c@d.example>, e@f.example\ng@h.example",
            ["Anna <a@b.example>", "Last, First <c@d.example>", "e@f.example", "g@h.example"]
        ),
        (
            "Müller, Hans <h@m.example>; Muster, Dr., Anna <a@m.example>",
            ["Müller, Hans <h@m.example>", "Muster, Dr., Anna <a@m.example>"]
        ),
        (
            "Müller, Hans (Einkauf; Nord) <h@m.example>; b@m.example",
            ["Müller, Hans (Einkauf; Nord) <h@m.example>", "b@m.example"]
        ),
        ("'a@b.example' <a@b.example>", ["a@b.example"]), ("'a@b.example'", ["a@b.example"]),
        ("mailto:a@b.example", ["a@b.example"]), ("<mailto:a@b.example>", ["a@b.example"]),
        ("a@b.example (Anna Muster)", ["Anna Muster <a@b.example>"]),
        ("a@b.example c@d.example\te@f.example", ["a@b.example", "c@d.example", "e@f.example"]),
        ("Anna Muster\ta@b.example", ["Anna Muster <a@b.example>"]),
        ("An: Anna <a@b.example>; Cc: c@d.example", ["Anna <a@b.example>", "c@d.example"]),
        ("=?utf-8?q?M=C3=BCller?= <a@b.example>", ["Müller <a@b.example>"]),
        ("\"O\\\"Brien\" <a@b.example>", ["O\"Brien <a@b.example>"]),
        ("O\"Brien <a@b.example>, c@d.example", ["O\"Brien <a@b.example>", "c@d.example"]),
        ("\"a b\"@c.example", ["\"a b\"@c.example"]), (" ;, ;\r\n\r\n , ", []), ("", []),
        ("a@b.example;;;c@d.example", ["a@b.example", "c@d.example"]),
        ("Anna \"die Große\" <a@b.example>", ["Anna \"die Große\" <a@b.example>"]),
    ])
    func pastedListsAreUnderstood(text: String, expected: [String]) {
        #expect(read(text) == expected)
    }

    @Test(arguments: [
        ("anna; b@c.example", ["! anna: missing-at", "b@c.example"]),
        ("a@b@c.example", ["! a@b@c.example: several-ats"]),
        ("Anna <a@b.example", ["! Anna <a@b.example: angle-bracket"]),
        ("Anna a@b.example>", ["! Anna a@b.example>: angle-bracket"]),
        ("Anna <>", ["! Anna <>: empty"]),
        ("a@b.example Anna", ["! a@b.example Anna: blank"]),
        ("anna, \"Bob\" <b@c.example>", ["! anna: missing-at", "Bob <b@c.example>"]),
        ("\"Anna <a@b.example>; c@d.example", ["\"Anna <a@b.example>", "c@d.example"]),
        ("a\u{0}@b.example", ["! a\u{0}@b.example: control-character"]),
        ("(nur Kommentar)", ["! (nur Kommentar): missing-at"]),
    ])
    func mistakesAreNamedAtTheEntry(text: String, expected: [String]) {
        #expect(read(text) == expected)
    }

    @Test func duplicatesAreFoldedAndKeepTheName() {
        let list = AddressList(parsing: "a@b.example, Anna <A@B.example>; c@d.example; a@b.example")
        #expect(list.mailboxes.map(\.displayForm) == ["Anna <a@b.example>", "c@d.example"])
        #expect(list.duplicateCount == 2)
    }

    @Test func namesAreCleaned() {
        let list = AddressList(parsing: "Anna\u{202E}\u{7}Muster <a@b.example>")
        #expect(list.mailboxes.first?.name == "Anna Muster")
    }

    @Test func tenThousandEntriesTakeWellUnderASecond() {
        let text = (0..<10_000).map { "\"Muster, Anna \($0)\" <anna.\($0)@kunde.example>" }.joined(separator: "; ")
        var list = AddressList(parsing: "")
        let time = processorTime { list = AddressList(parsing: text) }
        #expect(list.mailboxes.count == 10_000)
        #expect(time < .seconds(3), "\(time); the build under test is not optimised")
    }

    @Test func hostileTextsTakeLinearTime() {
        for piece in ["(", ")", "\"", "\"a", "<", ",", ";", "a ", "\\", "=?", "(\"", "@"] {
            let time = processorTime { _ = AddressList(parsing: String(repeating: piece, count: 50_000)) }
            #expect(time < .seconds(5), "\(piece): \(time)")
        }
    }

    @Test func nothingIsLostAndNothingCrashes() {
        var random = SeededGenerator(seed: 3)
        let alphabet = trickyPieces + ["<", ">", "\n", "\t", "a@b.example", "Anna <c@d.example>"]
        for _ in 0..<5_000 {
            let text = random.text(0...12, from: alphabet)
            let list = AddressList(parsing: text)
            let isBlank = text.allSatisfy { " ,;\n\t".contains($0) }
            #expect(isBlank || !list.entries.isEmpty, "\(text)")
        }
    }
}
