import Crypto
import Foundation

extension DKIMPrivateKey {
    /// Reads the one private key in a PEM text (RFC 7468): PKCS #8 with RSA or Ed25519 (RFC 5958, RFC 8410), or PKCS #1
    /// with RSA (RFC 8017). Text around the block does not matter.
    ///
    /// - Throws: ``DKIMKeyProblem``.
    public init(pem: String) throws(DKIMKeyProblem) {
        let blocks = try Self.blocks(pem)
        let keys = blocks.filter { $0.label.hasSuffix("PRIVATE KEY") }
        guard let block = keys.first else {
            guard let other = blocks.first else { throw .noPEM }
            if other.label.hasSuffix("PUBLIC KEY") { throw .publicKey }
            if other.label.hasSuffix("CERTIFICATE") { throw .certificate }
            throw .unsupportedKind(other.label)
        }
        guard keys.count == 1 else { throw .severalKeys }
        switch block.label {
        // RFC 1421, 4.6.1.1: what older programs write into encrypted blocks.
        case _ where block.text.contains("ENCRYPTED"), "ENCRYPTED PRIVATE KEY": throw .encrypted
        case "RSA PRIVATE KEY": try self.init(der: try block.octets(), isPKCS1: true)
        case "PRIVATE KEY": try self.init(der: try block.octets(), isPKCS1: false)
        default: throw .unsupportedKind(block.label.replacingOccurrences(of: " PRIVATE KEY", with: ""))
        }
    }

    /// The key as PEM with PKCS #8 (RFC 7468, 10). This is the secret itself.
    public var pem: String {
        let der: [UInt8]
        switch material {
        case .rsa(let key): der = key.privateDER
        case .ed25519(let key): der = Self.ed25519Prefix + key.rawRepresentation
        }
        let text = Array(DKIMBase64.encode(der))
        let lines = stride(from: 0, to: text.count, by: 64).map { String(text[$0..<min($0 + 64, text.count)]) }
        return (["-----BEGIN PRIVATE KEY-----"] + lines + ["-----END PRIVATE KEY-----", ""]).joined(separator: "\n")
    }

    /// What stands before the 32 octets in PKCS #8 (RFC 8410, 7).
    private static let ed25519Prefix: [UInt8] = [
        0x30, 0x2E, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
    ]

    private init(der: [UInt8], isPKCS1: Bool) throws(DKIMKeyProblem) {
        guard let key = OpenSSLKey(privateDER: der, isPKCS1: isPKCS1) else { throw .damaged }
        if key.isEd25519 {
            guard let raw = key.rawPrivateKey else { throw .damaged }
            try self.init(ed25519: raw)
            return
        }
        guard key.isRSA else { throw .unsupportedKind("other than RSA and Ed25519") }
        guard key.bits >= Self.importableRSABits.lowerBound else { throw .tooShort(bits: key.bits) }
        guard key.bits <= Self.importableRSABits.upperBound else { throw .tooLong(bits: key.bits) }
        guard key.isConsistent else { throw .damaged }
        self.init(.rsa(key))
    }

    private struct Block {
        let label: String
        let text: Substring

        func octets() throws(DKIMKeyProblem) -> [UInt8] {
            guard let octets = DKIMBase64.decode(text.utf8), !octets.isEmpty else { throw .brokenPEM }
            return octets
        }
    }

    private static func blocks(_ pem: String) throws(DKIMKeyProblem) -> [Block] {
        var rest = pem[...]
        var blocks: [Block] = []
        while let begin = rest.range(of: "-----BEGIN ") {
            rest = rest[begin.upperBound...]
            guard let dashes = rest.range(of: "-----") else { throw .brokenPEM }
            let label = String(rest[..<dashes.lowerBound])
            rest = rest[dashes.upperBound...]
            guard let end = rest.range(of: "-----END \(label)-----") else { throw .brokenPEM }
            blocks.append(Block(label: label, text: rest[..<end.lowerBound]))
            rest = rest[end.upperBound...]
        }
        return blocks
    }
}
