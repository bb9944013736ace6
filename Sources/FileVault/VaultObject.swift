public import Foundation

/// Something that the vault holds for a file.
public struct VaultObject: Sendable, Hashable {
    /// Its name.
    public let name: String
    /// Octets that it takes.
    public let size: Int64
    /// When it was written.
    public let modifiedAt: Date

    /// Describes an object.
    ///
    /// - Parameters:
    ///   - name: its name.
    ///   - size: octets that it takes.
    ///   - modifiedAt: when it was written.
    public init(name: String, size: Int64, modifiedAt: Date) {
        self.name = name
        self.size = size
        self.modifiedAt = modifiedAt
    }
}
