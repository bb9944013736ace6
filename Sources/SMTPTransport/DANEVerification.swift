import DNS
import MailRouting
import NIOSSL
import SwiftASN1
import X509

/// Whether the chain that a server presented is what its TLSA records say (RFC 7672, 3.1).
struct DANEVerification: Sendable {
    private let records: TLSARecordSet
    private let names: [DNSName]

    /// - Returns: nil unless certificates are to be checked by records.
    init?(_ verification: SMTPConnectionConfiguration.CertificateVerification) {
        guard case .dane(let records, let names) = verification else { return nil }
        self.records = records
        self.names = names
    }

    func accepts(_ chain: [NIOSSLCertificate]) async -> Bool {
        let presented = chain.compactMap { certificate -> PresentedCertificate? in
            guard let octets = try? certificate.toDERBytes(),
                let key = try? certificate.extractPublicKey().toSPKIBytes()
            else { return nil }
            return PresentedCertificate(certificate: octets, publicKey: key)
        }
        guard presented.count == chain.count else { return false }
        // Paths are checked asynchronously: first which anchors matter, then each, then the judgement.
        var anchors: [TrustAnchor] = []
        let first = DANEMatch(of: presented, against: records) { anchor in
            anchors.append(anchor)
            return false
        }
        if first.isAuthenticated { return true }
        for anchor in anchors where await isPathValid(from: presented, to: anchor) { return true }
        return false
    }

    /// Whether a path leads from the server's certificate to the anchor, all of it valid now, for one of the names
    /// (RFC 7671, 5.2).
    private func isPathValid(from chain: [PresentedCertificate], to anchor: TrustAnchor) async -> Bool {
        let certificates = chain.compactMap { try? Certificate(derEncoded: $0.certificate) }
        guard certificates.count == chain.count, let leaf = certificates.first,
            let root = root(of: anchor, in: certificates)
        else { return false }
        for name in names {
            var verifier = Verifier(rootCertificates: CertificateStore([root])) {
                RFC5280Policy()
                ServerIdentityPolicy(serverHostname: name.description, serverIP: nil)
            }
            let result = await verifier.validate(
                leaf: leaf, intermediates: CertificateStore(certificates.dropFirst()))
            if case .validCertificate = result { return true }
        }
        return false
    }

    private func root(of anchor: TrustAnchor, in chain: [Certificate]) -> Certificate? {
        switch anchor {
        case .presented(let place): chain.indices.contains(place) ? chain[place] : nil
        case .certificate(let octets): try? Certificate(derEncoded: octets)
        case .publicKey(let octets):
            // RFC 7671, 5.2.3: the key may have no certificate; what it signed last in the chain takes its place.
            (try? Certificate.PublicKey(derEncoded: octets)).flatMap { key in
                chain.last { key.isValidSignature($0.signature, for: $0) }
            }
        }
    }
}
