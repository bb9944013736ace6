import MailMessage
import SMTP
import Testing

@Suite("Signing in")
struct SMTPAuthenticationTests {
    private func driver(
        _ credentials: SMTPCredentials?, offering mechanisms: String, security: SMTPSecurity = .tls,
        cleartext: Bool = false
    ) throws -> (driver: Driver, actions: [String]) {
        let present: SMTPCredentials = try #require(credentials)
        var driver = try Driver(security: security, credentials: present, cleartext: cleartext)
        driver.on(.connected)
        if security == .tls { driver.on(.tlsEstablished) }
        driver.on(220, "mx")
        let actions = driver.on(250, "mx", mechanisms)
        return (driver, actions)
    }

    private let anna = SMTPCredentials.password(user: "anna", password: "geheim")

    @Test("PLAIN is preferred and sent with the command")
    func plain() throws {
        var (driver, actions) = try driver(anna, offering: "AUTH LOGIN PLAIN")
        #expect(actions == ["AUTH PLAIN AGFubmEAZ2VoZWlt"])
        #expect(driver.on(235, "2.7.0 welcome") == ["(ready)"])
        #expect(driver.session.isAuthenticated)
    }

    @Test("LOGIN asks twice")
    func login() throws {
        var (driver, actions) = try driver(anna, offering: "AUTH LOGIN")
        #expect(actions == ["AUTH LOGIN"])
        #expect(driver.on(334, "VXNlcm5hbWU6") == ["YW5uYQ=="])
        #expect(driver.on(334, "UGFzc3dvcmQ6") == ["Z2VoZWlt"])
        #expect(driver.on(235, "ok") == ["(ready)"])
    }

    @Test("XOAUTH2 sends user and token")
    func xoauth2() throws {
        let credentials = SMTPCredentials.xoauth2(user: "anna@example.org", accessToken: "tok")
        var (driver, actions) = try driver(credentials, offering: "AUTH PLAIN XOAUTH2")
        #expect(actions == ["AUTH XOAUTH2 dXNlcj1hbm5hQGV4YW1wbGUub3JnAWF1dGg9QmVhcmVyIHRvawEB"])
        #expect(driver.on(235, "ok") == ["(ready)"])
    }

    @Test("XOAUTH2's error challenge is answered with an empty line and told")
    func xoauth2Challenge() throws {
        let credentials = SMTPCredentials.xoauth2(user: "anna@example.org", accessToken: "tok")
        var (driver, _) = try driver(credentials, offering: "AUTH XOAUTH2")
        // {"status":"401"}
        #expect(driver.on(334, "eyJzdGF0dXMiOiI0MDEifQ==") == [""])
        #expect(driver.on(535, "5.7.8 no") == ["QUIT", "(failed)", "(close)"])
        #expect(driver.failures.first?.kind == .authentication)
        #expect(driver.failures.first?.text.contains("{\"status\":\"401\"}") == true)
        #expect(driver.failures.first?.enhancedStatus == EnhancedStatusCode(5, 7, 8))
    }

    @Test("A line beyond 512 octets is no initial response")
    func long() throws {
        let token = String(repeating: "t", count: 2000)
        var (driver, actions) = try driver(.xoauth2(user: "anna", accessToken: token), offering: "AUTH XOAUTH2")
        #expect(actions == ["AUTH XOAUTH2"])
        #expect(driver.on(334, "").first?.count ?? 0 > 2600)
        #expect(driver.on(334, "e30=") == [""])
        #expect(driver.on(334, "e30=") == ["(failed)", "(close)"])
        #expect(driver.failures.first?.kind == .protocol)
    }

    @Test("A wrong password is told with the server's words, and never permanent", arguments: [454, 535, 538])
    func refused(_ code: Int) throws {
        var (driver, _) = try driver(anna, offering: "AUTH PLAIN")
        #expect(driver.on(code, "no") == ["QUIT", "(failed)", "(close)"])
        let failure = try #require(driver.failures.first)
        #expect(failure.kind == .authentication)
        #expect(failure.phase == .authentication)
        #expect(failure.reply?.code == code)
        #expect(!failure.isPermanent)
        #expect(failure.concernsHost)
        #expect(failure.code == "smtp.authentication.authentication")
    }

