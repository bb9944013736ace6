import Foundation
import Storage
import Synchronization

/// A schema on the tests' cluster that belongs to one test for as long as somebody holds this.
public final class PostgreSQLPlace: Sendable {
    /// The URL of a database whose tables are in the schema.
    public let url: String
    private let schema: String

    init(schema: String, server: String) {
        self.schema = schema
        url = server + "&options=-csearch_path%3D\(schema)"
    }

    deinit {
        PostgreSQLPlaces.free.withLock { $0.append(schema) }
    }
}

/// The schemas of the tests. Making one takes a quarter of a second and emptying it a hundredth, so they are used again.
actor PostgreSQLPlaces {
    static let shared = PostgreSQLPlaces()
    static let free = Mutex<[String]>([])

    struct NoServer: Error {}

    private var connection: PostgreSQLConnection?
    private var made = 0

    /// An empty schema, whose tables are made by whoever opens it, or are there already.
    func take() throws -> PostgreSQLPlace {
        guard let server = TestEngine.server else { throw NoServer() }
        let connection = try self.connection ?? PostgreSQLConnection(url: server)
        self.connection = connection
        if let schema = Self.free.withLock({ $0.popLast() }) {
            try connection.command(Self.emptying(schema))
            return PostgreSQLPlace(schema: schema, server: server)
        }
        made += 1
        // Several test processes may share the cluster.
        let schema = "place_\(ProcessInfo.processInfo.processIdentifier)_\(made)"
        try connection.command("CREATE SCHEMA \(schema)")
        return PostgreSQLPlace(schema: schema, server: server)
    }

    /// Takes all rows out, but those that migrations write into a new database.
    private static func emptying(_ schema: String) -> String {
        """
        SET session_replication_role = replica;
        DO $$
        DECLARE name text;
        BEGIN
            FOR name IN
                SELECT tablename FROM pg_tables
                WHERE schemaname = '\(schema)' AND tablename <> 'schema_migration'
            LOOP
                IF name = 'counter' THEN
                    UPDATE \(schema).counter SET value = 0;
                ELSE
                    EXECUTE format('DELETE FROM \(schema).%I', name);
                END IF;
            END LOOP;
        END
        $$
        """
    }
}
