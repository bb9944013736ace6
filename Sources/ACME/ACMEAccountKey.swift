import Crypto
import Foundation

/// The key that an account with a certificate authority is known by: ECDSA with P-256 (RFC 7518, 3.4).
public struct ACMEAccountKey: Sendable {
    private let key: P256.Signing.PrivateKey

    /// A new key.
    public init() { key = P256.Signing.PrivateKey() }

    /// A key that was kept; `nil` if the text is none.
    public init?(pem: String) {
        guard let key = try? P256.Signing.PrivateKey(pemRepresentation: pem) else { return nil }
        self.key = key
    }

    /// The private key, to be kept secret.
    public var pem: String { key.pemRepresentation }

    /// The public key (RFC 7517), its members in the order that its thumbprint needs.
    struct JSONWebKey: Encodable, Equatable {
        let crv = "P-256"
        let kty = "EC"
        let x: String
        let y: String
    }

    var publicKey: JSONWebKey {
        let point = key.publicKey.rawRepresentation
        return JSONWebKey(x: Base64URLText.encode(point.prefix(32)), y: Base64URLText.encode(point.suffix(32)))
    }

    /// What stands for the public key (RFC 7638).
    var thumbprint: String {
        let publicKey = publicKey
        let text = #"{"crv":"\#(publicKey.crv)","kty":"\#(publicKey.kty)","x":"\#(publicKey.x)","y":"\#(publicKey.y)"}"#
        return Base64URLText.encode(SHA256.hash(data: Data(text.utf8)))
    }

    /// What is signed along with a payload (RFC 8555, 6.2): the account if there is one, else the public key.
    private struct ProtectedHeader: Encodable {
        let alg = "ES256"
        let jwk: JSONWebKey?
        let kid: String?
        let nonce: String
        let url: String
    }

    private struct SignedMessage: Encodable {
        let protected: String
        let payload: String
        let signature: String
    }

    /// A signed request (RFC 7515, 7.2.2).
    ///
    /// - Parameters:
    ///   - payload: what it says; empty for one that only asks.
    ///   - account: the address of the account; `nil`: the public key is sent along.
    ///   - nonce: what the server handed out for it.
    ///   - url: where it goes.
    func sign(_ payload: Data, account: String?, nonce: String, url: String) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let header = ProtectedHeader(jwk: account == nil ? publicKey : nil, kid: account, nonce: nonce, url: url)
        let protected = Base64URLText.encode(try encoder.encode(header))
        let body = Base64URLText.encode(payload)
        let signature = try key.signature(for: Data("\(protected).\(body)".utf8))
        return try encoder.encode(
            SignedMessage(
                protected: protected, payload: body, signature: Base64URLText.encode(signature.rawRepresentation)))
    }
}
