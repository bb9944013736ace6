/// How much work one Argon2id hash is.
public struct PasswordCost: Sendable, Hashable {
    /// Passes over the memory; at least 1.
    public let operations: UInt64
    /// Memory in octets; at least 8,192.
    public let memory: Int

    /// Chooses a cost.
    ///
    /// - Parameters:
    ///   - operations: passes over the memory; at least 1.
    ///   - memory: memory in octets; at least 8,192.
    public init(operations: UInt64, memory: Int) {
        self.operations = max(1, operations)
        self.memory = max(8_192, memory)
    }

    /// Two passes over 64 MiB: for sign-in on a server.
    public static let interactive = PasswordCost(operations: 2, memory: 64 << 20)
    /// One pass over 8 KiB: **for tests only**.
    public static let cheap = PasswordCost(operations: 1, memory: 8_192)
}
