import Foundation
import Localization
import MailMessage
import MailTemplates
import Storage
import Testing

@testable import Deliveries

@Suite struct ReportTests {
    private func reports(_ house: DeliveryHouse) -> Reports {
        Reports(
            AccountParts(
                database: house.database, keys: house.parts.keys, hasher: house.parts.hasher,
                settings: house.parts.settings,
                notifications: SystemNotifications(house.parts.composer), random: house.parts.random,
                now: house.parts.now, mailQueued: {}, log: house.parts.log))
    }

    /// A second sender with a name that a spreadsheet would run.
    private func attacker(_ house: DeliveryHouse) async throws -> Account {
        let account = Account(
            id: house.parts.newID(house.now), email: try EmailAddress(parsing: "mallory@kunde.example"),
            name: "=HYPERLINK(\"http://evil.example\",\"x\")", isAdministrator: false, state: .active,
            language: .english, passwordHash: nil, createdAt: house.now)
        try await house.database.write { try $0.accounts.insert(account) }
        let draft = try await house.drafts.create(by: account.id, language: .german)
        let filled = try await house.drafts.update(
            draft.id, by: account.id, DraftForm(recipients: "x@y.example", subject: "S", message: "M"))
        _ = try await house.sending.send(filled.id, by: account.id)
        return account
    }

    @Test func aMonthIsToldBySenderAndFollowsTheZone() async throws {
        let house = try await DeliveryHouse()
        let first = try await house.sent(files: [("a", [1, 2, 3]), ("b", [1])])
        try await house.fetchAll(first)
        let mallory = try await attacker(house)
        let reports = reports(house)
        let month = try await reports.presentMonth()
        let lines = try await reports.lines(of: month)
        #expect(lines.map(\.sender) == [house.sender.id, mallory.id])
        let figures = lines[0].figures
        #expect(figures.deliveries == 1 && figures.recipients == 2 && figures.files == 2 && figures.octets == 4)
        #expect(figures.fetchedPercent == 100 && figures.bounces == 0)
        #expect(lines[1].figures.fetchedPercent == nil)
        #expect(try await reports.lines(of: month.adding(-1)).isEmpty)
        #expect(try await reports.lines(of: month, sender: mallory.id).map(\.sender) == [mallory.id])
        #expect(try await reports.deliveries(upTo: month).map(\.deliveries) == [Int](repeating: 0, count: 11) + [2])
        let history = try await reports.history(of: house.sender.id, upTo: month).months
        #expect(history.count == 12 && history.last?.figures == figures)
        let unknown: AccountID = house.parts.newID(house.now)
        await #expect(throws: DeliveriesError.self) { try await reports.history(of: unknown, upTo: month) }
    }

    @Test func anExportNeutralisesFormulasAndIsWhole() async throws {
        let house = try await DeliveryHouse()
        _ = try await house.sent()
        _ = try await attacker(house)
        let reports = reports(house)
        let month = try await reports.presentMonth()
        var csv = reports.export(ReportRequest(month: month, months: 3), as: .csv)
        let text = try await csv.whole()
        #expect(text.hasPrefix("\u{feff}month,sender,email,name,"))
        #expect(text.contains("\"'=HYPERLINK(\"\"http://evil.example\"\",\"\"x\"\")\""))
        #expect(text.components(separatedBy: "\r\n").count == 4)
        var json = reports.export(ReportRequest(month: month, months: 99), as: .json)
        let data = Data(try await json.whole().utf8)
        let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        #expect(object["total"] as? Int == 2 && (object["items"] as? [Any])?.count == 2)
        var none = reports.export(ReportRequest(month: month.adding(-5)), as: .json)
        #expect(try await none.whole() == "{\"items\":[],\"total\":0}\n")
        _ = try await reports.export(
            ReportRequest(month: month, months: 3), as: .csv, by: house.sender.id, origin: .commandLine)
        let audit = try await house.database.read { try $0.ledger.audit(offset: 0, limit: 1) }
        #expect(audit.first?.action == "report-exported")
        #expect(audit.first?.target == "\(month.adding(-2).name)/\(month.name) csv")
    }
}
