import Deliveries
import Foundation
import Hummingbird
import Localization
import MailMessage
import SMTP
import Testing

@testable import WebUI

@Suite struct OutboxPageTests {
    private let now = Date(timeIntervalSince1970: 1_795_439_100)

    private func search(_ query: String) -> OutboxSearch {
        OutboxSearch(
            Request(
                head: .init(method: .get, scheme: nil, authority: nil, path: "/admin/outbox\(query)"),
                body: .init(buffer: .init())), now: now)
    }

    @Test func theAddressOfAListSaysWhatIsShown() throws {
        #expect(search("").filter == OutboxFilter(states: [.queued]))
        #expect(search("?state=all").filter == OutboxFilter())
        // Who looks for something finds it whatever became of it.
        #expect(search("?search=bea").filter == OutboxFilter(search: "bea"))
        let narrow = search("?state=failed&destination=B%C3%BCcher.example&age=4")
        #expect(
            narrow.filter
                == OutboxFilter(
                    states: [.failed], destination: "xn--bcher-kva.example",
                    createdBefore: now.addingTimeInterval(-4 * 3_600)))
        #expect(narrow.isNarrowed && narrow.destination?.unicode == "bücher.example")
        #expect(narrow.href(state: nil) == "/admin/outbox?state=all&destination=B%C3%BCcher.example&age=4")
        // What is no domain finds nothing, rather than everything.
        let wrong = search("?destination=kein%20Ziel")
        #expect(wrong.destination == nil && wrong.filter.destination == "kein Ziel")
        #expect(search("?age=5").filter == OutboxFilter(states: [.queued]))
    }

    @Test func aChartShowsEachHourInItsPlace() throws {
        let starts = (0..<24).map { now.addingTimeInterval(Double($0) * 3_600) }
        let chart = ChartGroup.mail(
            [
                MailHour(start: starts[0], outcome: "handed-over", count: 1_000),
                MailHour(start: starts[23], outcome: "handed-over", count: 1),
                MailHour(start: starts[5], outcome: "deferred", count: 2),
                MailHour(start: starts[5], outcome: "unknown", count: 1),
                // Not of these hours, and nothing that the charts tell.
                MailHour(start: now.addingTimeInterval(-3_600), outcome: "refused", count: 7),
                MailHour(start: starts[1], outcome: "local", count: 7),
            ], starts: starts, isStacked: true, zone: .gmt, text: Localizer(.german))
        let charts = chart.charts
        #expect(charts.map(\.title) == ["Übergeben", "Vertagt", "Abgelehnt oder zurück"])
        #expect(charts.map(\.total) == ["1.001", "3", "0"])
        #expect(charts[0].bars.map(\.x) == ["3.0", "693.0"] && charts[0].bars.map(\.height) == ["72", "2"])
        #expect(charts[0].bars.map(\.y) == ["0", "70"] && charts[0].bars[0].title == "\(chart.first): 1.000")
        #expect(charts[1].bars.map(\.title) == ["\(chart.rows[18].label): 3"] && charts[2].bars.isEmpty)
        #expect(charts[2].note == "keine in dieser Zeit")
        #expect(chart.rows.count == 24 && chart.rows[0].cells == ["1", "0", "0"])
        #expect(chart.rows[18].cells == ["0", "3", "0"] && chart.rows[23].label == chart.first && chart.isStacked)
    }

    @Test func seventyTwoHoursStandBesideEachOther() {
        let starts = (0..<72).map { now.addingTimeInterval(Double($0) * 3_600) }
        let hours = starts.map { MailHour(start: $0, outcome: "refused", count: 1) }
        let bars = ChartGroup.mail(hours, starts: starts, zone: .gmt, text: Localizer(.english)).charts[2].bars
        #expect(bars.count == 72 && bars[71].x == "711.0" && bars[71].width == "8.0")
    }

    @Test func howAMailTravelledIsToldInWords() {
        let words = OutboxWords(text: Localizer(.german))
        func told(_ version: String?, _ proof: MailPassage.Proof) -> StatusView {
            words.passage(MailPassage(host: "mx.praxis.example", tlsVersion: version, proof: proof))
        }
        #expect(
            told("TLS 1.3", .dane)
                == StatusView(.good, icon: "shield", "verschlüsselt (TLS 1.3), Server geprüft (DANE)"))
        #expect(told("TLS 1.2", .mtaSTS).word == "verschlüsselt (TLS 1.2), Server geprüft (MTA-STS)")
        #expect(told("TLS 1.3", .certificate).word == "verschlüsselt (TLS 1.3), Zertifikat geprüft")
        #expect(
            told("TLS 1.3", .none)
                == StatusView(.plain, icon: "lock", "verschlüsselt (TLS 1.3), Server nicht geprüft"))
        #expect(told(nil, .none) == StatusView(.warn, icon: "warning", "unverschlüsselt übertragen"))
    }
}
