import Testing

@testable import Storage

/// Migrations expand; what they take away, an earlier release has done without.
@Suite struct MigrationRuleTests {
    /// Why a program of the version before could not go on beside a statement; `nil` for none.
    ///
    /// What is not known to be harmless is refused.
    static func objection(to statement: String, newTables: Set<String>) -> String? {
        let words = statement.uppercased().split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init)
        func table(after word: String) -> String { words.firstIndex(of: word).map { words[$0 + 1] } ?? "" }
        switch words.first {
        case "CREATE" where words[1] == "TABLE":
            // The program before knows nothing of rows that would keep it from deleting what they refer to.
            for (index, word) in words.enumerated() where word == "REFERENCES" {
                let known = newTables.contains(words[index + 1]) || words[index + 1] == words[2]
                let end = words[(index + 2)...].prefix(5)
                if !known && !(end.contains("CASCADE") || end.starts(with: [words[index + 2], "ON", "DELETE", "SET"])) {
                    return "a reference to \(words[index + 1]) without ON DELETE CASCADE or SET NULL"
                }
            }
            return nil
        case "CREATE" where words[1] == "INDEX": return nil
        case "CREATE" where words[1] == "UNIQUE" && newTables.contains(table(after: "ON")): return nil
        case "ALTER" where words.count > 5 && words[1] == "TABLE" && words[3] == "ADD" && words[4] == "COLUMN":
            if newTables.contains(words[2]) { return nil }
            let rest = words.dropFirst(6)
            if let rule = ["REFERENCES", "UNIQUE", "CHECK", "PRIMARY", "GENERATED"].first(where: rest.contains) {
                return "a new rule on an existing table: \(rule)"
            }
            return rest.contains("NOT") && !rest.contains("DEFAULT") ? "a column NOT NULL without DEFAULT" : nil
        case "INSERT", "UPDATE": return nil
        default: return "it is none of the statements that only add"
        }
    }

    /// The names of the tables that statements make.
    private static func made(by statements: [String]) -> Set<String> {
        Set(
            statements.compactMap { statement in
                let words = statement.uppercased().split { !($0.isLetter || $0.isNumber || $0 == "_") }
                return words.starts(with: ["CREATE", "TABLE"]) ? String(words[2]) : nil
            })
    }

    /// What is wrong with a step among others.
    static func objections(to migration: Migration, among migrations: [Migration], released: [Int]) -> [String] {
        if let oldest = migration.oldestProgram {
            guard oldest < migration.number, migrations.contains(where: { $0.number == oldest }) else {
                return ["\(migration.number): no earlier step is \(oldest)"]
            }
            guard released.contains(where: { $0 >= oldest && $0 < migration.number }) else {
                return ["\(migration.number): no release has come with step \(oldest) yet"]
            }
            return []
        }
        return [Engine.sqlite, .postgreSQL].flatMap { engine in
            let statements = migration.statements(engine)
            let tables = made(by: statements)
            return statements.compactMap { statement in
                objection(to: statement, newTables: tables).map { "\(migration.number): \($0): \(statement)" }
            }
        }
    }

    @Test func migrationsOnlyAddOrWaitForARelease() {
        let first = Migration.upgradesAndMoves.number
        for migration in Migration.all where migration.number >= first {
            let found = Self.objections(to: migration, among: Migration.all, released: Migration.released)
            #expect(found.isEmpty, "\(found)")
        }
        #expect(Migration.all.allSatisfy { $0.number >= first || $0.oldestProgram == nil })
        #expect(Migration.released == Migration.released.sorted())
    }

    @Test(arguments: [
        "DROP TABLE account", "DROP INDEX account_by_name", "ALTER TABLE account DROP COLUMN name",
        "ALTER TABLE account RENAME TO person", "ALTER TABLE account RENAME COLUMN name TO words",
        "ALTER TABLE account ADD COLUMN age BIGINT NOT NULL", "ALTER TABLE account ADD COLUMN a TEXT UNIQUE",
        "ALTER TABLE account ADD COLUMN boss TEXT REFERENCES account (id)",
        "ALTER TABLE account ADD CONSTRAINT one UNIQUE (name)", "CREATE UNIQUE INDEX one ON account (name)",
        "ALTER TABLE account ALTER COLUMN name TYPE BIGINT", "ALTER TABLE account ALTER COLUMN name SET NOT NULL",
        "DELETE FROM account", "CREATE TABLE extra (id TEXT PRIMARY KEY, account TEXT REFERENCES account (id))",
        "CREATE TRIGGER t AFTER INSERT ON account BEGIN SELECT 1; END",
    ])
    func whatIsNoExpansionIsRefused(_ statement: String) {
        let step = Migration(number: 999, name: "bad") { _ in [statement] }
        #expect(!Self.objections(to: step, among: Migration.all + [step], released: []).isEmpty)
    }

    @Test(arguments: [
        "CREATE TABLE extra (id TEXT PRIMARY KEY, boss TEXT REFERENCES extra (id))", "CREATE INDEX a ON account (name)",
        "CREATE TABLE extra (id TEXT PRIMARY KEY, account TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE)",
        "ALTER TABLE account ADD COLUMN age BIGINT", "ALTER TABLE account ADD COLUMN age BIGINT NOT NULL DEFAULT 0",
        "UPDATE account SET name = ''", "INSERT INTO counter (name, value) VALUES ('a', 0)",
    ])
    func expansionsPass(_ statement: String) {
        let step = Migration(number: 999, name: "good") { _ in [statement] }
        #expect(Self.objections(to: step, among: Migration.all + [step], released: []).isEmpty)
    }

    @Test func aContractionWaitsForTheReleaseOfItsExpansion() {
        let adds = Migration(number: 999, name: "adds") { _ in [] }
        let takes = Migration(number: 1_001, name: "takes", oldestProgram: 999) { _ in ["DROP TABLE account"] }
        let all = Migration.all + [adds, takes]
        #expect(Self.objections(to: takes, among: all, released: []).count == 1)
        #expect(Self.objections(to: takes, among: all, released: [998]).count == 1)
        #expect(Self.objections(to: takes, among: all, released: [1_001]).count == 1)
        #expect(Self.objections(to: takes, among: all, released: [999]).isEmpty)
        #expect(Self.objections(to: takes, among: all, released: [998, 1_000]).isEmpty)
        #expect(Self.objections(to: takes, among: Migration.all + [takes], released: [1_000]).count == 1)
    }
}
