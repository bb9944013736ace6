import Deliveries
import Foundation
import Testing

@testable import Storage

@Suite struct StatementTests {
    @Test func valuesBecomePlaceholdersAndNeverText() {
        let name = "x'); DROP TABLE account; --"
        let statement: Statement = "SELECT id FROM account WHERE name = \(name) AND created_at < \(7)"
        #expect(
            statement.rendered(for: .sqlite).text == "SELECT id FROM account WHERE name = ?1 AND created_at < ?2")
        #expect(
            statement.rendered(for: .postgreSQL).text == "SELECT id FROM account WHERE name = $1 AND created_at < $2")
        #expect(statement.rendered(for: .sqlite).values == [.text(name), .integer(7)])
    }

    @Test func partsKeepTheOrderOfTheirValues() {
        let part: Statement = "b = \(2) OR c = \("three")"
        let statement: Statement = "SELECT 1 WHERE a = \(true) AND (\(part)) AND d IS \(String?.none)"
        #expect(statement.rendered(for: .sqlite).text == "SELECT 1 WHERE a = ?1 AND (b = ?2 OR c = ?3) AND d IS ?4")
        #expect(statement.rendered(for: .sqlite).values == [.integer(1), .integer(2), .text("three"), .null])
    }

    @Test func listsAreWrittenForIn() {
        let some: Statement = "a IN \(list: ["x", "y"])"
        #expect(some.rendered(for: .sqlite).text == "a IN (?1, ?2)")
        let none: Statement = "a IN \(list: [String]())"
        #expect(none.rendered(for: .sqlite).text == "a IN (NULL)")
    }

    @Test func timesKeepTheirMilliseconds() {
        for milliseconds in stride(from: Int64(1_790_000_000_000), to: 1_790_000_002_000, by: 7) {
            #expect(Date(milliseconds: milliseconds).milliseconds == milliseconds)
        }
        #expect(Date(timeIntervalSince1970: 1.001).sqlValue == .integer(1_001))
    }

    @Test func noOctetsAreNull() {
        #expect(Data().sqlValue == .null)
        #expect(Data([0]).sqlValue == .blob(Data([0])))
    }

    @Test func searchFoldsCaseAndUmlauts() {
        #expect(SearchText.folded("ÄRGER mit Straße") == "ärger mit strasse")
        // The same letter, composed and decomposed.
        #expect(SearchText.folded("A\u{308}") == SearchText.folded("Ä"))
        #expect(SearchText.pattern(containing: "100%_\\") == "%100\\%\\_\\\\%")
    }
}
