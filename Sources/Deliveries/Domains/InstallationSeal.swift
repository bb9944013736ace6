import Crypto
import Foundation
import Secrets

/// The key by which other installations recognise this one (Ed25519, RFC 8032): made when it is first needed, kept
/// sealed.
struct InstallationSeal {
    private static let setting = "installation.signing-key"
    private static let place = SealContext(table: "setting", row: setting, column: "sealed_value")

    private let key: Curve25519.Signing.PrivateKey

    /// Opens the key, or makes it.
    init(in transaction: any Transaction, keys: KeyRing) throws {
        if let sealed = try transaction.settings.all().first(where: { $0.key == Self.setting })?.sealedValue {
            let octets = try keys.open(sealed, purpose: .column, context: Self.place)
            key = try Curve25519.Signing.PrivateKey(rawRepresentation: octets)
            return
        }
        key = Curve25519.Signing.PrivateKey()
        let sealed = try keys.seal(key.rawRepresentation, purpose: .column, context: Self.place)
        try transaction.settings.set(StoredSetting(key: Self.setting, value: nil, sealedValue: sealed))
    }

    /// The public half, 32 octets.
    var publicKey: Data { key.publicKey.rawRepresentation }

    /// Signs.
    func sign(_ octets: Data) throws -> Data { try key.signature(for: octets) }

    /// Whether a signature was made with the private half of a key.
    static func isValid(_ signature: Data, of octets: Data, by publicKey: Data) -> Bool {
        guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: publicKey) else { return false }
        return key.isValidSignature(signature, for: octets)
    }
}
