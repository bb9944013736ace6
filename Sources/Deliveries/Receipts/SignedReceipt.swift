import Crypto
public import Foundation
import Secrets

/// A receipt with its signature: an envelope in JSON whose payload is the exact octets that were signed, so that nobody
/// has to write JSON the same way twice.
public struct SignedReceipt: Codable, Equatable, Sendable {
    /// ``DeliveryReceipt/version``.
    public let format: String
    /// `Ed25519`.
    public let algorithm: String
    /// The name of the key.
    public let keyId: String
    /// The public key: 32 octets, base64.
    public let publicKey: String
    /// The statements: JSON in UTF-8, base64.
    public let payload: String
    /// The signature over the octets of the payload, base64.
    public let signature: String
    /// The signature over ``documentMessage(_:)`` of the page that this envelope stands in, base64; missing where it
    /// stands in none.
    public let documentSignature: String?

    private static let algorithm = "Ed25519"

    /// Signs statements.
    init(_ receipt: DeliveryReceipt, keys: KeyRing) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        let payload = try encoder.encode(receipt)
        let (signature, key) = try keys.sign(payload, purpose: .receipt)
        self.init(
            keyId: key.id, publicKey: Data(key.bytes).base64EncodedString(),
            payload: payload.base64EncodedString(), signature: signature.base64EncodedString(),
            documentSignature: nil)
    }

    private init(keyId: String, publicKey: String, payload: String, signature: String, documentSignature: String?) {
        format = DeliveryReceipt.version
        algorithm = Self.algorithm
        self.keyId = keyId
        self.publicKey = publicKey
        self.payload = payload
        self.signature = signature
        self.documentSignature = documentSignature
    }

    /// The same envelope for a page.
    func signing(document: Data, keys: KeyRing) throws -> SignedReceipt {
        SignedReceipt(
            keyId: keyId, publicKey: publicKey, payload: payload, signature: signature,
            documentSignature: try keys.sign(Self.documentMessage(document), purpose: .receipt).signature
                .base64EncodedString())
    }

    /// What is signed of a page: a label and the SHA-256 of all of it but the envelope.
    static func documentMessage(_ document: Data) -> Data {
        Data("depesche-receipt-document/1\n\(Hex.encode(SHA256.hash(data: document)))\n".utf8)
    }

    /// The envelope as JSON, one key a line.
    public func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(self) + Data("\n".utf8)
    }

    /// The key, if it is one.
    var key: PublicSigningKey? { Data(base64Encoded: publicKey).flatMap { PublicSigningKey(bytes: $0) } }

    /// The statements and the octets that were signed.
    func statements() -> (receipt: DeliveryReceipt, octets: Data)? {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        guard let octets = Data(base64Encoded: payload),
            let receipt = try? decoder.decode(DeliveryReceipt.self, from: octets)
        else { return nil }
        return (receipt, octets)
    }
}
