internal import Crypto
internal import FoundationEssentials
public import Secrets

/// The key of one file: 256 bits, drawn for it. It is stored only in wraps.
public struct FileKey: Sendable, CustomStringConvertible, CustomReflectable {
    let symmetric: SymmetricKey

    /// Draws a key.
    ///
    /// - Parameter random: where it comes from.
    public init(random: any RandomSource) {
        symmetric = SymmetricKey(data: random.bytes(32))
    }

    /// Takes the first wrap that the key ring opens.
    ///
    /// - Parameters:
    ///   - wraps: the wraps of the file's key.
    ///   - keys: the key ring.
    ///   - file: the file that the key belongs to.
    /// - Throws: ``VaultError`` with ``VaultError/Code/corrupted`` if there is no wrap for the key ring or none opens.
    public init(unwrapping wraps: [FileKeyWrap], with keys: KeyRing, file: VaultFileID) throws(VaultError) {
        var reason = "no wrap for the key ring"
        for wrap in wraps where wrap.kind == .keyRing {
            do throws(KeyRingError) {
                let opened = try keys.open(wrap.sealed, purpose: .fileKey, context: Self.context(file))
                guard opened.count == 32 else { continue }
                symmetric = SymmetricKey(data: opened)
                return
            } catch {
                reason = error.code
            }
        }
        throw VaultError(.corrupted, file: file, detail: "the file key cannot be unwrapped: \(reason)")
    }

    /// Wraps the key with the newest master key.
    ///
    /// - Parameters:
    ///   - keys: the key ring.
    ///   - file: the file that the key belongs to; the wrap fits no other.
    /// - Returns: a wrap to be stored with the file.
    /// - Throws: ``VaultError`` with ``VaultError/Code/corrupted`` if the key ring refuses, which it does for no key.
    public func wrapped(by keys: KeyRing, file: VaultFileID) throws(VaultError) -> FileKeyWrap {
        do throws(KeyRingError) {
            let sealed = try keys.seal(
                symmetric.withUnsafeBytes { Array($0) }, purpose: .fileKey, context: Self.context(file))
            return FileKeyWrap(kind: .keyRing, sealed: sealed)
        } catch {
            throw VaultError(.corrupted, file: file, detail: "the file key cannot be wrapped: \(error.code)")
        }
    }

    /// Says only that there is a key.
    public var description: String { "FileKey(…)" }
    /// Shows no children, so that no dump contains the key.
    public var customMirror: Mirror { Mirror(self, children: []) }

    private static func context(_ file: VaultFileID) -> SealContext {
        SealContext(table: "file", row: file.text, column: "key")
    }
}
