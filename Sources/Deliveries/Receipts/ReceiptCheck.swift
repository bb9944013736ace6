public import Foundation
public import Secrets

/// Checks the file of a receipt, in JSON or as a page, without any server.
public struct ReceiptCheck: Equatable, Sendable {
    /// What is wrong; the raw values are stable.
    public enum Fault: String, Sendable, CaseIterable {
        /// The file is no receipt, or a damaged one.
        case unreadable
        /// The receipt is of a version that this program does not know.
        case unsupported
        /// The statements are not those that were signed.
        case signature
        /// The page around the statements is not the one that was signed.
        case document
        /// The receipt was signed by another key than the one that was named.
        case otherKey = "other-key"
    }

    /// The largest file that is read, octets.
    public static let largestFile = 64 << 20

    /// What is wrong; nil if the receipt is genuine.
    public let fault: Fault?
    /// The key that signed it, once that is certain.
    public let key: PublicSigningKey?
    /// What it states; nil unless the signature holds.
    public let receipt: DeliveryReceipt?
    /// Whether the file is a page.
    public let isDocument: Bool

    /// Checks a file.
    ///
    /// - Parameters:
    ///   - file: its content.
    ///   - expected: the key that the server named elsewhere; nil: none is known, and anybody may have signed it.
    public init(_ file: Data, expected: PublicSigningKey? = nil) {
        let parts = ReceiptDocument.Parts(file)
        isDocument = parts != nil
        guard file.count <= Self.largestFile,
            let envelope = try? JSONDecoder().decode(SignedReceipt.self, from: parts?.envelope ?? file)
        else {
            (fault, key, receipt) = (.unreadable, nil, nil)
            return
        }
        guard envelope.format == DeliveryReceipt.version, envelope.algorithm == "Ed25519" else {
            (fault, key, receipt) = (.unsupported, nil, nil)
            return
        }
        guard let key = envelope.key, key.id == envelope.keyId, let signature = Data(base64Encoded: envelope.signature),
            let octets = Data(base64Encoded: envelope.payload)
        else {
            (fault, self.key, receipt) = (.unreadable, nil, nil)
            return
        }
        guard key.isValid(signature: signature, of: octets) else {
            (fault, self.key, receipt) = (.signature, nil, nil)
            return
        }
        self.key = key
        guard let statements = envelope.statements(), statements.receipt.format == DeliveryReceipt.version else {
            (fault, receipt) = (.unsupported, nil)
            return
        }
        receipt = statements.receipt
        if let parts {
            let signature = envelope.documentSignature.flatMap { Data(base64Encoded: $0) } ?? Data()
            guard key.isValid(signature: signature, of: SignedReceipt.documentMessage(parts.document)) else {
                fault = .document
                return
            }
        }
        fault = expected.map { $0 == key } ?? true ? nil : .otherKey
    }
}
