import Deliveries
import Foundation
import Localization
import MailMessage
import Secrets
import SenderDomains
import Storage
import Testing

@Suite struct SettingsServiceTests {
    @Test func whatIsNotSetIsTheDefault() async throws {
        try await AccountHouse.with { house in
            let settings = try await house.settings.current()
            #expect(settings.publicURL.absoluteString == "http://127.0.0.1:8080")
            #expect(settings.route == .local)
            #expect(settings.smtpSecurity == .startTLS)
            #expect(settings.integer(.smtpPort) == 587)
            #expect(settings.integer64(.deliveriesLargestFile) == 107_374_182_400)
            #expect(settings.boolean(.notifyDownloaded))
            #expect(!settings.boolean(.notifyWithdrawn))
            #expect(settings.systemSender == nil)
            #expect(settings.systemSenderOrStandIn?.displayForm == "Depesche <depesche@localhost>")
            #expect(settings.homeDomains.isEmpty)
            #expect(settings.language == .german)
        }
    }

    @Test func dynamicUpdatesNeedZoneAndKey() async throws {
        try await AccountHouse.with { house in
            let error = try await refusal {
                _ = try await house.settings.set(["domains.update-server": "127.0.0.1:5354"], by: nil)
            }
            #expect(
                error.fields.map(\.field) == ["domains.operator-zone", "domains.update-key-name", "domains.update-key"])
            #expect(Set(error.fields.map(\.reason)) == ["needed-for-updates"])
            try await house.settings.set(
                [
                    "domains.update-server": "127.0.0.1:5354", "domains.operator-zone": "keys.betreiber.example",
                    "domains.update-key-name": "depesche", "domains.update-key": "c2VjcmV0",
                ], by: nil)
        }
    }

    @Test func allOrNothingIsSet() async throws {
        try await AccountHouse.with { house in
            let error = try await refusal {
                _ = try await house.settings.set(
                    ["smtp.host": "mail.kunde.example", "smtp.port": "x", "nix": "1"], by: nil)
            }
            #expect(error.fields == [FieldError("nix", "unknown-setting"), FieldError("smtp.port", "not-a-number")])
            #expect(try await house.settings.current().text(.smtpHost).isEmpty)
            #expect(try await house.audit().isEmpty)
        }
    }

    @Test func changesAreInTheAuditTrailWithoutTheirValues() async throws {
        try await AccountHouse.with { house in
            let boss = try await house.account("chef@kunde.example", administrator: true)
            try await house.settings.set(
                ["smtp.host": "mail.kunde.example", "smtp.password": "Geheimes", "smtp.port": "587"], by: boss.id,
                clientAddress: "198.51.100.7")
            // The same again is no change, nor is the default.
            try await house.settings.set(["smtp.host": "mail.kunde.example"], by: boss.id)
            let records = try await AuditTrail(house.parts).list().filter { $0.action == "setting-changed" }
            #expect(records.map(\.target).sorted() == ["smtp.host", "smtp.password"])
            #expect(records.allSatisfy { $0.actor == boss.id && $0.clientAddress == "198.51.100.7" })
            #expect(!String(describing: records).contains("Geheimes"))
        }
    }

    @Test func secretsAreSealedAndNeverShown() async throws {
        try await AccountHouse.with { house in
            let settings = try await house.settings.set(["smtp.password": " Geheimes "], by: nil)
            #expect(settings.text(.smtpPassword).isEmpty)
            #expect(settings.isSet(.smtpPassword))
            #expect(!String(reflecting: settings).contains("Geheimes"))
            let rows = try await house.database.read { try $0.settings.all() }
            #expect(rows.map(\.value) == [nil])
            #expect(rows.first?.sealedValue?.range(of: Data("Geheimes".utf8)) == nil)
            #expect(try await house.settings.secret(.smtpPassword) == " Geheimes ")
            #expect(try await house.settings.secret(.smtpOAuthClientSecret) == nil)
            #expect(try await house.settings.secret(.smtpUser) == nil)
            // Moved to another key it does not open.
            let sealed = try #require(rows.first?.sealedValue)
            try await house.database.write { transaction in
                try transaction.settings.set(
                    StoredSetting(key: "smtp.oauth-client-secret", value: nil, sealedValue: sealed))
            }
            await #expect(throws: KeyRingError.tampered) {
                try await house.settings.secret(.smtpOAuthClientSecret)
            }
            try await house.settings.set(["smtp.password": ""], by: nil)
            #expect(try await house.settings.secret(.smtpPassword) == nil)
            #expect(try await !house.settings.current().isSet(.smtpPassword))
        }
    }

    @Test func aSecretHasOneLine() async throws {
        try await AccountHouse.with { house in
            for (secret, reason) in [("a\r\nb", "line-break"), (String(repeating: "x", count: 8_193), "too-long")] {
                let error = try await refusal { _ = try await house.settings.set(["smtp.password": secret], by: nil) }
                #expect(error.fields.map(\.reason) == [reason])
                #expect(!String(describing: error).contains(secret))
            }
        }
    }

    @Test func whatTheEnvironmentFixesIsLocked() async throws {
        try await AccountHouse.with(overrides: ["server.public-url": "https://Fest.example/"]) { house in
            let settings = try await house.settings.current()
            #expect(settings.isLocked(.serverPublicURL))
            #expect(!settings.isLocked(.smtpHost))
            #expect(settings.publicURL.absoluteString == "https://fest.example")
            let error = try await refusal {
                _ = try await house.settings.set(["server.public-url": "https://anders.example"], by: nil)
            }
            #expect(error.fields == [FieldError("server.public-url", "locked")])
            // A page that sends back what it showed changes nothing.
            try await house.settings.set(["server.public-url": "https://fest.example"], by: nil)
            #expect(try await house.database.read { try $0.settings.all() }.isEmpty)
        }
    }

    @Test func aWrongValueInTheEnvironmentStopsTheStart() async throws {
        for overrides in [["server.public-url": "kunde.example"], ["nix": "x"], ["mail.route": "fax"]] {
            await #expect(throws: DeliveriesError.self) {
                try await AccountHouse.with(overrides: overrides) { _ in }
            }
        }
    }

    @Test func theMailServerNeedsANameAndASender() async throws {
        try await AccountHouse.with { house in
            let error = try await refusal {
                _ = try await house.settings.set(
                    ["mail.route": "direct", "server.public-url": "http://127.0.0.1:8080"], by: nil)
            }
            #expect(
                error.fields == [
                    FieldError("mail.system-sender", "needed-for-mail-server"),
                    FieldError("mailserver.hostname", "needed-for-mail-server"),
                ])
            try await house.settings.set(
                [
                    "mail.route": "direct", "mailserver.hostname": "MX.Kunde.example",
                    "mail.system-sender": "depesche@kunde.example",
                ], by: nil)
            let settings = try await house.settings.current()
            #expect(settings.route == .direct)
            #expect(settings.mailServerName == "mx.kunde.example")
            #expect(settings.returnPath == .account)
        }
    }

    @Test(arguments: [
        ("kunde.example", "kunde.example=verified"),
        ("*.Amt.example = dane".replacing(" ", with: ""), "*.amt.example=dane"),
        ("a.example=encrypted, b.example", "a.example=encrypted, b.example=verified"),
    ])
    func destinationsCanDemandTLS(typed: String, stored: String) async throws {
        try await AccountHouse.with { house in
            try await house.settings.set(["mailserver.tls-demands": typed], by: nil)
            #expect(try await house.settings.current().text(.mailServerTLSDemands) == stored)
        }
    }

    @Test(arguments: ["kunde.example=perhaps", "a=b=c", "*.=dane", "nix=verified"])
    func aTLSDemandThatIsNoneIsRefused(typed: String) async throws {
        try await AccountHouse.with { house in
            let error = try await refusal {
                _ = try await house.settings.set(["mailserver.tls-demands": typed], by: nil)
            }
            #expect(error.fields.map(\.reason) == ["not-a-tls-demand"])
        }
    }

    @Test(arguments: [
        (["mail.return-path": "own"], ["mail.return-path-domain", "bounce.imap-host"]),
        (["mail.return-path": "subdomain"], ["mail.return-path-host", "bounce.imap-host"]),
        (
            [
                "mail.return-path": "own", "mail.return-path-domain": "a.example", "bounce.imap-host": "mx.example",
            ],
            ["bounce.imap-user", "bounce.imap-password"]
        ),
        (
            [
                "bounce.imap-host": "mx.example", "bounce.imap-user": "b", "bounce.imap-password": "x",
                "bounce.imap-security": "none",
            ], ["bounce.imap-security"]
        ),
        (
            [
                "bounce.imap-host": "localhost", "bounce.imap-user": "b", "bounce.imap-password": "x",
                "bounce.imap-security": "none", "mail.return-path": "own",
                "mail.return-path-domain": "rueck.depesche.example",
            ], []
        ),
    ])
    func returnPathsNeedADomainAndAMailbox(_ values: [String: String], _ mistakes: [String]) async throws {
        try await AccountHouse.with { house in
            guard mistakes.isEmpty else {
                let error = try await refusal { _ = try await house.settings.set(values, by: nil) }
                #expect(error.fields.map(\.field) == mistakes)
                return
            }
            let settings = try await house.settings.set(values, by: nil)
            let author = Mailbox(address: try EmailAddress(parsing: "anna@kunde.example"))
            #expect(settings.senderDecision(author: author)?.keyedReturnPathDomain?.ascii == "rueck.depesche.example")
        }
    }

    struct Together: Sendable {
        var set: [String: String]
        var mistakes: [String]
    }

    static let smtp = [
        "mail.route": "smtp", "smtp.host": "mail.kunde.example", "mail.system-sender": "post@kunde.example",
    ]

    static let together: [Together] = [
        Together(
            set: ["mail.route": "smtp"], mistakes: ["smtp.host needed-for-smtp", "mail.system-sender needed-for-smtp"]),
        Together(set: smtp, mistakes: []),
        Together(
            set: smtp.merging(["smtp.security": "none"]) { $1 }, mistakes: ["smtp.security plain-needs-confirmation"]),
        Together(set: smtp.merging(["smtp.security": "none", "smtp.allow-plain": "true"]) { $1 }, mistakes: []),
        Together(set: smtp.merging(["smtp.security": "none", "smtp.host": "127.0.0.1"]) { $1 }, mistakes: []),
        Together(set: smtp.merging(["smtp.security": "none", "smtp.host": "localhost"]) { $1 }, mistakes: []),
        Together(set: smtp.merging(["smtp.security": "none", "smtp.host": "::ffff:10.1.2.3"]) { $1 }, mistakes: []),
        Together(set: smtp.merging(["smtp.security": "none", "smtp.host": "fd00::25"]) { $1 }, mistakes: []),
        Together(set: smtp.merging(["smtp.security": "none", "smtp.host": "172.31.0.1"]) { $1 }, mistakes: []),
        Together(
            set: smtp.merging(["smtp.security": "none", "smtp.host": "172.32.0.1"]) { $1 },
            mistakes: ["smtp.security plain-needs-confirmation"]),
        Together(
            set: smtp.merging(["smtp.security": "none", "smtp.host": "2001:db8::1"]) { $1 },
            mistakes: ["smtp.security plain-needs-confirmation"]),
        Together(
            set: smtp.merging(["smtp.security": "none", "smtp.host": "localhost.evil.example"]) { $1 },
            mistakes: ["smtp.security plain-needs-confirmation"]),
        Together(
            set: smtp.merging([
                "smtp.security": "none", "smtp.host": "127.0.0.1", "smtp.authentication": "plain", "smtp.user": "a",
                "smtp.password": "b",
            ]) { $1 }, mistakes: ["smtp.authentication sign-in-needs-encryption"]),
        Together(
            set: smtp.merging(["smtp.authentication": "login"]) { $1 },
            mistakes: ["smtp.user needed-for-sign-in", "smtp.password needed-for-sign-in"]),
        Together(
            set: smtp.merging(["smtp.authentication": "xoauth2", "smtp.user": "a"]) { $1 },
            mistakes: [
                "smtp.oauth-token-endpoint needed-for-sign-in", "smtp.oauth-client-id needed-for-sign-in",
                "smtp.oauth-client-secret needed-for-sign-in",
            ]),
        Together(
            set: smtp.merging([
                "smtp.authentication": "xoauth2", "smtp.user": "a", "smtp.oauth-grant": "refresh-token",
                "smtp.oauth-token-endpoint": "https://login.example/t", "smtp.oauth-client-id": "c",
                "smtp.oauth-refresh-token": "r",
            ]) { $1 }, mistakes: []),
        // Without the route, things may be filled in one by one.
        Together(set: ["smtp.security": "none", "smtp.host": "mail.kunde.example"], mistakes: []),
        Together(
            set: ["deliveries.lifetime-days": "91"], mistakes: ["deliveries.lifetime-days longer-than-longest"]),
        Together(
            set: ["deliveries.longest-lifetime-days": "7"], mistakes: ["deliveries.lifetime-days longer-than-longest"]),
        Together(set: ["deliveries.lifetime-days": "91", "deliveries.longest-lifetime-days": "91"], mistakes: []),
        Together(set: ["deliveries.levels": "1"], mistakes: []),
        Together(
            set: ["deliveries.levels": "1", "deliveries.level": "2"], mistakes: ["deliveries.level level-not-allowed"]),
        Together(
            set: ["deliveries.allowed-file-types": "pdf, exe", "deliveries.forbidden-file-types": ".EXE"],
            mistakes: ["deliveries.forbidden-file-types allowed-and-forbidden"]),
        Together(
            set: [
                "deliveries.allowed-recipient-domains": "a.example",
                "deliveries.forbidden-recipient-domains": "@A.example",
            ], mistakes: ["deliveries.forbidden-recipient-domains allowed-and-forbidden"]),
    ]

    @Test(arguments: together.indices) func settingsFitTogether(index: Int) async throws {
        let row = Self.together[index]
        try await AccountHouse.with { house in
            guard !row.mistakes.isEmpty else {
                try await house.settings.set(row.set, by: nil)
                return
            }
            let error = try await refusal { _ = try await house.settings.set(row.set, by: nil) }
            #expect(error.code == .invalid)
            #expect(error.fields.map { "\($0.field) \($0.reason)" } == row.mistakes)
            #expect(try await house.settings.current().route == .local)
            #expect(try await house.database.read { try $0.settings.all() }.isEmpty)
        }
    }

    @Test func whatTheRouteNeedsCannotBeTakenAwayFromUnderIt() async throws {
        try await AccountHouse.with { house in
            try await house.settings.set(Self.smtp, by: nil)
            let error = try await refusal { _ = try await house.settings.set(["smtp.host": ""], by: nil) }
            #expect(error.fields == [FieldError("smtp.host", "needed-for-smtp")])
            // Other settings are not held up by it.
            try await house.settings.set(["deliveries.grace-days": "7"], by: nil)
            try await house.settings.set(["mail.route": "local", "smtp.host": ""], by: nil)
            #expect(try await house.settings.current().route == .local)
        }
    }

    @Test func theSystemSenderBearsTheOrganisationsNameUnlessItHasItsOwn() async throws {
        try await AccountHouse.with { house in
            var settings = try await house.settings.set(
                ["organisation.name": "Kanzlei", "mail.system-sender": "post@kunde.example"], by: nil)
            #expect(settings.systemSender?.displayForm == "Kanzlei <post@kunde.example>")
            #expect(settings.messageIDDomain == "kunde.example")
            settings = try await house.settings.set(["mail.system-sender-name": "Poststelle"], by: nil)
            #expect(settings.systemSender?.displayForm == "Poststelle <post@kunde.example>")
        }
    }

    @Test func theSenderDecisionFollowsTheSettings() async throws {
        try await AccountHouse.with { house in
            let anna = Mailbox(name: "Anna Müller", address: try EmailAddress(parsing: "anna@kunde.example"))
            var settings = try await house.settings.current()
            // The local mailbox shows a stand-in as long as there is no system sender.
            #expect(
                settings.senderDecision(author: anna)?.from.displayForm
                    == "Anna Müller über Depesche <depesche@localhost>")
            settings = try await house.settings.set(
                Self.smtp.merging(["organisation.language": "en", "mail.reply-to": "hilfe@kunde.example"]) { $1 },
                by: nil)
            #expect(
                settings.senderDecision(author: anna)?.from.displayForm
                    == "Anna Müller via Depesche <post@kunde.example>")
            #expect(settings.senderDecision(author: anna)?.replyTo == anna)
            #expect(settings.senderDecision(author: nil)?.replyTo?.address.wireForm == "hilfe@kunde.example")
            settings = try await house.settings.set(["smtp.home-domains": "kunde.example"], by: nil)
            #expect(settings.senderDecision(author: anna)?.from == anna)
            #expect(Settings(overrides: ["mail.route": "smtp"]).senderDecision(author: anna) == nil)
        }
    }

    @Test func theNamesOfSendersFollowTheOrganisationsPatterns() async throws {
        try await AccountHouse.with { house in
            let anna = Mailbox(name: "Anna Müller", address: try EmailAddress(parsing: "anna@kunde.example"))
            var settings = try await house.settings.set(
                Self.smtp.merging([
                    "organisation.name": "Kanzlei", "organisation.sender-name": "{name} – {organisation}",
                    "organisation.fallback-name": "{name} im Auftrag der {organisation}",
                ]) { $1 }, by: nil)
            #expect(
                settings.senderDecision(author: anna)?.from.displayForm
                    == "Anna Müller im Auftrag der Kanzlei <post@kunde.example>")
            #expect(settings.senderDecision(author: anna)?.replyTo == anna)
            settings = try await house.settings.set(["smtp.home-domains": "kunde.example"], by: nil)
            #expect(
                settings.senderDecision(author: anna)?.from.displayForm == "Anna Müller – Kanzlei <anna@kunde.example>")
            // Notifications bear the system sender's own name.
            #expect(settings.senderDecision(author: nil)?.from.name == "Kanzlei")
            // What the environment fixes is not judged as it is read: where it is no pattern, ours stands in.
            let fixed = Settings(overrides: ["organisation.sender-name": "{name}@bank.example"])
            #expect(fixed.senderNames.own == .plainName)
            settings = try await house.settings.set(
                ["organisation.sender-name": "", "organisation.fallback-name": ""], by: nil)
            #expect(settings.senderDecision(author: anna)?.from == anna)
        }
    }
}
