/// A numbered step of the schema. Forward only, and never edited after it was released.
struct Migration: Sendable {
    /// From 1.
    let number: Int
    /// What it brings, for the table of migrations.
    let name: String
    /// For a step that takes something away or demands more of what is written: the oldest schema whose programs go on
    /// beside it. `nil`: the step only adds, so that programs of earlier schemas go on.
    let oldestProgram: Int?
    /// Its statements in the words of an engine.
    let statements: @Sendable (ColumnTypes) -> [String]

    init(
        number: Int, name: String, oldestProgram: Int? = nil, statements: @escaping @Sendable (ColumnTypes) -> [String]
    ) {
        self.number = number
        self.name = name
        self.oldestProgram = oldestProgram
        self.statements = statements
    }

    /// The newest schema of each release, in their order: what a step adds is taken away in a later release only.
    static let released: [Int] = []

    /// All of them in their order.
    static let all: [Migration] = [
        .firstTables, .bounces, .senderDomains, .mailServer, .submission, .returned, .seeing, .certificates,
        .tlsReports, .addIns, .auditChain, .roles, .mailWishes, .scans, .notifications, .cleanUp, .allDeliveries,
        .brandImage, .groups, .tokenClients, .figures, .mailTemplates, .mailboxes, .keptNotices, .runs, .mailPhrases,
        .upgradesAndMoves,
    ]

    /// The statements for an engine.
    func statements(_ engine: Engine) -> [String] { statements(ColumnTypes(engine: engine)) }
}

/// What column types are called: the only thing in which the engines' schemas differ.
struct ColumnTypes: Sendable {
    /// Text that is compared bytewise.
    let text: String
    /// A whole number of 64 bits; also truth (0 and 1) and time (milliseconds since 1970 UTC).
    let integer: String
    /// Octets; no octets are NULL.
    let blob: String
    /// What ends a table's definition.
    let end: String
    /// The same for a table that is kept in the order of its primary key.
    let clusteredEnd: String

    init(engine: Engine) {
        switch engine {
        case .sqlite:
            text = "TEXT"
            integer = "INTEGER"
            blob = "BLOB"
            end = ") STRICT"
            clusteredEnd = ") STRICT, WITHOUT ROWID"
        case .postgreSQL:
            text = "TEXT COLLATE \"C\""
            integer = "BIGINT"
            blob = "BYTEA"
            end = ")"
            clusteredEnd = ")"
        }
    }
}
