import DNS
import Deliveries
import Foundation
import Localization
import Logging
import MailMessage
import MailRouting
import Secrets
import SenderDomains
import Synchronization
import Testing

@testable import Outbox

@Suite struct MailServerCheckTests {
    /// A mail server elsewhere, or what looks like one.
    private final class Doors: OutwardProbe {
        private let results: [String: OutwardProbeResult]
        private let knocks = Mutex<[String]>([])
        var knocked: [String] { knocks.withLock { $0 } }

        init(_ results: [String: OutwardProbeResult]) { self.results = results }

        func knock(at address: IPAddress) async -> OutwardProbeResult {
            knocks.withLock { $0.append(address.description) }
            return results[address.description] ?? .silent
        }
    }

    /// Never answers, whatever it is asked.
    private struct SilentResolver: DNSResolver {
        func resolve(_ name: DNSName, _ type: DNSRecordType) async throws(DNSFailure) -> DNSAnswer {
            while true {
                // Nobody waits for its end: the check gives up and cancels it.
                do { try await Task.sleep(for: .seconds(3_600)) } catch { throw DNSFailure(.cancelled) }
            }
        }
    }

    private static let good = [
        "mx.depesche.example. A 93.184.216.34", "mx.depesche.example. AAAA 2606:2800:220:1::34",
        "34.216.184.93.in-addr.arpa. PTR mx.depesche.example.",
        "4.3.0.0.0.0.0.0.0.0.0.0.0.0.0.0.1.0.0.0.0.2.2.0.0.0.8.2.6.0.6.2.ip6.arpa. PTR mx.depesche.example.",
        "depesche.example. TXT \"v=spf1 ip4:93.184.216.0/24 ip6:2606:2800:220:1::34 -all\"",
        "_dmarc.depesche.example. TXT \"v=DMARC1; p=reject\"",
        "bounce.depesche.example. MX 10 mx.depesche.example.",
        "partner.example. MX 10 mail.partner.example.", "mail.partner.example. A 198.41.0.4",
    ]
    private static let settings = [
        "mail.route": "direct", "mailserver.hostname": "mx.depesche.example",
        "mail.spf-addresses": "93.184.216.34, 2606:2800:220:1::34", "mail.system-sender": "post@depesche.example",
        "mail.return-path": "own", "mail.return-path-domain": "bounce.depesche.example",
        "bounce.imap-host": "localhost", "bounce.imap-user": "b", "bounce.imap-password": "x",
    ]

