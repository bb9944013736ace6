public import Foundation

/// Which scheduled work fails: what administrators must know.
public struct FailingJobs: Sendable {
    private let database: any Database

    /// - Parameter database: where the rows of the work are.
    public init(_ database: any Database) { self.database = database }

    /// The names of work that failed last time, each with when that began.
    public func list() async throws -> [String: Date] {
        try await database.read { try $0.ledger.failingJobs() }
    }
}
