import Logging

extension Installation {
    /// Opens the data, carries out one command and closes it again: for when no server runs.
    public static func performOffline(_ command: AdminCommand, configuration: Configuration) async -> AdminReply {
        var logger = Logger(label: "depesche") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .error
        do {
            let installation = try await open(configuration, logger: logger)
            let reply = await AdminDesk(installation).perform(command)
            await installation.close()
            return reply
        } catch let error as StartError {
            return .failure(3, error.description)
        } catch {
            return .failure(3, "\(error)")
        }
    }
}
