import Deliveries
import Foundation
import Localization
import MailMessage
import MailTemplates
import Testing

@testable import Outbox

@Suite struct SecretMaskTests {
    func masked(_ text: String, kind: MailKind = .delivery) throws -> String {
        let mail = OutgoingMail(
            kind: kind, author: nil, to: Mailbox(address: try EmailAddress(parsing: "bea@praxis.example")), subject: "",
            plainText: text, html: "", date: OutboxHouse.start, messageID: "a@b.example", language: .german)
        return SecretMask().masking(mail).plainText
    }

    @Test(arguments: ["l", "password", "invitation", "setup"])
    func tokensInLinksAreMasked(_ path: String) throws {
        let token = "AbCdEfGhIjKlMnOpQr-_12"
        #expect(
            try masked("(https://zustellung.example/\(path)/\(token))\nEnde")
                == "(https://zustellung.example/\(path)/••••••)\nEnde")
        // The public address may have been another one when the mail was composed.
        #expect(
            try masked("http://old.example:8443/\(path)/\(token)?x=1") == "http://old.example:8443/\(path)/••••••?x=1")
    }

    @Test func otherAddressesStay() throws {
        let text = "https://zustellung.example/deliveries/01j https://x.example/l/kurz /l/ 123456"
        #expect(try masked(text) == text)
    }

    @Test(arguments: [
        ("Ihr Code: 482913.", "Ihr Code: ••••••."), ("482 913", "••••••"), ("482&nbsp;913", "••••••"),
        ("482\u{A0}913", "••••••"), ("482913 30 Minuten", "•••••• 30 Minuten"), ("um 10 482913", "um 10 ••••••"),
        ("1234567", "1234567"), ("30 Minuten", "30 Minuten"), ("482-913", "••••••"),
    ])
    func codesAreMasked(_ text: String, _ expected: String) throws {
        #expect(try masked(text, kind: .code) == expected)
    }

    @Test(arguments: Language.allCases)
    func noKindOfMailShowsItsSecrets(_ language: Language) async throws {
        try await OutboxHouse.with(port: nil) { house in
            let settings = try await house.parts.settings.current()
            for kind in MailKind.allCases {
                let content = try kind.sample(language: language)
                let entry = try house.parts.composer.entry(
                    content, to: Mailbox(address: house.sender.email), language: language, settings: settings,
                    now: house.now)
                let mail = SecretMask().masking(try house.parts.composer.open(entry))
                for text in [mail.subject, mail.plainText, mail.html] {
                    #expect(!text.contains("482913") && !text.contains("482 913"), "\(content.kind)")
                    for path in ["/l/", "/password/", "/invitation/", "/setup/"] {
                        for rest in text.components(separatedBy: path).dropFirst() {
                            #expect(rest.hasPrefix("••••••"), "\(content.kind): \(path)\(rest.prefix(30))")
                        }
                    }
                }
            }
        }
    }
}
