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
            homeDomains: row.homes, names: SenderNames(fallback: .standardFallback("über Depesche")))
        #expect(decision.from.displayForm == row.from)
        #expect(decision.replyTo?.displayForm == row.answers)
        #expect(decision.reason == row.reason)
        #expect(decision.envelopeFrom == .address(decision.from.address))
    }

    @Test func aNameThatTurnsTextAroundIsCleanedAlsoWithTheWordsBehind() throws {
        let author = Mailbox(name: "Anna\u{202E}\r\nBcc: x", address: try EmailAddress(parsing: "a@kunde.example"))
        let decision = SenderDecision.decide(
            author: author, systemSender: Mailbox(address: try EmailAddress(parsing: "post@depesche.example")),
            homeDomains: [], names: SenderNames(fallback: .standardFallback("via Depesche")))
        #expect(decision.from.name == "Anna Bcc: x via Depesche")
    }

    @Test func noWordsBehindTheNameIfNoneAreGiven() throws {
        let author = Mailbox(name: "Anna", address: try EmailAddress(parsing: "a@kunde.example"))
        let decision = SenderDecision.decide(
            author: author, systemSender: Mailbox(address: try EmailAddress(parsing: "post@depesche.example")),
            homeDomains: [], names: SenderNames(fallback: .standardFallback("")))
        #expect(decision.from.name == "Anna")
    }

    // MARK: Sender domains

    struct Standing: Sendable {
        var standing: DomainStanding?
        var isReleased = false
        var outcome: SenderDecision.Outcome
        var code: String
    }

    static let standings: [Standing] = [
        Standing(standing: nil, outcome: .fallback, code: "foreign-domain"),
        Standing(standing: DomainStanding(state: .pending), outcome: .fallback, code: "pending-domain"),
        Standing(standing: DomainStanding(state: .pending, policy: .hold), outcome: .hold, code: "hold-pending-domain"),
        Standing(
            standing: DomainStanding(state: .pending, policy: .reject), outcome: .reject, code: "reject-pending-domain"),
        Standing(
            standing: DomainStanding(state: .verified, policy: .reject, alignedBy: [.dkim]), outcome: .own,
            code: "dkim-aligned"),
        Standing(
            standing: DomainStanding(state: .verified, policy: .hold, alignedBy: [.spf]), outcome: .own,
            code: "spf-aligned"),
        Standing(
            standing: DomainStanding(state: .warning, alignedBy: [.spf, .dkim]), outcome: .own, code: "dkim-aligned"),
        Standing(standing: DomainStanding(state: .degraded), outcome: .fallback, code: "degraded-domain"),
        Standing(
            standing: DomainStanding(state: .degraded, policy: .hold), outcome: .hold, code: "hold-degraded-domain"),
        Standing(
            standing: DomainStanding(state: .degraded, policy: .hold), isReleased: true, outcome: .fallback,
            code: "degraded-domain"),
        Standing(
            standing: DomainStanding(state: .degraded, policy: .reject), isReleased: true, outcome: .reject,
            code: "reject-degraded-domain"),
    ]

    func decide(
        _ domains: DomainStandings, author: String? = "anna@kunde.example", isReleased: Bool = false
    ) throws -> SenderDecision {
        SenderDecision.decide(
            author: try author.map { Mailbox(name: "Anna", address: try EmailAddress(parsing: $0)) },
            systemSender: Mailbox(address: try EmailAddress(parsing: "post@depesche.example")), domains: domains,
            names: SenderNames(fallback: .standardFallback("über Depesche")), isReleased: isReleased)
    }

    @Test(arguments: standings.indices) func theDomainDecides(index: Int) throws {
        let row = Self.standings[index]
        let domain = try MailDomain(parsing: "kunde.example")
        let decision = try decide(
            DomainStandings(listed: row.standing.map { [domain: $0] } ?? [:]), isReleased: row.isReleased)
        #expect(decision.outcome == row.outcome && decision.code == row.code)
        let isFallback = row.outcome == .fallback
        #expect(decision.from.address.wireForm == (isFallback ? "post@depesche.example" : "anna@kunde.example"))
        #expect(decision.replyTo?.address.wireForm == (isFallback ? "anna@kunde.example" : nil))
        #expect(decision.signingDomain == decision.from.address.domain && decision.keyedReturnPathDomain == nil)
    }

    @Test func aDeclaredHomeNeedsNoRecords() throws {
        let domain = try MailDomain(parsing: "kunde.example")
        let decision = try decide(
            DomainStandings(homeDomains: [domain], listed: [domain: DomainStanding(state: .degraded, policy: .reject)]))
        #expect(decision.outcome == .own && decision.reason == .homeDomain)
    }

    @Test func aSubdomainIsAnotherDomain() throws {
        let decision = try decide(
            DomainStandings(listed: [try MailDomain(parsing: "kunde.example"): DomainStanding(state: .verified)]),
            author: "anna@mail.kunde.example")
        #expect(decision.reason == .foreignDomain)
    }

    @Test func theEnvelopeSenderFollowsTheReturnPath() throws {
        let kunde = try MailDomain(parsing: "kunde.example")
        let own = try MailDomain(parsing: "depesche.example")
        var domains = DomainStandings(
            listed: [kunde: DomainStanding(state: .verified, alignedBy: [.dkim], bouncesReady: true)],
            returnPath: .account, returnPathDomain: own)
        #expect(try decide(domains).keyedReturnPathDomain == nil)
        #expect(try decide(domains).envelopeFrom == .address(try EmailAddress(parsing: "anna@kunde.example")))
        domains.returnPath = .own
        #expect(try decide(domains).keyedReturnPathDomain == own)
        domains.returnPath = .subdomain
        #expect(try decide(domains).keyedReturnPathDomain?.ascii == "bounce.kunde.example")
        // Where reports would be lost, they go to our own domain.
        #expect(try decide(domains, author: nil).keyedReturnPathDomain == own)
        domains.listed[kunde]?.bouncesReady = false
        #expect(try decide(domains).keyedReturnPathDomain == own)
        domains.returnPathDomain = nil
        #expect(try decide(domains).keyedReturnPathDomain == nil)
    }
}
