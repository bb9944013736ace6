import Foundation
import MailMessage
import SMTP
import Testing

@testable import Outbox

@Suite struct FailureClassTests {
    static func reply(_ text: String) throws -> SMTPReply {
        SMTPReply(code: try #require(Int(text.prefix(3))), lines: [String(text.dropFirst(4))])
    }

    @Test(arguments: [
        ("550 5.1.1 <bea@praxis.example>: User unknown in virtual mailbox table", FailureClass.noSuchUser),
        ("450 4.1.1 unverified address", .noSuchUser), ("550 No such user here", .noSuchUser),
        ("524 5.2.4 Mailing list expansion problem: <bea@praxis.example>", .noSuchUser), ("550 what ever", .noSuchUser),
        ("550 5.1.2 bad destination", .noSuchDomain),
        ("556 5.1.10 null MX", .noSuchDomain), ("550 5.2.1 mailbox disabled", .inactive),
        ("452 4.2.2 over quota", .full), ("552 mailbox is full", .full), ("552 5.3.4 message too big", .tooLarge),
        ("552 5.2.3 too long", .tooLarge), ("554 5.6.0 cannot convert", .content),
        ("554 5.7.1 Relay access denied", .policy), ("554 relaying denied", .policy),
        ("553 5.7.1 Sender address rejected: not owned by user", .policy),
        ("554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org", .reputation),
        ("550 listed in our RBL", .reputation), ("500 garbled command", .unknown),
        ("450 4.2.0 Greylisted, see postgrey", .greylisted), ("451 4.7.1 Greylisting in action", .greylisted),
        ("421 4.7.0 Try again later, you are sending too fast", .rateLimited),
        ("452 4.5.3 Too many recipients", .rateLimited), ("554 5.4.6 Too many hops", .routing),
        ("450 4.7.28 flood", .rateLimited), ("421 service shutting down", .delayed), ("451 local error", .delayed),
        ("451 4.4.5 congestion", .delayed), ("550 5.4.4 no route", .routing), ("550 5.4.7 too old", .expired),
        ("530 5.7.0 Must issue STARTTLS", .policy), ("530 sign in first", .authentication),
        ("550 5.7.26 unauthenticated mail", .authentication), ("550 5.7.10 encryption needed", .transportSecurity),
    ])
    func repliesAreJudged(_ text: String, _ expected: FailureClass) throws {
        #expect(FailureClass(try Self.reply(text)) == expected)
    }

    @Test func aBare550IsAboutTheMailboxOnlyWhereTheRecipientWasNamed() throws {
        let reply = try Self.reply("550 rejected")
        #expect(FailureClass(reply, phase: .recipient) == .noSuchUser)
        for phase in [SMTPPhase.mail, .data, .finalDot] { #expect(FailureClass(reply, phase: phase) == .policy) }
    }

    @Test(arguments: [
        (SMTPFailure.Kind.dns, FailureClass.routing), (.connect, .routing), (.timeout, .routing), (.closed, .routing),
        (.protocol, .routing), (.unavailable, .routing), (.tls, .transportSecurity), (.certificate, .transportSecurity),
        (.certificateExpired, .transportSecurity), (.certificateName, .transportSecurity),
        (.certificateIssuer, .transportSecurity),
        (.tlsNotOffered, .transportSecurity), (.injection, .transportSecurity), (.authentication, .authentication),
        (.authenticationNotPossible, .authentication), (.messageTooLarge, .tooLarge), (.invalidContent, .content),
        (.smtpUTF8NotOffered, .content), (.eightBitNotOffered, .content), (.rejected, .unknown), (.source, .unknown),
        (.cancelled, .unknown), (.configuration, .routing),
    ])
    func failuresWithoutAReplyAreJudged(_ kind: SMTPFailure.Kind, _ expected: FailureClass) {
        #expect(FailureClass(SMTPFailure(phase: .hello, kind: kind, text: "x")) == expected)
    }

    @Test func namesAreThoseOfReports() {
        #expect(
            FailureClass.allCases.map(\.rawValue) == [
                "no-such-user", "no-such-domain", "inactive", "full", "too-large", "content", "policy", "reputation",
                "authentication", "greylisted", "rate-limited", "routing", "transport-security", "expired", "relayed",
                "delayed", "complaint", "auto-reply", "unknown",
            ])
    }
}
