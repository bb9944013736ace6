import Deliveries

/// The steps that were applied to a database, and which programs may use it.
public struct AppliedSchema: Sendable, Equatable, Codable {
    /// The numbers of the steps, rising; none for a database that is to be made.
    public let numbers: [Int]
    /// The oldest schema whose programs may use the database, whatever newer ones have added.
    public let oldestProgram: Int

    /// No step at all.
    static let none = AppliedSchema(numbers: [], oldestProgram: 0)

    init(numbers: [Int], oldestProgram: Int) {
        self.numbers = numbers
        self.oldestProgram = oldestProgram
    }

    /// Reads the bookkeeping, which is there.
    init(_ sql: any StatementRunner) throws {
        numbers = try sql.all("SELECT number FROM schema_migration ORDER BY number") { try $0.count() }
        // Programs from before this step refuse whatever is newer than they are.
        let first = Migration.upgradesAndMoves.number
        guard numbers.contains(first) else {
            oldestProgram = numbers.last ?? 0
            return
        }
        oldestProgram = max(first, Int(try sql.number("SELECT max(oldest_program) FROM schema_floor")))
    }

    /// The newest step; 0 for none.
    var newest: Int { numbers.last ?? 0 }

    /// Whether a program that knows the steps up to a number may use the database, after it has applied what is missing.
    func hasRoom(forProgramOf known: Int) -> Bool { newest <= known || oldestProgram <= known }
}

/// What this version's schema would change in a database.
public struct SchemaStatus: Sendable, Equatable {
    /// A step that is missing.
    public struct Step: Sendable, Equatable, Encodable {
        /// Its number.
        public let number: Int
        /// What it brings, in a word or two.
        public let name: String
        /// For a step that takes something away: the oldest schema whose programs go on beside it.
        public let oldestProgram: Int?
    }

    /// The newest step that was applied; 0 for a database that is to be made.
    public let database: Int
    /// The newest step that this version knows.
    public let known: Int
    /// The steps that this version would apply, in their order.
    public let missing: [Step]
    /// The oldest schema whose programs may use the database, once what is missing was applied.
    public let oldestProgram: Int
    /// Whether this version may use the database.
    public let isUsable: Bool

    /// Compares what was applied with what this version knows.
    public init(_ applied: AppliedSchema) { self.init(applied, migrator: Migrator()) }

    init(_ applied: AppliedSchema, migrator: Migrator) {
        database = applied.newest
        known = migrator.newest
        isUsable = applied.hasRoom(forProgramOf: migrator.newest)
        let steps = isUsable ? migrator.migrations.filter { !applied.numbers.contains($0.number) } : []
        missing = steps.map { Step(number: $0.number, name: $0.name, oldestProgram: $0.oldestProgram) }
        let floors = steps.map { $0.number == Migration.upgradesAndMoves.number ? $0.number : $0.oldestProgram ?? 0 }
        oldestProgram = max(applied.oldestProgram, floors.max() ?? 0)
    }

    /// Whether a newer version has migrated the database.
    public var isNewer: Bool { database > known }
    /// Whether programs of the schema that the database has may be started while and after what is missing is applied.
    public var othersGoOn: Bool { oldestProgram <= database }
}
