import Logging
import SMTP

extension RouteOutcome {
    /// What a line of the log says of it: the server's codes and never its words, which may hold addresses.
    var logMetadata: Logger.Metadata {
        var metadata: Logger.Metadata = ["outcome": "\(result.name)"]
        guard let failure else { return metadata }
        metadata["phase"] = "\(failure.phase)"
        metadata["failure"] = "\(failure.kind)"
        if let reply = failure.reply { metadata["code"] = "\(reply.code)" }
        if let status = failure.enhancedStatus { metadata["status"] = "\(status)" }
        return metadata
    }
}
