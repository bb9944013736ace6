/// How much room a vault has.
public struct VaultSpace: Sendable, Hashable {
    /// Octets that can still be written.
    public let available: Int64
    /// Octets in all.
    public let total: Int64

    /// Describes the room.
    ///
    /// - Parameters:
    ///   - available: octets that can still be written.
    ///   - total: octets in all.
    public init(available: Int64, total: Int64) {
        self.available = available
        self.total = total
    }
}
