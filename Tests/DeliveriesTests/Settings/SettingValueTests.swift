import Deliveries
import Foundation
import Testing

@Suite struct SettingValueTests {
    struct Row: Sendable {
        var key: String
        var typed: String
        var stored: String?
        var reason: String?

        init(_ key: String, _ typed: String, _ stored: String) {
            (self.key, self.typed, self.stored) = (key, typed, stored)
        }

        init(_ key: String, _ typed: String, refused reason: String) {
            (self.key, self.typed, self.reason) = (key, typed, reason)
        }
    }

    /// A frame around octets that begin like a certificate.
    static let certificate = """
        -----BEGIN CERTIFICATE-----
        \(Data([0x30, 0x82] + [UInt8](repeating: 7, count: 200)).base64EncodedString())
        -----END CERTIFICATE-----

        """

    static let rows: [Row] = [
        Row("organisation.name", "  Kanzlei\tMüller  ", "Kanzlei Müller"),
        Row("organisation.name", "Kanzlei \u{202E}relüM", "Kanzlei relüM"),
        Row("organisation.name", "Kanzlei\r\nBcc: a@b.example", refused: "line-break"),
        Row("organisation.name", "  ", refused: "required"),
        Row("organisation.name", String(repeating: "n", count: 201), refused: "too-long"),
        Row("organisation.language", "EN", "en"),
        Row("organisation.language", "fr", refused: "not-a-choice"),
        Row("organisation.time-zone", " europe/vienna ", "Europe/Vienna"),
        Row("organisation.time-zone", "America/New York", "America/New_York"),
        Row("organisation.time-zone", "asia/kolkata", "Asia/Kolkata"),
        Row("organisation.time-zone", "Asia/Calcutta", "Asia/Kolkata"),
        Row("organisation.time-zone", "utc", "UTC"),
        Row("organisation.accent", "7A1F5C", "#7a1f5c"), Row("organisation.accent", "", ""),
        Row("organisation.sender-name", " { Name }  –  {organisation} ", "{name} – {organisation}"),
        Row("organisation.sender-name", "", "{name}"), Row("organisation.fallback-name", "", ""),
        Row("organisation.sender-name", "{name} <chef@bank.example>", refused: "name-looks-like-address"),
        Row("organisation.sender-name", "{name}\r\nBcc: x", refused: "line-break"),
        Row("organisation.sender-name", "{name} \u{202E}x", refused: "name-invisible"),
        Row("organisation.sender-name", "{name", refused: "name-brace"),
        Row("organisation.sender-name", "{secret}", refused: "name-unknown-field"),
        Row("organisation.sender-name", "–", refused: "required"),
        Row("organisation.sender-name", String(repeating: "n", count: 121), refused: "too-long"),
        Row("organisation.fallback-name", "{name} über {organisation}", "{name} über {organisation}"),
        Row("organisation.fallback-name", "{name} {address} bei uns", refused: "name-foreign-address"),
        Row("organisation.fallback-name", "Poststelle", refused: "name-without-name"),
        Row("organisation.fallback-name", "{name}", refused: "name-without-words"),
        Row("organisation.accent", "blau", refused: "not-a-colour"),
        Row("organisation.accent", "#1f4b99;}", refused: "not-a-colour"),
        Row("organisation.accent", "#ffcc00", refused: "colour-too-pale"),
        Row("organisation.accent-dark", "#ffcc00", "#ffcc00"),
        Row("organisation.accent-dark", "#1f4b99", refused: "colour-too-dark"),
        Row("organisation.time-zone", "Europe/Atlantis", refused: "not-a-time-zone"),
        Row("organisation.time-zone", "../../etc/passwd", refused: "not-a-time-zone"),
        Row("organisation.time-zone", "CET", refused: "not-a-time-zone"),
        Row("organisation.time-zone", "GMT+25", refused: "not-a-time-zone"),
        Row("organisation.imprint-url", "https://Kunde.Example/über uns", refused: "not-a-web-address"),
        Row(
            "organisation.imprint-url", "https://Kunde.Example/über-uns?a=ß#1",
            "https://kunde.example/%C3%BCber-uns?a=%C3%9F#1"),
        Row("organisation.imprint-url", "javascript:alert(1)", refused: "not-a-web-address"),
        Row("organisation.imprint-url", "data:text/html,x://y", refused: "not-a-web-address"),
        Row(
            "organisation.imprint-url", "https://kunde.example/\"><script>", "https://kunde.example/%22%3E%3Cscript%3E"),
        Row("organisation.imprint-url", "", ""),
        Row("server.public-url", "HTTPS://Depesche.Kunde.example:443/", "https://depesche.kunde.example"),
        Row("server.public-url", "http://127.0.0.1:8081", "http://127.0.0.1:8081"),
        Row("server.public-url", "http://[2001:DB8:0::1]:80", "http://[2001:db8::1]"),
        Row("server.public-url", "https://müller.example", "https://xn--mller-kva.example"),
        Row("server.public-url", "http://localhost:80", "http://localhost"),
        Row("server.public-url", "https://kunde.example/pfad", refused: "web-address-without-path"),
        Row("server.public-url", "https://kunde.example/?a", refused: "web-address-without-path"),
        Row("server.public-url", "https://kunde.example#a", refused: "web-address-without-path"),
        Row("server.public-url", "https://anna@kunde.example", refused: "not-a-web-address"),
        Row("server.public-url", "ftp://kunde.example", refused: "not-a-web-address"),
        Row("server.public-url", "https://", refused: "not-a-web-address"),
        Row("server.public-url", "kunde.example", refused: "not-a-web-address"),
        Row("server.public-url", "https://kunde.example:0", refused: "not-a-web-address"),
        Row("server.public-url", "https://kunde.example:65536", refused: "not-a-web-address"),
        Row("server.public-url", "https://kunde.example:80a", refused: "not-a-web-address"),
        Row("server.public-url", "https://kunde.example:", refused: "not-a-web-address"),
        Row("server.public-url", "https://[::1", refused: "not-a-web-address"),
        Row("server.public-url", "https://1.2.3", refused: "not-a-web-address"),
        Row("server.public-url", "https://kunde.example\\@evil.example", refused: "not-a-web-address"),
        Row("server.public-url", "", refused: "required"),
        Row("server.aliases", "Alt.example; intranet\n alt.example, 192.0.2.1", "alt.example, intranet, 192.0.2.1"),
        Row("server.aliases", "alt.example, ein/pfad", refused: "not-a-host"),
        Row("server.trusted-proxies", "10.0.0.0/8 ::1, 192.0.2.7", "10.0.0.0/8, ::1, 192.0.2.7"),
        Row("server.trusted-proxies", "10.0.0.0/33", refused: "not-a-network"),
        Row("server.trusted-proxies", "::1/-1", refused: "not-a-network"),
        Row("server.trusted-proxies", "proxy.example", refused: "not-a-network"),
        Row("server.trusted-proxies", "10.0.0.0/", refused: "not-a-network"),
        Row("mail.route", "smtp signal", refused: "not-a-choice"),
        Row("mail.system-sender", " Post@Müller.example ", "Post@xn--mller-kva.example"),
        Row("mail.system-sender", "post@", refused: "address-missing-domain"),
        Row("mail.system-sender", "a@b.example\r\nBcc: c@d.example", refused: "address-control-character"),
        Row("mail.system-sender-name", "Kanzlei\u{0}", refused: "line-break"),
        Row("mail.reply-to", "hilfe@kunde.example", "hilfe@kunde.example"),
        Row("smtp.host", "Mail.Kunde.example", "mail.kunde.example"),
        Row("smtp.host", "mailpit", "mailpit"),
        Row("smtp.host", "2001:DB8::0:1", "2001:db8::1"),
        Row("smtp.host", "mail.kunde.example:25", refused: "not-a-host"),
        Row("smtp.host", "mail kunde", refused: "not-a-host"),
        Row("mail.spf-include", "include:_SPF.provider.example.", "_spf.provider.example"),
        Row("mail.spf-include", "_spf provider", refused: "not-a-dns-name"),
        Row("mail.spf-include", "_spf..example", refused: "not-a-dns-name"),
        Row("smtp.dkim-selectors", "s1, S2; key._sub", "s1, s2, key._sub"),
        Row("smtp.dkim-signing", "RSA", "rsa"),
        Row("domains.selector", "Mail-Key", "mail-key"),
        Row("domains.selector", "a.b", refused: "not-a-selector"),
        Row("domains.selector", "", "depesche"),
        Row("domains.update-server", "192.0.2.1:0", refused: "not-an-endpoint"),
        Row("domains.update-server", "ns1:", refused: "not-an-endpoint"),
        Row("domains.ttl", "59", refused: "out-of-range"),
        Row("smtp.port", "0", refused: "out-of-range"),
        Row("smtp.port", "65536", refused: "out-of-range"),
        Row("smtp.port", "25 ", "25"),
        Row("smtp.port", "+025", "25"),
        Row("smtp.port", "fünf", refused: "not-a-number"),
        Row("smtp.port", "99999999999999999999", refused: "not-a-number"),
        Row("smtp.security", "TLS", "tls"),
        Row("smtp.security", "ssl", refused: "not-a-choice"),
        Row("smtp.allow-plain", "on", "true"),
        Row("smtp.verify-certificate", "No", "false"),
        Row("smtp.verify-certificate", "vielleicht", refused: "not-a-choice"),
        Row("smtp.ca-certificates", certificate.replacing("\n", with: "\r\n"), certificate),
        Row("smtp.ca-certificates", "Wurzel\n" + certificate, certificate),
        Row(
            "smtp.ca-certificates", "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----",
            refused: "not-certificates"),
        Row("smtp.ca-certificates", "-----BEGIN CERTIFICATE-----\nMAA=", refused: "not-certificates"),
        Row("smtp.ca-certificates", "Hallo", refused: "not-certificates"),
        Row(
            "smtp.ca-certificates", "-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----",
            refused: "private-key"),
        Row("smtp.ca-certificates", String(repeating: "x", count: 300_000), refused: "too-long"),
        Row("smtp.oauth-token-endpoint", "http://login.example/token", refused: "web-address-needs-https"),
        Row("smtp.oauth-token-endpoint", "http://127.0.0.1:9/token", "http://127.0.0.1:9/token"),
        Row("smtp.oauth-token-endpoint", "https://login.example/token", "https://login.example/token"),
        Row(
            "smtp.home-domains", "https://Kunde.example/, @müller.example; anna@zwei.example kunde.example.",
            "kunde.example, xn--mller-kva.example, zwei.example"),
        Row("smtp.home-domains", "kunde", refused: "not-a-domain"),
        Row("smtp.home-domains", "*.kunde.example", refused: "not-a-domain"),
        Row("smtp.home-domains", (0..<201).map { "d\($0).example" }.joined(separator: " "), refused: "too-many"),
        Row("notify.gather-minutes", "0", refused: "out-of-range"),
        Row("notify.reported.addresses", " it@Kunde.example;ops@kunde.example ", "it@kunde.example, ops@kunde.example"),
        Row("notify.reported.addresses", "", ""),
        Row("notify.reported.addresses", "it@kunde.example, nobody", refused: "address-missing-at"),
        Row("deliveries.largest-file", "107374182400", "107374182400"),
        Row("deliveries.largest-file", "-1", refused: "out-of-range"),
        Row("deliveries.level", "3", refused: "not-a-choice"),
        Row("deliveries.level", "Highest", "highest"),
        Row("deliveries.levels", "2 1", "1, 2"),
        Row("deliveries.levels", "3", refused: "not-a-choice"),
        Row("deliveries.levels", ",", refused: "required"),
        Row("deliveries.forbidden-file-types", " .EXE;*.bat\nexe", "bat, exe"),
        Row("deliveries.forbidden-file-types", "../x", refused: "not-a-file-type"),
        Row("deliveries.forbidden-file-types", "*", refused: "not-a-file-type"),
        Row("deliveries.allowed-recipient-domains", "@Büro.example", "xn--bro-hoa.example"),
        Row("deliveries.allowed-recipient-domains", "a@b@c", refused: "not-a-domain"),
        Row("deliveries.password-length", "7", refused: "out-of-range"),
        Row("security.password-length", "9", refused: "out-of-range"),
        Row("addins.policy-types", "PDF", "pdf"),
        Row("deliveries.chunk-size", "1", refused: "out-of-range"),
        Row("security.session-hours", "8761", refused: "out-of-range"),
        Row("gibt.es.nicht", "x", refused: "unknown-setting"),
        Row("SMTP.HOST", "x", refused: "unknown-setting"),
    ]

