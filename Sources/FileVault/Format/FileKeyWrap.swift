public import Foundation

/// One way to get at the key of a file. A file has a list of them.
public struct FileKeyWrap: Sendable, Hashable, Codable {
    /// What opens a wrap.
    public enum Kind: String, Sendable, Hashable, Codable {
        /// The master keys of the server.
        case keyRing = "key-ring"
    }

    /// What opens this one.
    public let kind: Kind
    /// The sealed key, in a form that depends on the kind.
    public let sealed: Data

    /// Describes a wrap.
    ///
    /// - Parameters:
    ///   - kind: what opens it.
    ///   - sealed: the sealed key.
    public init(kind: Kind, sealed: Data) {
        self.kind = kind
        self.sealed = sealed
    }

    /// Writes a list of wraps for a database column.
    ///
    /// - Parameter wraps: the wraps of one file.
    /// - Returns: JSON.
    /// - Throws: ``VaultError`` with ``VaultError/Code/corrupted``, which no list causes.
    public static func encode(_ wraps: [FileKeyWrap]) throws(VaultError) -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        do {
            return try encoder.encode(wraps)
        } catch {
            throw VaultError(.corrupted, detail: "the wraps of a file key cannot be written")
        }
    }

    /// Reads a list of wraps.
    ///
    /// - Parameter data: what ``encode(_:)`` wrote.
    /// - Returns: the wraps.
    /// - Throws: ``VaultError`` with ``VaultError/Code/corrupted`` if it is something else.
    public static func decode(_ data: Data) throws(VaultError) -> [FileKeyWrap] {
        do {
            return try JSONDecoder().decode([FileKeyWrap].self, from: data)
        } catch {
            throw VaultError(.corrupted, detail: "the wraps of a file key cannot be read")
        }
    }
}
