internal import Crypto
public import FoundationEssentials
import Synchronization

/// The master keys: the newest seals, all of them open.
///
/// HKDF-SHA256 derives one key per ``KeyPurpose``. A sealed value is one octet version (1), four octets key id, twelve
/// octets random nonce, the ciphertext and sixteen octets tag of AES-256-GCM; version, key id and ``SealContext`` are
/// its associated data.
public struct KeyRing: Sendable, CustomStringConvertible {
    struct MasterKey: Sendable {
        let id: UInt32
        let key: SymmetricKey
        private let derivedKeys = DerivedKeys()

        init(id: UInt32, key: SymmetricKey) {
            self.id = id
            self.key = key
        }

        /// Eight hexadecimal digits.
        var idText: String { Hex.encode(withUnsafeBytes(of: id.bigEndian) { Array($0) }) }

        func derived(for purpose: KeyPurpose) -> SymmetricKey {
            derivedKeys.key(for: purpose) {
                HKDF<SHA256>.deriveKey(
                    inputKeyMaterial: key, info: Array("depesche/1/\(purpose.name)".utf8), outputByteCount: 32)
            }
        }
    }

    /// Keys that were derived before: deriving one takes longer than sealing a small value.
    private final class DerivedKeys: Sendable {
        private let known = Mutex<[KeyPurpose: SymmetricKey]>([:])

        func key(for purpose: KeyPurpose, derive: () -> SymmetricKey) -> SymmetricKey {
            if let key = known.withLock({ $0[purpose] }) { return key }
            let key = derive()
            known.withLock { $0[purpose] = key }
            return key
        }
    }

    private static let version: UInt8 = 1
    private static let headerLength = 5

    /// Oldest first; never empty.
    let keys: [MasterKey]
    private let newest: MasterKey
    let random: any RandomSource

    init?(keys: [MasterKey], random: any RandomSource) {
        guard let newest = keys.last else { return nil }
        self.keys = keys
        self.newest = newest
        self.random = random
    }

    /// Makes a ring with one new key that is stored nowhere: for tests and demonstrations.
    ///
    /// - Parameter random: where the key and, later, the nonces come from.
    public init(ephemeral random: any RandomSource) {
        newest = Self.newKey(random: random)
        keys = [newest]
        self.random = random
    }

    static func newKey(random: any RandomSource) -> MasterKey {
        let id = random.bytes(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        return MasterKey(id: id, key: SymmetricKey(data: random.bytes(32)))
    }

    /// How many keys there are and the id of the newest; no secret.
    public var description: String { "KeyRing(\(keys.count) keys, newest \(newest.idText))" }

    /// The check value of the newest key: 64 hexadecimal digits that tell nothing about it.
    ///
    /// Store it with the data when that is made, and hand it to ``check(fingerprint:)`` at each start.
    public var fingerprint: String { Self.fingerprint(of: newest) }

    /// Makes sure that the ring has the key that the data was made with.
    ///
    /// - Parameter fingerprint: what ``fingerprint`` gave when it was stored.
    /// - Throws: ``KeyRingError/wrongKey`` if none of the keys has it.
    public func check(fingerprint: String) throws(KeyRingError) {
        let known = keys.contains { constantTimeEqual(Self.fingerprint(of: $0).utf8, fingerprint.utf8) }
        if !known { throw .wrongKey }
    }

    /// Seals a value for one place.
    ///
    /// - Parameters:
    ///   - plaintext: what to seal; may be empty.
    ///   - purpose: what the value is.
    ///   - context: where the value will stand.
    /// - Returns: the sealed value, 33 octets longer than the plaintext.
    /// - Throws: ``KeyRingError/tampered`` if the cryptographic library refuses, which it does for no input.
    public func seal(
        _ plaintext: some DataProtocol, purpose: KeyPurpose, context: SealContext
    ) throws(KeyRingError) -> Data {
        let header = [Self.version] + withUnsafeBytes(of: newest.id.bigEndian) { Array($0) }
        do {
            let box = try AES.GCM.seal(
                plaintext, using: newest.derived(for: purpose), nonce: AES.GCM.Nonce(data: random.bytes(12)),
                authenticating: header + context.octets)
            var sealed = Data(header)
            sealed.append(contentsOf: box.nonce)
            sealed.append(box.ciphertext)
            sealed.append(box.tag)
            return sealed
        } catch {
            throw .tampered
        }
    }

    /// Opens a sealed value.
    ///
    /// - Parameters:
    ///   - sealed: what ``seal(_:purpose:context:)`` returned.
    ///   - purpose: the same purpose.
    ///   - context: the same place.
    /// - Returns: the plaintext.
    /// - Throws: ``KeyRingError/unsupportedVersion(_:)``, ``KeyRingError/unknownKey(id:)`` or
    ///   ``KeyRingError/tampered``.
    public func open(
        _ sealed: some DataProtocol, purpose: KeyPurpose, context: SealContext
    ) throws(KeyRingError) -> Data {
        let bytes = Data(sealed)
        guard let version = bytes.first else { throw .tampered }
        guard version == Self.version else { throw .unsupportedVersion(version) }
        guard bytes.count >= Self.headerLength + 28 else { throw .tampered }
        let header = Array(bytes.prefix(Self.headerLength))
        guard
            let master = keys.last(where: { key in
                withUnsafeBytes(of: key.id.bigEndian) { constantTimeEqual($0, header[1...]) }
            })
        else { throw .unknownKey(id: Hex.encode(header[1...])) }
        do {
            let box = try AES.GCM.SealedBox(combined: bytes.dropFirst(Self.headerLength))
            return try AES.GCM.open(
                box, using: master.derived(for: purpose), authenticating: header + context.octets)
        } catch {
            throw .tampered
        }
    }

    /// Authenticates a message with the newest key (HMAC-SHA256).
    ///
    /// - Parameters:
    ///   - purpose: what the message is.
    ///   - message: any octets.
    /// - Returns: 32 octets.
    public func hmac(purpose: KeyPurpose, message: some DataProtocol) -> Data {
        Self.hmac(newest, purpose: purpose, message: message)
    }

    /// Checks an authentication code in constant time; each key of the ring is tried.
    ///
    /// - Parameters:
    ///   - hmac: what ``hmac(purpose:message:)`` returned.
    ///   - purpose: the same purpose.
    ///   - message: the same message.
    /// - Returns: whether one of the keys made it.
    public func isValid(hmac: some DataProtocol, purpose: KeyPurpose, message: some DataProtocol) -> Bool {
        keys.contains { constantTimeEqual(Self.hmac($0, purpose: purpose, message: message), hmac) }
    }

    static func hmac(_ key: MasterKey, purpose: KeyPurpose, message: some DataProtocol) -> Data {
        Data(HMAC<SHA256>.authenticationCode(for: message, using: key.derived(for: purpose)))
    }

    private static func fingerprint(of key: MasterKey) -> String {
        Hex.encode(hmac(key, purpose: .fingerprint, message: Array(key.idText.utf8)))
    }
}
