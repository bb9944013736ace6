import Foundation
import MailMessage
import SenderDomains
import Storage
import Testing

@testable import Deliveries

@Suite struct DMARCReportIntakeTests {
    private static let day = 1_789_948_800.0

    private static func xml(
        domain: String = "kunde.example", id: String = "r1", begin: Double = day, rows: String = row()
    ) -> String {
        """
        <?xml version="1.0"?>
        <feedback>
        <report_metadata><org_name>Gross</org_name><report_id>\(id)</report_id>
        <date_range><begin>\(Int(begin))</begin><end>\(Int(begin + 86_399))</end></date_range></report_metadata>
        <policy_published><domain>\(domain)</domain><p>none</p></policy_published>
        \(rows)
        </feedback>
        """
    }

    private static func row(
        _ source: String = "192.0.2.10", count: Int = 3, dkim: String = "pass", selector: String = "dp1",
        signer: String = "kunde.example"
    ) -> String {
        """
        <record><row><source_ip>\(source)</source_ip><count>\(count)</count>
        <policy_evaluated><disposition>none</disposition><dkim>\(dkim)</dkim><spf>fail</spf></policy_evaluated></row>
        <identifiers><header_from>kunde.example</header_from></identifiers>
        <auth_results><dkim><domain>\(signer)</domain><selector>\(selector)</selector><result>\(dkim)</result></dkim>
        </auth_results></record>
        """
    }

    /// A house with a sender domain that was proven, unless it is not.
    private func house(isProven: Bool = true) async throws -> DeliveryHouse {
        let house = try await DeliveryHouse(settings: ["mail.return-path-domain": "rueck.depesche.example"])
        let now = house.now
        var domain = SenderDomain(
            domain: try MailDomain(parsing: "kunde.example"),
            keys: [
                DomainKey(
                    selector: "dp1", type: .rsa, publicRecord: "v=DKIM1; p=x", sealedPrivateKey: Data([1]),
                    createdAt: now)
            ], controlToken: "t", now: now)
        if isProven { _ = domain.proveControl(by: .txt, now: now) }
        let stored = domain
        try await house.database.write { try $0.senderDomains.insert(stored) }
        return house
    }

    private func take(_ xml: String, in house: DeliveryHouse) async throws -> DMARCReportIntake.Verdict {
        try await DMARCReportIntake(house.parts).take(Array(xml.utf8))
    }

    private func sources(_ house: DeliveryHouse) async throws -> [DMARCSource] {
        let domain = try MailDomain(parsing: "kunde.example")
        return try await house.database.read { try $0.dmarcReports.sources(of: domain, from: 0, limit: 100) }
    }

    @Test func aReportIsKeptOnceAndTellsWhoIsWho() async throws {
        let house = try await house()
        let rows =
            Self.row() + Self.row() + Self.row("192.0.2.20", selector: "other")
            + Self.row("192.0.2.30", dkim: "fail") + Self.row("192.0.2.40", signer: "fremd.example")
        #expect(try await take(Self.xml(rows: rows), in: house) == .stored)
        #expect(try await take(Self.xml(rows: rows), in: house) == .known)
        let found = try await sources(house)
        #expect(found.map(\.address) == ["192.0.2.10", "192.0.2.20", "192.0.2.30", "192.0.2.40"])
        #expect(found.map(\.count) == [6, 3, 3, 3])
        // A selector of ours in another's name is no key of ours.
        #expect(found.map(\.nature) == [.ours, .allowed, .unknown, .allowed])
    }

    @Test func reportsAboutOthersAreForeign() async throws {
        let house = try await house()
        #expect(try await take(Self.xml(domain: "fremd.example"), in: house) == .foreign)
        #expect(try await take(Self.xml(domain: "sub.kunde.example"), in: house) == .foreign)
        let unproven = try await self.house(isProven: false)
        #expect(try await take(Self.xml(), in: unproven) == .foreign)
    }

    @Test(arguments: [-60.0, 3.0, 9_000.0])
    func reportsAboutTimesThatTheyCannotBeAboutAreForeign(_ days: Double) async throws {
        let house = try await house()
        #expect(try await take(Self.xml(begin: Self.day + days * 86_400), in: house) == .foreign)
        #expect(try await sources(house).isEmpty)
    }

    @Test func whatCannotBeReadIsNotKept() async throws {
        let house = try await house()
        #expect(try await take("<!DOCTYPE a><feedback/>", in: house) == .unreadable)
        #expect(try await take("", in: house) == .unreadable)
    }

    @Test func aReportWithManySourcesIsCut() async throws {
        let house = try await house()
        let rows = (0..<2_100).map { Self.row("2001:db8::\(String($0, radix: 16))", dkim: "fail") }.joined()
        #expect(try await take(Self.xml(rows: rows), in: house) == .stored)
        let domain = try MailDomain(parsing: "kunde.example")
        let days = try await house.database.read { try $0.dmarcReports.days(of: domain, from: 0) }
        #expect(days.map(\.failed) == [2_000 * 3])
    }

    @Test func aMailToTheAddressForReportsIsRead() async throws {
        let house = try await house()
        let parts = house.parts
        let intake = ReturnPathIntake(
            parts, spool: MessageSpool(database: house.database, keys: parts.keys, random: parts.random, now: parts.now)
        )
        let address = try EmailAddress(parsing: "dmarc-reports@rueck.depesche.example")
        func mail(_ xml: String) -> IncomingMail {
            let text = """
                From: noreply@gross.example
                Subject: Report Domain: kunde.example Submitter: gross.example Report-ID: <r1>
                MIME-Version: 1.0
                Content-Type: multipart/mixed; boundary=b

                --b
                Content-Type: text/plain

                A report.
                --b
                Content-Type: text/xml; name="gross.example!kunde.example!1!2.xml"
                Content-Transfer-Encoding: base64

                \(Data(xml.utf8).base64EncodedString())
                --b--
                """
            return IncomingMail(
                octets: Array(text.replacing("\n", with: "\r\n").utf8), sender: .null, recipients: [address])
        }
        #expect(try await intake.take(mail(Self.xml())) == .applied)
        #expect(try await intake.take(mail(Self.xml())) == .known)
        #expect(try await intake.take(mail(Self.xml(domain: "fremd.example"))) == .foreign)
        #expect(try await sources(house).map(\.count) == [3])
    }
}
