package import Logging

extension OutboxEntry {
    /// The ids that each line of the log about this mail carries, so that a delivery, its mails and their attempts are
    /// found together. No addresses.
    ///
    /// - Parameter attempt: the number of the attempt; nil: none was begun.
    package func logMetadata(attempt: Int? = nil) -> Logger.Metadata {
        var metadata: Logger.Metadata = ["outbox": "\(id)"]
        if let delivery { metadata["delivery"] = "\(delivery)" }
        if let message { metadata["message"] = "\(message)" }
        if let attempt { metadata["attempt"] = "\(attempt)" }
        return metadata
    }
}
