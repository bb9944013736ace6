import DNS
import MailRouting
import Testing

struct STSPolicyTests {
    private func policy(_ text: String) throws(STSPolicy.Problem) -> STSPolicy {
        try STSPolicy(parsing: Array(text.utf8))
    }

    private static let text = """
        version: STSv1
        mode: enforce
        mx: mail.kunde.example
        mx: *.kunde.example
        max_age: 604800

        """

    @Test(arguments: [
        text, text.replacing("\n", with: "\r\n"), text.replacing(": ", with: ":\t  "),
        text.replacing("\n", with: "  \n"),
    ])
    func readsEitherLineEnd(_ text: String) throws {
        let policy = try policy(text)
        #expect(policy.mode == .enforce)
        #expect(policy.maxAge == 604_800)
        #expect(policy.mx.map(\.description) == ["mail.kunde.example", "*.kunde.example"])
    }

    @Test func readsWhatItWrites() throws {
        let policy = try policy(Self.text)
        #expect(try self.policy(policy.lines.joined(separator: "\r\n")) == policy)
    }

    @Test func passesOverUnknownFieldsAndSecondOnes() throws {
        let policy = try policy(
            "x-new: ü\nmode: testing\nmode: enforce\nversion: STSv1\nversion: STSv2\nmax_age: 1\nmax_age: x\nmx: a.example"
        )
        #expect(policy.mode == .testing)
        #expect(policy.maxAge == 1)
    }

    @Test func theModeThatEndsItNeedsNoHosts() throws {
        #expect(try policy("version: STSv1\nmode: none\nmax_age: 60").mx.isEmpty)
    }

    @Test func aPolicyIsKeptForAYearAtMost() throws {
        #expect(try policy("version: STSv1\nmode: none\nmax_age: 9999999999").maxAge == 31_557_600)
    }

    @Test(arguments: [
        ("", STSPolicy.Problem.missing("version")), ("mode: enforce\nmx: a\nmax_age: 1", .missing("version")),
        ("version: STSv2\nmode: none\nmax_age: 1", .missing("version")),
        ("version: STSv1\nmax_age: 1", .missing("mode")),
        ("version: STSv1\nmode: none", .missing("max_age")),
        ("version: STSv1\nmode: enforce\nmax_age: 1", .missing("mx")),
        ("version: STSv1\nmode: strict", .line(2)), ("version: STSv1\nmode: Enforce", .line(2)),
        ("version: STSv1\nmax_age: -1", .line(2)), ("version: STSv1\nmax_age: 12345678901", .line(2)),
        ("version: STSv1\nmax_age: 1.5", .line(2)), ("version: STSv1\nhello", .line(2)),
        ("version: STSv1\nmode:", .line(2)),
        ("version: STSv1\n mode: none", .line(2)), ("version: STSv1\nmode : none", .line(2)),
        ("mx: *", .line(1)), ("mx: *.*.example", .line(1)), ("mx: a*.example", .line(1)), ("mx: .example", .line(1)),
        ("mx: a.*.example", .line(1)), ("mx: 192.0.2.1", .line(1)), ("mx: mail.example\u{0}", .line(1)),
        ("<html>", .line(1)),
    ]) func refusesEverythingElse(_ text: String, _ problem: STSPolicy.Problem) {
        #expect(throws: problem) { try policy(text) }
    }

    @Test func refusesWhatIsTooLongOrNoText() {
        let fits = Self.text + "x: " + String(repeating: "y", count: STSPolicy.sizeLimit - Self.text.utf8.count - 3)
        #expect(throws: Never.self) { try policy(fits) }
        #expect(throws: STSPolicy.Problem.tooLarge) { try policy(fits + "y") }
        #expect(throws: STSPolicy.Problem.notText) { try STSPolicy(parsing: Array(Self.text.utf8) + [0xFF]) }
        let many = String(repeating: "mx: a.example\n", count: 501)
        #expect(throws: STSPolicy.Problem.tooManyPatterns) { try policy(many) }
    }

    @Test(arguments: [
        ("mail.kunde.example", "mail.kunde.example", true), ("mail.kunde.example", "MAIL.Kunde.example", true),
        ("mail.kunde.example", "x.mail.kunde.example", false), ("*.kunde.example", "mail.kunde.example", true),
        ("*.kunde.example", "kunde.example", false), ("*.kunde.example", "a.b.kunde.example", false),
        ("*.KUNDE.example", "mail.kunde.example", true), ("*.kunde.example", "mail.kunde.example.evil.example", false),
        ("*.kunde.example", "mailkunde.example", false),
    ]) func aWildcardIsOneLabel(_ pattern: String, _ host: String, _ isMatch: Bool) throws {
        #expect(try #require(STSMXPattern(pattern)).matches(try name(host)) == isMatch)
    }
}
