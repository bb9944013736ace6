public import Foundation

/// Work that the clock asks for. Whoever holds the lease of its row does it, so that several processes do it once.
/// Each can be broken off at any moment and begun again.
public protocol LeasedJob: Sendable {
    /// The name of its row.
    var name: String { get }
    /// For how long it is leased, seconds; after that another process may begin it.
    var leaseTime: TimeInterval { get }
    /// Does what is due.
    ///
    /// - Parameter now: the time.
    /// - Returns: when it wants to be called again.
    func run(now: Date) async throws -> Date
}

extension LeasedJob {
    /// Ten minutes.
    public var leaseTime: TimeInterval { 600 }
}
