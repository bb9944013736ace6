internal import FoundationEssentials
public import NIOCore

/// An object of a vault as it lies there, sealed.
public struct SealedObject: Sendable, Hashable {
    /// The file that it belongs to.
    public let file: VaultFileID
    /// Its name, the same in every vault.
    public let name: String
    /// Octets that it takes.
    public let size: Int64

    /// Describes an object.
    ///
    /// - Parameters:
    ///   - file: the file that it belongs to.
    ///   - name: its name.
    ///   - size: octets that it takes.
    public init(file: VaultFileID, name: String, size: Int64) {
        self.file = file
        self.name = name
        self.size = size
    }
}

/// A vault whose objects can be copied as they are: without a key, and under the same names.
public protocol SealedObjects: Sendable {
    /// Lists a 256th of the objects: those of files whose identity ends with an octet.
    ///
    /// - Parameter fan: the octet.
    /// - Returns: the objects in no particular order.
    /// - Throws: ``VaultError``.
    func sealedObjects(fan: UInt8) async throws(VaultError) -> [SealedObject]

    /// Reads a whole object.
    ///
    /// - Parameter object: the object.
    /// - Returns: as many octets as it is said to take.
    /// - Throws: ``VaultError``, also for an object of another size.
    func sealedOctets(of object: SealedObject) async throws(VaultError) -> ByteBuffer

    /// Stores a whole object under its name, in place of what is there, and returns when it is durable.
    ///
    /// - Parameters:
    ///   - octets: its octets.
    ///   - object: the object.
    /// - Throws: ``VaultError``.
    func storeSealed(_ octets: ByteBuffer, as object: SealedObject) async throws(VaultError)
}
