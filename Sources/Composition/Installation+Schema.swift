public import Foundation
import Storage

/// What `depesche migrate` does: the database alone is opened, without its key.
extension Installation {
    private struct Told: Encodable {
        let database: Int
        let known: Int
        let oldestProgram: Int
        let othersGoOn: Bool
        let missing: [SchemaStatus.Step]

        init(_ status: SchemaStatus) {
            database = status.database
            known = status.known
            oldestProgram = status.oldestProgram
            othersGoOn = status.othersGoOn
            missing = status.missing
        }
    }

    /// Which schema the database has and what this version would change; nothing is changed. Exit code 1: steps are
    /// missing.
    public static func schemaStatus(_ configuration: Configuration) async -> AdminReply {
        await telling {
            let status = SchemaStatus(try await applied(configuration))
            guard status.isUsable else {
                throw StorageError.newerDatabase(found: status.database, known: status.known)
            }
            var reply = try AdminReply(lines: lines(status), json: Told(status))
            reply.exitCode = status.missing.isEmpty ? 0 : 1
            return reply
        }
    }

    /// Applies the steps that are missing.
    ///
    /// - Parameters:
    ///   - configuration: where the database is.
    ///   - now: the clock, for the record of migrations.
    public static func migrate(
        _ configuration: Configuration, now: @escaping @Sendable () -> Date = { Date() }
    ) async -> AdminReply {
        await telling {
            if let url = configuration.databaseURL {
                let before = SchemaStatus(try await PostgreSQLDatabase.appliedSchema(url: url))
                try await PostgreSQLDatabase.migrate(url: url, now: now)
                return try done(before, SchemaStatus(try await PostgreSQLDatabase.appliedSchema(url: url)))
            }
            let before = SchemaStatus(try await SQLiteDatabase.appliedSchema(folder: configuration.dataFolder))
            guard before.database > 0 else {
                let folder = configuration.dataFolder.path
                return .failure(3, "There is no database in \(folder) yet; the server makes it when it starts.")
            }
            let database = try await SQLiteDatabase.open(folder: configuration.dataFolder, now: now)
            let after = SchemaStatus(try await database.appliedSchema())
            try await database.close()
            return try done(before, after)
        }
    }

    private static func applied(_ configuration: Configuration) async throws -> AppliedSchema {
        if let url = configuration.databaseURL { return try await PostgreSQLDatabase.appliedSchema(url: url) }
        guard let reply = try await ControlClient(configuration).send(.appliedSchema) else {
            return try await SQLiteDatabase.appliedSchema(folder: configuration.dataFolder)
        }
        guard reply.exitCode == 0,
            let applied = try? JSONDecoder().decode(AppliedSchema.self, from: Data(reply.json.utf8))
        else {
            throw StartError(
                "A server of another version is running on this data and cannot say which schema it has. Stop it first."
            )
        }
        return applied
    }

    private static func lines(_ status: SchemaStatus) -> [String] {
        if status.isNewer {
            return [
                "The database has schema \(status.database), of a newer version; this one knows \(status.known) and may "
                    + "still use it."
            ]
        }
        let has = status.database == 0 ? "The database is empty." : "The database has schema \(status.database)."
        guard !status.missing.isEmpty else { return [has, "It is up to date."] }
        let steps = status.missing.map { step in
            "  \(step.number) \(step.name)" + (step.oldestProgram.map { ": takes away what is older than \($0)" } ?? "")
        }
        let others =
            status.othersGoOn
            ? "They only add: nodes of the version that the database has may go on meanwhile."
            : "Nodes of the version that the database has cannot start on it afterwards: stop them all first."
        return [has, "This version would apply:"] + steps + (status.database == 0 ? [] : [others])
    }

    private static func done(_ before: SchemaStatus, _ after: SchemaStatus) throws -> AdminReply {
        let steps = before.missing.map { "Applied \($0.number) \($0.name)." }
        return try AdminReply(lines: steps + lines(after), json: Told(after))
    }

    private static func telling(_ body: () async throws -> AdminReply) async -> AdminReply {
        do {
            return try await body()
        } catch StorageError.anotherProcess(let folder) {
            return .failure(3, "A server is running on this data (\(folder)). Stop it first.")
        } catch {
            return .failure(3, "\(error)")
        }
    }
}
