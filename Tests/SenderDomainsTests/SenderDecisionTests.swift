import MailMessage
import SenderDomains
import Testing

@Suite struct SenderDecisionTests {
    struct Row: Sendable {
        var author: String?
        var name: String? = "Anna Müller"
        var homes: [String] = []
        var replyTo: String?
        var from: String
        var answers: String?
        var reason: SenderDecision.Reason
    }

    static let rows: [Row] = [
        Row(
            author: "anna@kunde.example", homes: ["kunde.example"], from: "Anna Müller <anna@kunde.example>",
            reason: .homeDomain),
        Row(
            author: "Anna@KUNDE.example", homes: ["other.example", "Kunde.Example"],
            from: "Anna Müller <Anna@kunde.example>", reason: .homeDomain),
        Row(
            author: "anna@müller.example", homes: ["xn--mller-kva.example"], from: "Anna Müller <anna@müller.example>",
            reason: .homeDomain),
        Row(
            author: "anna@kunde.example", name: nil, homes: ["kunde.example"], from: "anna@kunde.example",
            reason: .homeDomain),
        Row(
            author: "anna@kunde.example", from: "Anna Müller über Depesche <post@depesche.example>",
            answers: "Anna Müller <anna@kunde.example>", reason: .foreignDomain),
        Row(
            author: "anna@mail.kunde.example", homes: ["kunde.example"],
            from: "Anna Müller über Depesche <post@depesche.example>",
            answers: "Anna Müller <anna@mail.kunde.example>", reason: .foreignDomain),
        Row(
            author: "anna@kunde.example", homes: ["mail.kunde.example", "evilkunde.example", "not a domain", ""],
            from: "Anna Müller über Depesche <post@depesche.example>", answers: "Anna Müller <anna@kunde.example>",
            reason: .foreignDomain),
        Row(
            author: "anna@kunde.example", name: nil, from: "anna über Depesche <post@depesche.example>",
            answers: "anna@kunde.example", reason: .foreignDomain),
        // Where answers to notifications go says nothing about answers to a person.
        Row(
            author: "anna@kunde.example", replyTo: "help@depesche.example",
            from: "Anna Müller über Depesche <post@depesche.example>", answers: "Anna Müller <anna@kunde.example>",
            reason: .foreignDomain),
        Row(
            author: "POST@depesche.example", from: "Anna Müller <POST@depesche.example>",
            reason: .sameAsSystemSender),
        Row(author: nil, from: "Kanzlei <post@depesche.example>", reason: .systemMail),
        Row(
            author: nil, homes: ["depesche.example"], replyTo: "help@depesche.example",
            from: "Kanzlei <post@depesche.example>", answers: "help@depesche.example", reason: .systemMail),
        Row(
            author: nil, replyTo: "post@depesche.example", from: "Kanzlei <post@depesche.example>", reason: .systemMail),
    ]

    @Test(arguments: rows.indices) func decidesAsTheTableSays(index: Int) throws {
        let row = Self.rows[index]
        let author = try row.author.map { Mailbox(name: row.name, address: try EmailAddress(parsing: $0)) }
        let decision = SenderDecision.decide(
            author: author,
            systemSender: Mailbox(name: "Kanzlei", address: try EmailAddress(parsing: "post@depesche.example")),
            systemReplyTo: try row.replyTo.map { Mailbox(address: try EmailAddress(parsing: $0)) },
            homeDomains: row.homes, via: "über Depesche")
        #expect(decision.from.displayForm == row.from)
        #expect(decision.replyTo?.displayForm == row.answers)
        #expect(decision.reason == row.reason)
        #expect(decision.envelopeFrom == .address(decision.from.address))
    }

    @Test func aNameThatTurnsTextAroundIsCleanedAlsoWithTheWordsBehind() throws {
        let author = Mailbox(name: "Anna\u{202E}\r\nBcc: x", address: try EmailAddress(parsing: "a@kunde.example"))
        let decision = SenderDecision.decide(
            author: author, systemSender: Mailbox(address: try EmailAddress(parsing: "post@depesche.example")),
            homeDomains: [], via: "via Depesche")
        #expect(decision.from.name == "Anna Bcc: x via Depesche")
    }

    @Test func noWordsBehindTheNameIfNoneAreGiven() throws {
        let author = Mailbox(name: "Anna", address: try EmailAddress(parsing: "a@kunde.example"))
        let decision = SenderDecision.decide(
            author: author, systemSender: Mailbox(address: try EmailAddress(parsing: "post@depesche.example")),
            homeDomains: [], via: "")
        #expect(decision.from.name == "Anna")
    }
}
