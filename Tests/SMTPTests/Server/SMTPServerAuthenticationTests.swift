import SMTP
import Testing

@Suite("Server: AUTH")
struct SMTPServerAuthenticationTests {
    /// NUL anna NUL geheim
    private static let plain = "AGFubmEAZ2VoZWlt"

    @Test(
        "PLAIN and LOGIN, with and without an initial response",
        arguments: [
            (["AUTH PLAIN AGFubmEAZ2VoZWlt"], ["235 2.7.0"]),
            (["auth plain", "AGFubmEAZ2VoZWlt"], ["334", "235 2.7.0"]),
            (["AUTH PLAIN YW5uYQBhbm5hAGdlaGVpbQ=="], ["235 2.7.0"]),
            (
                ["AUTH LOGIN", "YW5uYQ==", "Z2VoZWlt"],
                ["334 VXNlcm5hbWU6", "334 UGFzc3dvcmQ6", "235 2.7.0"]
            ),
            (["AUTH LOGIN YW5uYQ==", "Z2VoZWlt"], ["334 UGFzc3dvcmQ6", "235 2.7.0"]),
        ])
    func accepted(_ lines: [String], _ replies: [String]) throws {
        var driver = try ServerDriver.greeted(isSecured: true)
        #expect(lines.flatMap { driver.say($0) } == replies)
        #expect(driver.session.user == "anna")
        #expect(driver.signIns == ["anna geheim"])
        driver.say("MAIL FROM:<>")
        #expect(driver.session.transmission == .esmtpSA)
    }

    @Test(
        "What is no sign-in",
        arguments: [
            (["AUTH CRAM-MD5"], "504 5.5.4"), (["AUTH PLAIN *"], "501 5.5.2"), (["AUTH PLAIN", "*"], "501 5.7.0"),
            (["AUTH LOGIN", "*"], "501 5.7.0"), (["AUTH LOGIN", "YW5uYQ==", "*"], "501 5.7.0"),
            (["AUTH PLAIN", "x"], "501 5.5.2"), (["AUTH PLAIN", ""], "501 5.5.2"), (["AUTH PLAIN ="], "501 5.5.2"),
            (["AUTH PLAIN a b"], "501 5.5.2"), (["AUTH PLAIN YW5uYQ=="], "501 5.5.2"),
            // Acting for somebody else; empty name; empty password; wrong password.
            (["AUTH PLAIN ZXZhAGFubmEAZ2VoZWlt"], "535 5.7.8"), (["AUTH PLAIN AABnZWhlaW0="], "535 5.7.8"),
            (["AUTH PLAIN AGFubmEA"], "535 5.7.8"), (["AUTH LOGIN", "YW5uYQ==", "eHl6"], "535 5.7.8"),
            (["AUTH LOGIN", "YW5uYQ==", ""], "535 5.7.8"),
            // Not UTF-8; a NUL in LOGIN.
            (["AUTH LOGIN", "//8="], "501 5.5.2"), (["AUTH LOGIN", "AA=="], "501 5.5.2"),
        ])
    func refused(_ lines: [String], _ last: String) throws {
        var driver = try ServerDriver.greeted(isSecured: true)
        #expect(lines.flatMap { driver.say($0) }.last == last)
        #expect(driver.session.user == nil)
        #expect(driver.say("AUTH PLAIN \(Self.plain)") == ["235 2.7.0"], "another try is possible")
    }

    @Test("An initial response of \"=\" is empty: LOGIN then has no user")
    func emptyInitialResponse() throws {
        var driver = try ServerDriver.greeted(isSecured: true)
        #expect(driver.say("AUTH LOGIN =", "Z2VoZWlt") == ["334 UGFzc3dvcmQ6", "535 5.7.8"])
        #expect(driver.signIns.isEmpty)
    }

    @Test("Not without TLS, not twice, not within a mail")
    func sequence() throws {
        var driver = try ServerDriver.greeted()
        #expect(driver.say("AUTH PLAIN \(Self.plain)") == ["538 5.7.11"])
        driver = try ServerDriver(isSecured: true)
        driver.say("HELO client.example")
        #expect(driver.say("AUTH PLAIN \(Self.plain)") == ["503 5.5.1"])
        driver = try ServerDriver.greeted(isSecured: true)
        driver.say("MAIL FROM:<>")
        #expect(driver.say("AUTH PLAIN \(Self.plain)") == ["503 5.5.1"])
        driver.say("RSET")
        #expect(driver.say("AUTH PLAIN \(Self.plain)") == ["235 2.7.0"])
        #expect(driver.say("AUTH PLAIN \(Self.plain)") == ["503 5.5.1"])
        #expect(driver.signIns.count == 1)
    }

    @Test("Where a sign-in is required, MAIL waits for it")
    func required() throws {
        var driver = try ServerDriver(isSecured: true, requiresAuthentication: true)
        driver.say("EHLO client.example")
        #expect(driver.say("MAIL FROM:<a@example.org>") == ["530 5.7.0"])
        driver.say("AUTH PLAIN \(Self.plain)")
        #expect(driver.say("MAIL FROM:<a@example.org> AUTH=a+2Bb@example.org") == ["250 2.1.0"])
        #expect(driver.session.envelope?.parameters.submitter == "a+b@example.org")
    }

    @Test("The third failure ends the session, by whichever way")
    func limit() throws {
        var driver = try ServerDriver.greeted(isSecured: true)
        #expect(driver.say("AUTH PLAIN AGFubmEAeHl6") == ["535 5.7.8"])
        #expect(driver.say("AUTH PLAIN AGFubmEA") == ["535 5.7.8"])
        #expect(driver.say("AUTH PLAIN AGFubmEAeHl6") == ["421 4.7.0", "(close)"])
    }

    @Test("When nobody can tell, it is no failure")
    func unavailable() throws {
        var driver = try ServerDriver.greeted(isSecured: true)
        driver.answers = false
        for _ in 0..<5 {
            #expect(driver.say("AUTH PLAIN \(Self.plain)") == ["(sign-in)"])
            #expect(driver.on(.authenticationAnswered(.unavailable)) == ["454 4.7.0"])
        }
        #expect(driver.on(.authenticationAnswered(.accepted)) == [], "nobody was asked")
        #expect(driver.session.user == nil)
    }

    @Test("Responses may be longer than commands, and have a limit of their own")
    func longLines() throws {
        var driver = try ServerDriver.greeted(isSecured: true)
        let password = String(repeating: "AAAA", count: 2500)
        #expect(driver.say("AUTH LOGIN", "YW5uYQ==", password).last == "501 5.5.2", "read, and refused for its NULs")
        #expect(driver.say("AUTH LOGIN", "YW5uYQ==", password + password).last == "500 5.5.6")
        #expect(driver.say("NOOP") == ["250 2.0.0"])
    }

    @Test("Passwords are shown nowhere")
    func masked() throws {
        var driver = try ServerDriver.greeted(isSecured: true)
        driver.answers = false
        driver.say("AUTH LOGIN", "YW5uYQ==")
        let actions = driver.session.receive(.received(Array("Z2VoZWlt\r\n".utf8)))
        #expect(actions.count == 1)
        var dumped = ""
        dump(actions, to: &dumped)
        dump(driver.session, to: &dumped)
        dump(try SMTPServerCommand(parsing: "AUTH PLAIN Z2VoZWlt".utf8, offer: SMTPServerOffer()), to: &dumped)
        for shown in ["\(actions)", "\(driver.session)", String(reflecting: driver.session), dumped] {
            #expect(!shown.contains("geheim") && !shown.contains("Z2VoZWlt"), "\(shown)")
        }
    }
}
