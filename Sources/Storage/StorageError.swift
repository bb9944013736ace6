/// Why the database cannot be opened, copied or checked. The description is fit for a terminal.
public enum StorageError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Another process has the data folder.
    case anotherProcess(folder: String)
    /// The database was written by a newer version.
    case newerDatabase(found: Int, known: Int)
    /// An installation is being moved into the database, or that was interrupted.
    case unfinishedMove
    /// The folder cannot be used; with the system's reason.
    case unusableFolder(path: String, reason: String)
    /// The file is no database or is damaged; with what SQLite says.
    case unusableDatabase(path: String, reason: String)
    /// There is something already where a copy should go.
    case fileExists(path: String)
    /// The PostgreSQL server cannot be used; with what it or libpq says, never with a password.
    case unusableServer(reason: String)
    /// The database is not copied by Depesche but by its own tools.
    case copiedByItsOwnTools
    /// The database was closed.
    case closed

    /// The reason in a sentence, with what to do where something can be done.
    public var description: String {
        switch self {
        case .anotherProcess(let folder):
            "Another Depesche is running on this data (\(folder)). Stop it first."
        case .newerDatabase(let found, let known):
            "This data was written by a newer Depesche (schema \(found); this version knows up to \(known)). "
                + "Start the newer version, or restore a backup made before the upgrade."
        case .unfinishedMove:
            "An installation is being moved into this database, or that was interrupted. Run the same "
                + "`depesche move-data` again, which begins anew, and start when it is complete."
        case .unusableFolder(let path, let reason):
            "The data folder \(path) cannot be used: \(reason)."
        case .unusableDatabase(let path, let reason):
            "The database \(path) cannot be used: \(reason)."
        case .fileExists(let path):
            "There is a file already: \(path)."
        case .unusableServer(let reason):
            "The PostgreSQL database cannot be used: \(reason)."
        case .copiedByItsOwnTools:
            "With PostgreSQL, pg_dump copies the database and pg_restore brings it back; "
                + "copy the folder of files and the master key after pg_dump has ended."
        case .closed:
            "The database is closed."
        }
    }
}
