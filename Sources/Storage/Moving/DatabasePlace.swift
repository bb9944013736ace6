public import Foundation

/// Where a database is, as `depesche move-data` names it.
public enum DatabasePlace: Sendable, Equatable, CustomStringConvertible {
    /// SQLite in a data folder.
    case sqlite(folder: URL)
    /// A PostgreSQL server; the address may hold a password.
    case postgreSQL(url: String)

    /// Reads `sqlite:FOLDER` or `postgresql://…`; `nil` for anything else.
    public init?(_ text: String) {
        if text.hasPrefix("sqlite:"), text.count > "sqlite:".count {
            self = .sqlite(folder: URL(filePath: String(text.dropFirst("sqlite:".count)), directoryHint: .isDirectory))
        } else if text.hasPrefix("postgresql://") || text.hasPrefix("postgres://") {
            self = .postgreSQL(url: text)
        } else {
            return nil
        }
    }

    /// The place for people, without a password.
    public var description: String {
        switch self {
        case .sqlite(let folder): "the data folder \(folder.path)"
        case .postgreSQL: "the PostgreSQL database"
        }
    }

    /// Keeps servers away from a data folder; `nil` where a server is recognized otherwise.
    func hold(isSource: Bool) throws -> DataFolderLock? {
        guard case .sqlite(let folder) = self else { return nil }
        let file = folder.appendingPathComponent(SQLiteDatabase.fileName)
        guard !isSource || FileManager.default.fileExists(atPath: file.path) else {
            throw MoveError.noInstallation(self)
        }
        return try DataFolderLock(folder: folder)
    }
}

/// Why an installation is not moved. The description is fit for a terminal.
public enum MoveError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Both ends are the same.
    case samePlace
    /// The source is no installation that was ever started.
    case noInstallation(DatabasePlace)
    /// The source has another schema than this version.
    case otherSchema(DatabasePlace, found: Int, known: Int)
    /// The source itself is the unfinished end of a move.
    case unfinishedSource
    /// There is something in the target.
    case taken(DatabasePlace)
    /// Another installation is being moved into the target.
    case otherMove(DatabasePlace)
    /// Another Depesche uses the database.
    case inUse(DatabasePlace)
    /// What was copied is not what is there afterwards.
    case differs(table: String)
    /// Tables refer to each other in a circle.
    case circle

    /// The reason in a sentence or two.
    public var description: String {
        switch self {
        case .samePlace: "Source and target are the same."
        case .noInstallation(let place): "There is no installation in \(place)."
        case .otherSchema(let place, let found, let known):
            "The database in \(place) has schema \(found), and this version moves schema \(known): bring it up to date "
                + "first (depesche migrate up), or use the version that it belongs to."
        case .unfinishedSource: "An installation is being moved into the source, or that was interrupted."
        case .taken(let place): "There is data in \(place) already: name an empty one."
        case .otherMove(let place): "Another installation is being moved into \(place), or that was interrupted."
        case .inUse(let place): "Another Depesche is using \(place). Stop it first."
        case .differs(let table): "The table \(table) is not the same on both sides. Move again."
        case .circle: "The tables refer to each other in a circle."
        }
    }
}
