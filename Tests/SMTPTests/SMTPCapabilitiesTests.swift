import SMTP
import Testing

@Suite("Capabilities")
struct SMTPCapabilitiesTests {
    @Test("Everything that Postfix says is understood")
    func postfix() {
        let capabilities = SMTPCapabilities(
            reply(
                250, "mx.example Hello", "PIPELINING", "SIZE 10240000", "VRFY", "ETRN", "STARTTLS",
                "AUTH PLAIN LOGIN", "AUTH=PLAIN LOGIN", "ENHANCEDSTATUSCODES", "8BITMIME", "DSN", "SMTPUTF8",
                "REQUIRETLS"))
        #expect(capabilities.serverName == "mx.example")
        #expect(capabilities.isExtended)
        #expect(capabilities.size == 10_240_000)
        #expect(capabilities.pipelining && capabilities.eightBitMIME && capabilities.dsn && capabilities.smtpUTF8)
        #expect(capabilities.requireTLS && capabilities.startTLS && capabilities.enhancedStatusCodes)
        #expect(capabilities.authenticationMechanisms == ["PLAIN", "LOGIN"])
    }

    @Test("Keywords in any case, nonsense skipped")
    func odd() {
        let capabilities = SMTPCapabilities(reply(250, "", "pipelining", "Size", "auth=login xoauth2", "", "???"))
        #expect(capabilities.serverName == "")
        #expect(capabilities.pipelining)
        #expect(capabilities.size == 0)
        #expect(capabilities.authenticationMechanisms == ["LOGIN", "XOAUTH2"])
        #expect(!capabilities.startTLS)
    }

    @Test("SIZE without a usable number sets no limit", arguments: ["SIZE", "SIZE 0", "SIZE x", "SIZE -5"])
    func size(_ line: String) {
        #expect(SMTPCapabilities(reply(250, "a", line)).size == 0)
        #expect(SMTPCapabilities(reply(250, "a")).size == nil)
    }

    @Test("After HELO there are no extensions")
    func helo() {
        let capabilities = SMTPCapabilities(reply(250, "mx.example", "PIPELINING"), isExtended: false)
        #expect(!capabilities.isExtended)
        #expect(!capabilities.pipelining)
    }
}
