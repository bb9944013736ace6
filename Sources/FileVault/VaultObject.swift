public import Foundation
package import Secrets

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

extension VaultObject {
    /// A name for a chunk that is about to be written; another one each time.
    package static func drawName(chunk: Int, random: any RandomSource) -> String {
        "\(chunk)." + Hex.encode(random.bytes(8))
    }
}

extension VaultFileID {
    /// Identities may be ordered by time, so that only the last octet spreads them.
    var fan: String { "files/" + hex.suffix(2) }

    /// Where all objects of the file are, seen from the vault's top.
    package var folder: String { fan + "/" + hex }

    /// Where an object of the file is, or an error for a name that no object has.
    package func objectPath(_ name: String) throws(VaultError) -> String {
        let allowed = name.utf8.allSatisfy { byte in
            UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || UInt8(ascii: "a")...UInt8(ascii: "f") ~= byte
                || byte == UInt8(ascii: ".")
        }
        guard allowed, name.first?.isNumber == true else {
            throw VaultError(.missing, file: self, detail: "no object has such a name")
        }
        return folder + "/" + name
    }
}
