public import Foundation
import SwiftASN1
import X509

/// A certificate with those that lead to its authority, as PEM, and what matters of it.
public struct CertificateChain: Sendable, Equatable {
    /// The certificates, the server's own first.
    public let pem: String
    /// The host names that it is for; the first label may be `*`.
    public let names: [String]
    /// Who issued it.
    public let issuer: String
    /// From when on it is valid.
    public let notBefore: Date
    /// Until when.
    public let notAfter: Date

    /// Reads a chain; `nil` for what is none.
    public init?(pem: String) {
        guard let leaf = Self.leaf(pem) else { return nil }
        self.init(pem: pem, leaf: leaf)
    }

    private init(pem: String, leaf: Certificate) {
        self.pem = pem
        let alternatives = try? leaf.extensions.subjectAlternativeNames
        names = (alternatives ?? SubjectAlternativeNames([])).compactMap { name in
            if case .dnsName(let name) = name { name } else { nil }
        }
        issuer = leaf.issuer.description
        notBefore = leaf.notValidBefore
        notAfter = leaf.notValidAfter
    }

    /// What an authority issued for a key and for names, if it is that.
    init(pem: String, key: CertificateKey, names: [String]) throws(ACMEFailure) {
        guard let leaf = Self.leaf(pem) else { throw .malformed("what came is no certificate") }
        self.init(pem: pem, leaf: leaf)
        guard key.belongs(to: leaf) else { throw .malformed("the certificate is for another key") }
        guard Set(names.map { $0.lowercased() }).isSubset(of: self.names.map { $0.lowercased() }) else {
            throw .malformed("the certificate is for other names")
        }
    }

    /// When it is time for the next one: at two thirds of its life.
    public var renewalAt: Date { notBefore.addingTimeInterval(notAfter.timeIntervalSince(notBefore) * 2 / 3) }

    private static func leaf(_ pem: String) -> Certificate? {
        guard let documents = try? PEMDocument.parseMultiple(pemString: pem),
            let first = documents.first(where: { $0.discriminator == "CERTIFICATE" })
        else { return nil }
        return try? Certificate(pemDocument: first)
    }
}
