import ServiceLifecycle
import Storage

/// Tells the database of a stop as soon as it is asked for, so that one that does not answer cannot hold it up.
struct DatabaseFarewell: Service {
    let database: any StoredDatabase

    func run() async throws {
        // Cut short only by the end of the group.
        try? await gracefulShutdown()
        database.prepareToClose()
    }
}