    @Test("504 to PLAIN: LOGIN is tried")
    func alternative() throws {
        var (driver, _) = try driver(anna, offering: "AUTH PLAIN LOGIN")
        #expect(driver.on(504, "unknown") == ["AUTH LOGIN"])
        #expect(driver.on(504, "unknown") == ["QUIT", "(failed)", "(close)"])
    }

    @Test("PLAIN that is asked for more is given up")
    func plainAskedForMore() throws {
        var (driver, _) = try driver(anna, offering: "AUTH PLAIN")
        #expect(driver.on(334, "more") == ["*"])
        #expect(driver.on(501, "cancelled") == ["QUIT", "(failed)", "(close)"])
        (driver, _) = try self.driver(anna, offering: "AUTH PLAIN")
        driver.on(334, "more")
        #expect(driver.on(235, "welcome?") == ["(failed)", "(close)"])
    }

    @Test("No common mechanism, no AUTH at all")
    func none() throws {
        for line in ["AUTH GSSAPI NTLM", "AUTH XOAUTH2", "PIPELINING"] {
            let (driver, actions) = try driver(anna, offering: line)
            #expect(actions == ["QUIT", "(failed)", "(close)"])
            #expect(driver.failures.first?.kind == .authenticationNotPossible)
        }
    }

    @Test("Without TLS the password stays here, unless that is allowed")
    func cleartext() throws {
        var (driver, actions) = try driver(anna, offering: "AUTH PLAIN", security: .none)
        #expect(actions == ["QUIT", "(failed)", "(close)"])
        #expect(driver.failures.first?.kind == .authenticationNotPossible)
        (driver, actions) = try self.driver(anna, offering: "AUTH PLAIN", security: .none, cleartext: true)
        #expect(actions == ["AUTH PLAIN AGFubmEAZ2VoZWlt"])
    }

    @Test("A sign-in that was offered only in the clear is not used after STARTTLS")
    func afterStartTLS() throws {
        var driver = try Driver(security: .startTLS, credentials: anna)
        driver.on(.connected)
        driver.on(220, "mx")
        #expect(driver.on(250, "mx", "AUTH PLAIN", "STARTTLS") == ["STARTTLS"])
        driver.on(220, "go")
        driver.on(.tlsEstablished)
        #expect(driver.on(250, "mx") == ["QUIT", "(failed)", "(close)"])
        #expect(driver.failures.first?.kind == .authenticationNotPossible)
    }

    @Test("Characters that the mechanisms cannot carry are refused")
    func forbidden() {
        #expect(SMTPCredentials.password(user: "a\u{0}b", password: "x") == nil)
        #expect(SMTPCredentials.password(user: "a", password: "x\u{0}") == nil)
        #expect(SMTPCredentials.xoauth2(user: "a\u{1}", accessToken: "x") == nil)
        #expect(SMTPCredentials.xoauth2(user: "a", accessToken: "x\r\n") == nil)
    }

    @Test("Secrets are shown nowhere")
    func masked() throws {
        let credentials = try #require(SMTPCredentials.password(user: "anna", password: "s3cret-word"))
        var dumped = ""
        dump(credentials, to: &dumped)
        for text in ["\(credentials)", String(reflecting: credentials), dumped] {
            #expect(!text.contains("s3cret"))
        }
        #expect(SMTPCommand.auth(mechanism: "PLAIN", initialResponse: "AGE=").shown == "AUTH PLAIN ***")
        #expect(SMTPCommand.auth(mechanism: "LOGIN", initialResponse: nil).shown == "AUTH LOGIN")
        #expect(SMTPCommand.authResponse("AGE=").shown == "***")
        #expect(SMTPCommand.authResponse("").shown == "")
        let echo = credentials.masking(reply(535, "bad s3cret-word", "czNjcmV0LXdvcmQ="))
        #expect(echo == reply(535, "bad ***", "***"))
        #expect(credentials.masking(reply(250, "fine")) == reply(250, "fine"))
    }

    @Test("A server that echoes the password does not get it into the failure")
    func echoed() throws {
        let credentials = SMTPCredentials.password(user: "anna", password: "s3cret-word")
        var (driver, _) = try driver(credentials, offering: "AUTH PLAIN")
        driver.on(535, "wrong password s3cret-word")
        let failure = try #require(driver.failures.first)
        #expect(!failure.text.contains("s3cret"))
        #expect(failure.reply?.text.contains("s3cret") == false)
    }
}
