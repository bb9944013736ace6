public import Logging

extension Logger {
    /// Says what failed of work that is tried again by itself. That the database is busy or out of reach is told once
    /// when it begins and once when it ends, by the database: here it would be said again and again.
    public func failure(
        _ message: Logger.Message, _ error: any Error, metadata: Logger.Metadata = [:]
    ) {
        let level: Logger.Level = (error as? DeliveriesError)?.code == .busy ? .debug : .error
        log(level: level, message, metadata: metadata.merging(["error": "\(error)"]) { $1 })
    }
}
