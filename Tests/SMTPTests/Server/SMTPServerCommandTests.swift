import SMTP
import Testing

@Suite("Server: command grammar")
struct SMTPServerCommandTests {
    private func parse(_ line: String) throws -> SMTPServerCommand {
        var offer = ServerDriver.offer()
        offer.startTLS = false
        return try SMTPServerCommand(parsing: line.utf8, offer: offer)
    }

    private func problem(_ line: String) -> SMTPServerCommand.Problem? {
        do {
            _ = try parse(line)
            return nil
        } catch { return error as? SMTPServerCommand.Problem }
    }

    @Test(
        "Paths",
        arguments: [
            ("<a@example.org>", "a@example.org"), ("<\"a b\"@example.org>", "\"a b\"@example.org"),
            ("<\"a\\\"b\"@example.org>", "\"a\\\"b\"@example.org"), ("<a@[192.0.2.1]>", "a@[192.0.2.1]"),
            ("<a@[IPv6:2001:db8::1]>", "a@[IPv6:2001:db8::1]"), ("  <a@example.org>", "a@example.org"),
            ("<@x.example:a@example.org>", "a@example.org"),
            ("<@x.example,@[IPv6:2001:db8::1],@y.example:a@example.org>", "a@example.org"),
            ("<ü@bücher.example>", "ü@xn--bcher-kva.example"),
        ])
    func paths(_ path: String, _ wire: String) throws {
        guard case .recipient(.mailbox(let address), _) = try parse("RCPT TO:\(path)") else {
            Issue.record("no recipient")
            return
        }
        #expect(address.wire == wire)
        guard case .mail(let sender, _) = try parse("mail from:\(path) SMTPUTF8 \t") else {
            Issue.record("no mail")
            return
        }
        #expect(sender.wire == wire)
    }

    @Test("The null reverse path is no recipient, and Postmaster needs no domain")
    func special() throws {
        #expect(try parse("MAIL FROM:<>") == .mail(.null, SMTPMailParameters()))
        #expect(problem("RCPT TO:<>") == .badRecipient)
        #expect(try parse("RCPT TO:<postMASTER>") == .recipient(.postmaster, SMTPRecipientParameters()))
        #expect(problem("MAIL FROM:<postmaster>") == .badSender)
    }

    @Test(
        "What is no path",
        arguments: [
            "a@example.org", "<a@example.org", "a@example.org>", "<<a@example.org>>", "<a@example.org>x", "",
            "<\"a@example.org>", "<a@example.org>>", "<@x.example>", "<@x.example,a@example.org>", "<@:a@example.org>",
            "<@x.example,:a@example.org>", "<@-x:a@example.org>",
        ])
    func badPaths(_ path: String) {
        #expect(problem("RCPT TO:\(path)") == .syntax)
        #expect(problem("MAIL FROM:\(path)") == .syntax)
    }

    @Test(
        "What is no address",
        arguments: [
            "<a>", "<a@>", "<a b@example.org>", "<a@@example.org>", "<\"a>b\"@example.org>", "<a\u{1}@example.org>",
            "<a@exa mple.org>", "<a@[]>", "<.a@example.org>", "<@x.example:>", "<a@x.example,@y.example>",
        ])
    func badAddresses(_ path: String) {
        #expect([.badRecipient, .syntax].contains(problem("RCPT TO:\(path)")))
    }

    @Test("Octets that are not UTF-8 are no address")
    func notUTF8() {
        let line = Array("MAIL FROM:<".utf8) + [0xFF] + Array("@example.org> SMTPUTF8".utf8)
        #expect(throws: SMTPServerCommand.Problem.badSender) {
            try SMTPServerCommand(parsing: line, offer: ServerDriver.offer())
        }
    }

    @Test(
        "Parameters of MAIL",
        arguments: [
            ("FOO", .unknownParameter), ("FOO=1", .unknownParameter), ("NOTIFY=NEVER", .unknownParameter),
            ("SIZE", .badArgument), ("SIZE=1 SIZE=1", .badArgument), ("size=1 SIZE=2", .badArgument),
            ("SIZE=", .syntax),
            ("SIZE=1=2", .syntax), ("=1", .syntax), ("-A=1", .syntax), ("A_B=1", .syntax),
            ("BODY=BINARYMIME", .badArgument),
            ("BODY", .badArgument), ("SMTPUTF8=1", .badArgument), ("RET=ALL", .badArgument), ("ENVID=+4", .badArgument),
            ("ENVID=+zz", .badArgument), ("ENVID=" + String(repeating: "a", count: 101), .badArgument),
            ("AUTH", .badArgument), ("AUTH=ü", .badArgument), ("REQUIRETLS=yes", .badArgument),
            ("BODY=7BIT  RET=FULL", nil), ("AUTH=<>", nil), ("AUTH=a@b", nil), ("REQUIRETLS", nil),
            ("ENVID=a+20b", nil),
        ] as [(String, SMTPServerCommand.Problem?)])
    func mailParameters(_ words: String, _ expected: SMTPServerCommand.Problem?) {
        #expect(problem("MAIL FROM:<> \(words)") == expected)
    }

    @Test(
        "Parameters of RCPT",
        arguments: [
            ("SIZE=1", .unknownParameter), ("NOTIFY", .badArgument), ("NOTIFY=NEVER,DELAY", .badArgument),
            ("NOTIFY=SUCCESS,,DELAY", .badArgument), ("NOTIFY=ALWAYS", .badArgument), ("ORCPT=a@b", .badArgument),
            ("ORCPT=;a", .badArgument), ("ORCPT=rfc822;", .badArgument), ("ORCPT=rfc822;a+0", .badArgument),
            ("ORCPT=rfc822;" + String(repeating: "a", count: 500), .badArgument), ("ORCPT=utf-8;ü@b", nil),
            ("NOTIFY=SUCCESS,FAILURE,DELAY ORCPT=X400;a+2Bb", nil),
        ] as [(String, SMTPServerCommand.Problem?)])
    func recipientParameters(_ words: String, _ expected: SMTPServerCommand.Problem?) {
        #expect(problem("RCPT TO:<a@example.org> \(words)") == expected)
    }

    @Test("What stands in xtext cannot become a line of a report")
    func hostileXText() throws {
        guard case .mail(_, let parameters) = try parse("MAIL FROM:<> ENVID=a+0D+0Ab") else { return }
        #expect(parameters.envelopeID == "a  b")
    }

    @Test("xtext there and back")
    func xtext() {
        #expect(SMTPXText.decode("a+2Bb+3D+20") == Array("a+b= ".utf8))
        for bad in ["+", "+2", "+2b", "a=b", "a b", "ü"] { #expect(SMTPXText.decode(bad) == nil) }
        let all = Array(UInt8.min...UInt8.max)
        #expect(SMTPXText.decode(SMTPXText.encode(all)) == all)
    }
}
