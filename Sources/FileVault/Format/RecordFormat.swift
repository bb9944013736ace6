internal import Crypto
package import FoundationEssentials

/// Seals and opens the records of chunks; `docs/file-format.md` describes them octet by octet.
package struct RecordFormat: Sendable {
    static let version: UInt8 = 1

    package let file: VaultFileID
    let key: FileKey
    package let layout: FileLayout

    package init(file: VaultFileID, key: FileKey, layout: FileLayout) {
        self.file = file
        self.key = key
        self.layout = layout
    }

    /// The associated data of a record: 30 octets.
    func associatedData(chunk: Int, record: Int) -> [UInt8] {
        var octets: [UInt8] = []
        octets.reserveCapacity(30)
        octets += [UInt8(ascii: "D"), UInt8(ascii: "P"), UInt8(ascii: "F"), UInt8(ascii: "R"), Self.version]
        octets += file.bytes
        octets += bigEndian(UInt32(chunk))
        octets += bigEndian(UInt32(record))
        let isLastRecord = record == layout.recordCount(ofChunk: chunk) - 1
        octets.append(isLastRecord ? (layout.isFinal(chunk: chunk) ? 2 : 1) : 0)
        return octets
    }

    /// Seals one record: nonce, ciphertext, tag.
    func seal(
        _ plain: some DataProtocol, chunk: Int, record: Int, nonce: [UInt8]
    ) throws(VaultError) -> Data {
        do {
            let box = try AES.GCM.seal(
                plain, using: key.symmetric, nonce: AES.GCM.Nonce(data: nonce),
                authenticating: associatedData(chunk: chunk, record: record))
            guard let combined = box.combined else { throw CryptoKitError.incorrectParameterSize }
            return combined
        } catch {
            throw VaultError(.io, file: file, chunk: chunk, record: record, detail: "sealing failed")
        }
    }

    /// Opens one record.
    package func open(_ sealed: Data, chunk: Int, record: Int) throws(VaultError) -> Data {
        do {
            return try AES.GCM.open(
                AES.GCM.SealedBox(combined: sealed), using: key.symmetric,
                authenticating: associatedData(chunk: chunk, record: record))
        } catch {
            throw VaultError(
                .corrupted, file: file, chunk: chunk, record: record, detail: "a record does not authenticate")
        }
    }
}

/// The octets of a number, most significant first.
func bigEndian(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.bigEndian) { Array($0) }
}
