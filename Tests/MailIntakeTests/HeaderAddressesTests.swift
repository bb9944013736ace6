import MailMessage
import Testing

@testable import MailIntake

@Suite struct HeaderAddressesTests {
    private static func read(_ text: String) -> [String]? {
        (try? HeaderAddresses.mailboxes(text.utf8))?.map(\.wireForm)
    }

    @Test(arguments: [
        ("a@b.example", ["a@b.example"]), (" a@b.example ", ["a@b.example"]), ("<a@b.example>", ["a@b.example"]),
        ("Anna Müller <a@b.example>", ["a@b.example"]), ("Anna M. <a@b.example>", ["a@b.example"]),
        ("\"Anna, the <x@y.example>\" <a@b.example>", ["a@b.example"]),
        ("=?utf-8?q?Anna_M=C3=BCller?= <a@b.example>", ["a@b.example"]),
        ("a@b.example, \"c d\"@e.example", ["a@b.example", "\"c d\"@e.example"]),
        ("A <a@b.example>,\r\n\tC <c@d.example>", ["a@b.example", "c@d.example"]),
        ("(x@y.example) a@b.example (Anna (née B))", ["a@b.example"]),
        ("a@münchen.example", ["a@xn--mnchen-3ya.example"]), ("A@B.Example", ["A@b.example"]),
        ("\"a \\\"quoted\\\" name\" <a@b.example>", ["a@b.example"]),
    ])
    func readsWhatTheGrammarHas(text: String, addresses: [String]) {
        #expect(Self.read(text) == addresses)
    }

    /// Each of them is shown by some program as another address than the one that another program checks.
    @Test(arguments: [
        "", " ", "a", "@b.example", "a@", "a@b.example c@d.example", "<a@b.example> <c@d.example>",
        "c@d.example <a@b.example>", "<c@d.example>, ", ", a@b.example", "a@b.example,, c@d.example",
        "<a@b.example", "a@b.example>", "<<a@b.example>>", "<a@b.example>x", "a@b.example x",
        "<a@b.example,c@d.example>",
        "<@relay.example:a@b.example>", "Group: a@b.example;", "a@b@c.example", "\"a@b.example", "(a@b.example",
        "a @b.example", "a@ b.example", "< a@b.example>", "<a@b.example >", "a@[192.0.2.1]", "\"x\" a@b.example",
        "a@b.example\u{0}@c.example", "a\\@b@c.example", "x: a@b.example", "a..b@c.example",
        "<a@b.example> (x", "=?utf-8?q?a=40b.example?=",
    ])
    func refusesWhatCouldBeReadInTwoWays(text: String) {
        #expect(Self.read(text) == nil)
    }
}