    private func lines(
        _ changed: [String: String] = [:], zone: [String] = Self.good, without: [String] = [],
        doors: Doors = Doors(["198.41.0.4": .greeted]), domain: String? = "partner.example",
        resolver: (any DNSResolver)? = nil, certificate: MailServerCertificate? = nil, hasKeys: Bool = false,
        unpublished: Set<String> = [], budget: Duration = .seconds(30),
        prepare: (InMemoryZone) throws -> Void = { _ in }
    ) async throws -> [MailServerReport.Topic: MailServerReport.Line] {
        let records = InMemoryZone()
        for text in zone where !without.contains(where: text.hasPrefix) { try records.add(text) }
        try prepare(records)
        let house = try await OutboxHouse(port: nil)
        try await house.set(Self.settings.merging(changed) { $1 }.filter { !$0.value.isEmpty })
        if hasKeys {
            try await SenderDomainMailTests.put("depesche.example", in: house)
            let keys = try await house.database.read {
                try $0.senderDomains.domain(try MailDomain(parsing: "depesche.example"))?.keys ?? []
            }
            for key in keys where !unpublished.contains(key.selector) {
                let name = try #require(DNSName("\(key.selector)._domainkey.depesche.example"))
                records.set(name, .txt, [.txt(try #require(key.publicRecord))])
            }
        }
        let now = house.now
        let check = MailServerCheck(
            database: house.database, settings: house.parts.settings,
            access: .init(
                resolver: resolver ?? records, probe: doors, egress: .public, certificate: { certificate }),
            budget: budget, now: { now })
        let report = try await check.run(testDomain: try domain.map { try MailDomain(parsing: $0) })
        #expect(report.lines.map(\.topic) == MailServerReport.Topic.allCases && report.checkedAt == now)
        for line in report.lines {
            for language in Language.allCases {
                let words = Localizer(language)(line.text)
                #expect(!words.contains("{") && !words.contains("page."), "\(line.text)")
            }
        }
        return Dictionary(uniqueKeysWithValues: report.lines.map { ($0.topic, $0) })
    }

    private func what(_ line: MailServerReport.Line?) -> String? {
        line?.text.key.split(separator: ".").last.map(String.init)
    }

    @Test func aServerThatIsSetUpWellIsGreenEverywhere() async throws {
        let now = OutboxHouse.start
        let lines = try await lines(
            certificate: MailServerCertificate(
                names: ["*.depesche.example"], notAfter: now.addingTimeInterval(90 * 86_400)), hasKeys: true)
        #expect(lines.values.allSatisfy { $0.state == .good }, "\(lines)")
        #expect(lines[.port25]?.text.values["host"] == "mail.partner.example")
        #expect(lines.values.allSatisfy { $0.records.isEmpty })
    }

    @Test func theNameMustLeadToAnOutgoingAddress() async throws {
        let none = try await lines(without: ["mx.depesche.example."])
        #expect(what(none[.hello]) == "missing" && none[.hello]?.state == .bad)
        #expect(
            none[.hello]?.records == [
                .init(name: "mx.depesche.example.", type: "A", value: "93.184.216.34"),
                .init(name: "mx.depesche.example.", type: "AAAA", value: "2606:2800:220:1::34"),
            ])
        // The addresses lead to the name; it is the name that does not lead back.
        #expect(what(none[.reverse]) == "not-back")
        let elsewhere = try await lines(without: ["mx.depesche.example."]) { zone in
            try zone.add("mx.depesche.example. A 93.184.216.99")
        }
        #expect(what(elsewhere[.hello]) == "elsewhere" && elsewhere[.hello]?.text.values["found"] == "93.184.216.99")
        let bare = try await lines(["mail.route": "local", "mailserver.hostname": "192.0.2.1"])
        #expect(what(bare[.hello]) == "no-name" && what(bare[.reverse]) == "no-name")
        let nowhere = try await lines(["mail.spf-addresses": ""])
        #expect(what(nowhere[.hello]) == "no-addresses" && what(nowhere[.spf]) == "no-addresses")
    }

    @Test func eachAddressMustLeadToTheNameAndBack() async throws {
        let missing = try await lines(without: ["34.216"])
        #expect(what(missing[.reverse]) == "missing" && missing[.reverse]?.state == .bad)
        #expect(
            missing[.reverse]?.records == [
                .init(name: "34.216.184.93.in-addr.arpa", type: "PTR", value: "mx.depesche.example.")
            ])
        let other = try await lines(without: ["34.216"]) { zone in
            try zone.add("34.216.184.93.in-addr.arpa. PTR host34.provider.example.")
        }
        #expect(what(other[.reverse]) == "elsewhere")
        #expect(other[.reverse]?.text.values["found"] == "host34.provider.example")
        let oneWay = try await lines(without: ["mx.depesche.example. AAAA"])
        #expect(what(oneWay[.hello]) == "good" && what(oneWay[.reverse]) == "not-back")
        #expect(oneWay[.reverse]?.records.map(\.type) == ["AAAA"])
    }

    @Test func mailServersElsewhereAreKnockedAtAndNeverOurOwn() async throws {
        let many = [
            "voll.example. MX 10 a.voll.example.", "voll.example. MX 20 b.voll.example.",
            "voll.example. MX 30 c.voll.example.", "voll.example. MX 40 d.voll.example.",
            "a.voll.example. A 198.41.0.10", "b.voll.example. A 198.41.0.11", "c.voll.example. A 198.41.0.12",
            "d.voll.example. A 198.41.0.13",
        ]
        let silent = Doors(["198.41.0.10": .refused])
        let closed = try await lines(zone: Self.good + many, doors: silent, domain: "voll.example")
        #expect(what(closed[.port25]) == "silent" && closed[.port25]?.state == .bad)
        #expect(silent.knocked == ["198.41.0.10", "198.41.0.11", "198.41.0.12"])
        #expect(closed[.port25]?.text.values["hosts"]?.contains("b.voll.example (198.41.0.11)") == true)
        let second = Doors(["198.41.0.10": .silent, "198.41.0.11": .greeted])
        let reached = try await lines(zone: Self.good + many, doors: second, domain: "voll.example")
        #expect(reached[.port25]?.state == .good && reached[.port25]?.text.values["host"] == "b.voll.example")
        let refused = try await lines(doors: Doors(["198.41.0.4": .refused]))
        #expect(what(refused[.port25]) == "refused")
        // Addresses of our own and of our own network are not dialled, whatever DNS says.
        for record in ["A 93.184.216.34", "A 10.0.0.1", "A 127.0.0.1", "AAAA ::1", "AAAA fe80::1"] {
            let door = Doors([:])
            let lines = try await lines(
                zone: Self.good + ["fies.example. MX 10 x.fies.example.", "x.fies.example. \(record)"], doors: door,
                domain: "fies.example")
            #expect(what(lines[.port25]) == "no-host" && lines[.port25]?.state == .unknown, "\(record)")
            #expect(door.knocked == [], "\(record)")
        }
        let own = Doors([:])
        let ownMX = try await lines(
            zone: Self.good + ["depesche.example. MX 10 mx.depesche.example."], doors: own, domain: nil)
        #expect(what(ownMX[.port25]) == "no-host" && own.knocked == [])
        let nowhere = try await lines(["mail.route": "local", "mail.system-sender": ""], domain: nil)
        #expect(what(nowhere[.port25]) == "no-domain")
    }

    @Test func spfIsEvaluatedAndTheRepairIsTheWholeRecord() async throws {
        let missing = try await lines(without: ["depesche.example. TXT"])
        #expect(what(missing[.spf]) == "missing")
        #expect(
            missing[.spf]?.records == [
                .init(
                    name: "depesche.example.", type: "TXT",
                    value: "v=spf1 ip4:93.184.216.34 ip6:2606:2800:220:1::34 ~all")
            ])
        let partly = try await lines(without: ["depesche.example. TXT"]) { zone in
            try zone.add("depesche.example. TXT \"v=spf1 mx ip4:93.184.216.34 include:_spf.partner.example -all\"")
            try zone.add("_spf.partner.example. TXT \"v=spf1 ip4:192.0.2.1 -all\"")
        }
        #expect(what(partly[.spf]) == "not-allowed")
        #expect(partly[.spf]?.text.values["address"] == "2606:2800:220:1::34")
        #expect(
            partly[.spf]?.records.first?.value
                == "v=spf1 mx ip4:93.184.216.34 include:_spf.partner.example ip6:2606:2800:220:1::34 -all")
        let several = try await lines { zone in try zone.add("depesche.example. TXT \"v=spf1 -all\"") }
        #expect(what(several[.spf]) == "several" && several[.spf]?.records == [])
        #expect(MailServerInquiry.merged("v=spf1 fehler:x", with: []) == nil)
    }

    @Test func keysAndPolicyAreAskedForAsReceiversDo() async throws {
        let foreign = try await lines()
        #expect(what(foreign[.dkim]) == "no-domain")
        let gone = try await lines(hasKeys: true, unpublished: ["depesche1e"])
        #expect(what(gone[.dkim]) == "missing" && gone[.dkim]?.text.values["selector"] == "depesche1e")
        #expect(gone[.dkim]?.records.map(\.name) == ["depesche1e._domainkey.depesche.example."])
        #expect(gone[.dkim]?.records.first?.value.contains("k=ed25519") == true)
        let policy = try await lines(without: ["_dmarc"])
        #expect(what(policy[.dmarc]) == "missing")
        #expect(
            policy[.dmarc]?.records == [
                .init(name: "_dmarc.depesche.example.", type: "TXT", value: "v=DMARC1; p=none")
            ])
        let back = try await lines(without: ["bounce"])
        #expect(what(back[.returnPath]) == "missing" && back[.returnPath]?.records.first?.type == "MX")
        let account = try await lines(["mail.route": "local", "mail.return-path": "account"])
        #expect(account[.returnPath]?.state == .unused)
        let unset = try await lines(["mail.route": "local", "mail.system-sender": ""])
        for topic in [MailServerReport.Topic.spf, .dkim, .dmarc] { #expect(what(unset[topic]) == "no-sender") }
    }

    @Test func aCertificateMustBeForTheNameAndLast() async throws {
        func state(_ names: [String], days: Double) async throws -> String? {
            let end = OutboxHouse.start.addingTimeInterval(days * 86_400)
            return what(try await lines(certificate: MailServerCertificate(names: names, notAfter: end))[.tls])
        }
        #expect(try await state(["MX.depesche.example"], days: 90) == "good")
        #expect(try await state(["depesche.example", "*.example"], days: 90) == "other-name")
        #expect(try await state(["mx.depesche.example"], days: 5) == "ends-soon")
        #expect(try await state(["mx.depesche.example"], days: -1) == "expired")
        #expect(try await lines()[.tls]?.state == .unused)
    }

    @Test func whoDoesNotAnswerIsNamedAndHoldsUpNothingElse() async throws {
        let lines = try await lines { zone in
            zone.fail(
                try #require(DNSName("34.216.184.93.in-addr.arpa")), .ptr,
                with: DNSFailure(.timeout, server: "ns1.provider.example"))
            zone.fail(try #require(DNSName("depesche.example")), .txt, with: DNSFailure(.serverFailure))
        }
        #expect(lines[.reverse]?.state == .unknown && what(lines[.reverse]) == "server")
        #expect(lines[.reverse]?.text.values["server"] == "ns1.provider.example")
        #expect(lines[.spf]?.state == .unknown)
        #expect(lines[.hello]?.state == .good && lines[.port25]?.state == .good && lines[.dmarc]?.state == .good)
    }

    @Test func aResolverThatIsSilentEndsWithTheBudget() async throws {
        let lines = try await lines(resolver: SilentResolver(), budget: .milliseconds(50))
        for topic in [MailServerReport.Topic.hello, .reverse, .port25, .spf, .dmarc, .returnPath] {
            #expect(lines[topic]?.state == .unknown, "\(topic): \(String(describing: lines[topic]))")
        }
    }

    @Test func checksRunInTheBackground() async throws {
        try await OutboxHouse.with(port: nil) { house in
            let now = house.now
            let check = MailServerCheck(
                database: house.database, settings: house.parts.settings,
                access: .init(resolver: InMemoryZone(), probe: Doors([:]), egress: .public), now: { now })
            let checks = MailServerChecks(check: check, parts: house.parts)
            let id = try await checks.start(testDomain: nil)
            for _ in 0..<3 { _ = try await checks.start(testDomain: try MailDomain(parsing: "partner.example")) }
            #expect(await refusal { _ = try await checks.start(testDomain: nil) }?.code == .busy)
            let work = Task { try await checks.run() }
            while true {
                if case .done(let report)? = try await checks.state(of: id)?.state {
                    #expect(!report.isGood)
                    break
                }
                await Task.yield()
            }
            work.cancel()
            _ = try? await work.value
        }
    }
}
