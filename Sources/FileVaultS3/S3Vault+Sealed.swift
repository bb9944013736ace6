public import FileVault
public import NIOCore
internal import Secrets

/// Copying objects as they are.
extension S3Vault: SealedObjects {
    public func sealedObjects(fan: UInt8) async throws(VaultError) -> [SealedObject] {
        do throws(S3Failure) {
            return try await client.list("files/" + Hex.encode([fan]) + "/").compactMap { object in
                let parts = object.key.split(separator: "/")
                guard parts.count == 4, let file = VaultFileID(hex: String(parts[2])),
                    (try? file.objectPath(String(parts[3]))) == object.key
                else { return nil }
                return SealedObject(file: file, name: String(parts[3]), size: object.size)
            }
        } catch {
            throw error.vaultError()
        }
    }

    public func sealedOctets(of object: SealedObject) async throws(VaultError) -> ByteBuffer {
        let key = try object.file.objectPath(object.name)
        do throws(S3Failure) {
            return try await client.get(key, range: 0..<Int(object.size), of: Int(object.size))
        } catch {
            throw error.vaultError(file: object.file)
        }
    }

    public func storeSealed(_ octets: ByteBuffer, as object: SealedObject) async throws(VaultError) {
        let key = try object.file.objectPath(object.name)
        do throws(S3Failure) {
            try await client.put(SealedContent(Array(octets.readableBytesView)), at: key)
        } catch {
            throw error.vaultError(file: object.file)
        }
    }
}
