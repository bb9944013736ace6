import MailMessage
import MailRouting
import Testing

struct AttemptOutcomeTests {
    @Test(arguments: [
        (250, "2.0.0", "Ok", AttemptOutcome.taken), (354, "", "go on", .taken),
        (550, "5.1.1", "No such user", .answered),
        (452, "4.2.2", "Mailbox full", .answered), (450, "4.2.0", "Greylisted, try again later", .answered),
        (451, "4.7.1", "Greylisting in action, please come back later", .answered),
        (451, "4.3.0", "Temporary lookup failure", .answered), (421, "", "Service not available", .slowDown),
        (421, "4.7.0", "Too many connections from your IP", .slowDown),
        (450, "4.7.1", "You are sending too fast", .slowDown), (451, "4.7.650", "Throttled", .slowDown),
        (450, "", "Too many messages, slow down", .slowDown), (450, "4.7.28", "Rate limited", .slowDown),
        (451, "4.7.23", "SPF validation failed", .answered), (421, "4.7.26", "Unauthenticated mail", .slowDown),
        (550, "5.7.1", "Message refused as spam", .answered),
    ]) func tellsTheHostFromTheMail(_ code: Int, _ status: String, _ text: String, _ outcome: AttemptOutcome) {
        #expect(AttemptOutcome(code: code, status: EnhancedStatusCode(status), text: text) == outcome)
    }
}
