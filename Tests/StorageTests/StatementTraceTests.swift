import Deliveries
import Foundation
import TestDatabases
import Testing

@testable import Storage

@Suite(.enabled(if: TestEngine.isSQLite, "what SQLite is asked"))
struct StatementTraceTests {
    /// Where statements are run in the stores, and how many of these places each file has.
    private static func places() throws -> [String: Int] {
        let stores = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Sources/Storage/Stores")
        var places: [String: Int] = [:]
        for file in try FileManager.default.contentsOfDirectory(at: stores, includingPropertiesForKeys: nil) {
            let text = try String(contentsOf: file, encoding: .utf8)
            let count = ["run", "touched", "all", "first", "number"].reduce(0) { count, name in
                count + text.ranges(of: "sql.\(name)(").count
            }
            if count > 0 { places["Storage/\(file.lastPathComponent)"] = count }
        }
        return places
    }

    @Test func everyStatementInTheStoresIsRun() async throws {
        let recorder = StatementRecorder(trace: ProcessInfo.processInfo.environment["DEPESCHE_STATEMENT_TRACE"])
        let test = try await SQLiteTestDatabase(recorder: recorder)
        try await StatementTour().run(in: test)
        var run: [String: Int] = [:]
        for site in recorder.sites where site.file.contains("Store") { run[site.file, default: 0] += 1 }
        #expect(run == (try Self.places()))
    }

    @Test func theTraceNamesSchemaAndStatements() async throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("trace-\(UUID().uuidString).json")
        defer { try? FileManager.default.removeItem(at: file) }
        let recorder = StatementRecorder(trace: file.path)
        let test = try await SQLiteTestDatabase(recorder: recorder)
        try await test.write { try $0.settings.remove("x") }
        let trace = try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: [String]]
        #expect(trace?["statements"]?.contains("DELETE FROM setting WHERE name = $1") == true)
        #expect(trace?["schema"]?.first?.contains("TEXT COLLATE \"C\"") == true)
    }

    /// Few rows, or a count of all, is what these are for; all others must find their rows by an index.
    private static let mayScan = [
        "FROM setting ORDER BY name", "FROM account WHERE search LIKE", "count(*) FROM account",
        "count(*) FROM outbox WHERE 1 = 1", "FROM outbox WHERE 1 = 1 AND search LIKE", "FROM outbox GROUP BY state",
        "FROM delivery GROUP BY state",
        "FROM account WHERE 1 = 1", "FROM account GROUP BY state", "FROM account WHERE is_administrator = 1",
        "FROM audit_record", "UPDATE counter",
        "SELECT number FROM schema_migration", "FROM sender_domain", "FROM domain_key ORDER BY domain",
        "FROM domain_request WHERE 1 = 1", "FROM job WHERE failing_since", "FROM submission_credential ORDER BY",
        // A thousand at the most.
        "FROM account_group g ORDER BY g.name_key",
        "FROM suppression WHERE 1 = 1", "FROM reminder_refusal WHERE 1 = 1",
        // What add-ins ask lives for minutes.
        "FROM sign_in_request WHERE account",
        // The few files that the virus scanner has not seen, by the index of those.
        "count(*) FROM delivery_file WHERE scan_state IN ('waiting'",
        // What waits to be told together lives for minutes.
        "SELECT DISTINCT reader, language FROM kept_notice",
        // Everybody's deliveries, walked along their time.
        "FROM delivery WHERE delivery.state <> 'draft'",
        // As many versions as administrators wrote by hand.
        "FROM mail_template JOIN",
        // A few thousand counts: a month of hours.
        "FROM mail_hour GROUP BY outcome",
    ]

    @Test func noHotStatementScansATable() async throws {
        let recorder = StatementRecorder()
        let test = try await SQLiteTestDatabase(recorder: recorder)
        try await StatementTour().run(in: test)
        var plans = 0
        for statement in recorder.statements {
            let line = statement.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            if Self.mayScan.contains(where: { line.contains($0) }) { continue }
            // "SEARCH … USING INDEX" finds; "SCAN" reads everything, unless it walks an index in order up to a LIMIT.
            for step in try await test.database.plan(of: statement) {
                let isWalk = step.hasPrefix("SCAN outbox USING INDEX sqlite_autoindex_outbox") && line.contains("LIMIT")
                // From destination to destination: the statement makes the rows of "place" one by one.
                let isStep = step == "SCAN place"
                // The few rows that a lease takes, which are chosen before.
                let isChoice = step == "SCAN due" && line.contains("LIMIT")
                // Each row that stays in the outbox counts for its destination, in the order of the index; the page of
                // destinations that comes of it is short.
                let isCount =
                    step == "SCAN outbox USING COVERING INDEX outbox_staying"
                    || step == "SCAN page" && line.contains("LIMIT")
                // The sizes of the files that are kept, and nothing else; the deliveries of a time, one by one.
                let isSum =
                    step == "SCAN delivery_file USING INDEX delivery_file_kept" || step == "SCAN sending"
                #expect(!step.hasPrefix("SCAN") || isWalk || isStep || isChoice || isCount || isSum, "\(step): \(line)")
            }
            plans += 1
        }
        #expect(plans > 100)
    }

    @Test func rowsOfADestinationAreFoundByTheirIndex() async throws {
        let recorder = StatementRecorder()
        let test = try await SQLiteTestDatabase(recorder: recorder)
        try await StatementTour().run(in: test)
        let statements = recorder.statements.filter {
            $0.contains("FROM outbox") && $0.contains("destination = $") && !$0.contains("due_at <=")
        }
        #expect(statements.count >= 6)
        for statement in statements {
            let plan = try await test.database.plan(of: statement)
            let isFound = plan.contains { step in
                step.contains("INDEX outbox_staying (destination=? AND state=?")
                    || step.contains("INDEX outbox_of_destination (destination=?")
            }
            #expect(isFound, "\(statement): \(plan)")
        }
    }

    @Test func aLeaseWalksTheDueRowsInOrder() async throws {
        let recorder = StatementRecorder()
        let test = try await SQLiteTestDatabase(recorder: recorder)
        try await StatementTour().run(in: test)
        let lease = try #require(recorder.statements.first { $0.contains("UPDATE outbox SET leased_until") })
        let plan = try await test.database.plan(of: lease)
        #expect(plan.contains { $0.contains("USING INDEX outbox_due (is_urgent=? AND due_at<?)") }, "\(plan)")
        #expect(!plan.contains { $0.contains("TEMP B-TREE") }, "\(plan)")
    }
}