    @Test func eachValueIsStoredInOneFormOrRefusedWithItsReason() async throws {
        try await AccountHouse.with { house in
            for row in Self.rows {
                let name = "\(row.key) = \(row.typed.prefix(60))"
                if let stored = row.stored {
                    let settings = try await house.settings.set([row.key: row.typed], by: nil)
                    let key = try #require(SettingKey.named(row.key))
                    #expect(settings.text(key) == stored, "\(name)")
                    #expect(try await house.settings.current().text(key) == stored, "\(name)")
                } else {
                    let error = try await refusal { _ = try await house.settings.set([row.key: row.typed], by: nil) }
                    #expect(error.code == .invalid, "\(name)")
                    #expect(error.fields.map(\.field) == [row.key], "\(name)")
                    #expect(error.fields.map(\.reason) == [row.reason], "\(name)")
                }
            }
        }
    }

    @Test func everyDefaultIsAValueOfItsKey() async throws {
        try await AccountHouse.with { house in
            for key in SettingKey.all where key != .organisationName {
                let settings = try await house.settings.set([key.name: key.defaultValue], by: nil)
                #expect(settings.text(key) == key.defaultValue, "\(key)")
                #expect(!settings.isSet(key), "\(key)")
            }
            #expect(try await house.audit().isEmpty)
        }
    }

    @Test func keysAreUniqueAndFoundByName() {
        #expect(Set(SettingKey.all.map(\.name)).count == SettingKey.all.count)
        for key in SettingKey.all { #expect(SettingKey.named(key.name) == key) }
        #expect(
            SettingKey.all.filter(\.isSecret).map(\.name).sorted() == [
                "bounce.imap-password", "domains.update-key", "metrics.token", "smtp.oauth-client-secret",
                "smtp.oauth-refresh-token", "smtp.password",
            ])
    }
}
