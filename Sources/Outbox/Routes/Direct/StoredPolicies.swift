public import DNS
public import Deliveries
public import Foundation
public import Logging
public import MailRouting

/// Keeps MTA-STS policies in the database.
public struct StoredPolicies: STSPolicyKeeper {
    private let database: any Database
    private let now: @Sendable () -> Date
    private let logger: Logger

    /// - Parameters:
    ///   - database: where policies are kept.
    ///   - now: the clock.
    ///   - logger: the log.
    public init(database: any Database, now: @escaping @Sendable () -> Date, logger: Logger) {
        self.database = database
        self.now = now
        self.logger = logger
    }

    /// What is kept of a domain.
    public func state(of domain: DNSName) async -> STSState? {
        do {
            let text = try await database.read { try $0.transport.policyState(of: domain.key) }
            return try text.map { try JSONDecoder().decode(STSState.self, from: Data($0.utf8)) }
        } catch {
            logger.failure("a policy cannot be read", error)
            return nil
        }
    }

    /// Keeps what is known.
    public func keep(_ state: STSState) async {
        let at = now()
        do {
            let text = String(decoding: try JSONEncoder().encode(state), as: UTF8.self)
            try await database.write { try $0.transport.keepPolicyState(text, of: state.domain.key, at: at) }
        } catch {
            logger.failure("a policy cannot be kept", error)
        }
    }
}
