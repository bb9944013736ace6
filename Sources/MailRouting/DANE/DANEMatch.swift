import Crypto

/// Whether what a server presented is what its TLSA records say (RFC 6698, 2.1; RFC 7671, 5).
public enum DANEMatch: Sendable, Hashable {
    /// The server's own certificate matches a record of usage DANE-EE. Name and validity do not matter (RFC 7672,
    /// 3.1.1).
    case leaf(TLSARecord)
    /// An issuer matches a record of usage DANE-TA, and the path to it was found valid.
    case anchor(TLSARecord, TrustAnchor)
    /// Records of usage DANE-TA match, but path, name or time do not hold up.
    case invalidPath
    /// Nothing matches.
    case noMatch

    /// Whether the server is who it should be.
    public var isAuthenticated: Bool {
        switch self {
        case .leaf, .anchor: true
        case .invalidPath, .noMatch: false
        }
    }

    /// Matches a chain.
    ///
    /// - Parameters:
    ///   - chain: the certificates as they were presented, the server's own first.
    ///   - set: the records.
    ///   - isPathValid: whether there is a valid path from the server's certificate to an anchor, with all of its
    ///     certificates within their time and the server's for one of the names of the host. Asked for usage DANE-TA only.
    public init(
        of chain: [PresentedCertificate], against set: TLSARecordSet, isPathValid: (TrustAnchor) -> Bool
    ) {
        self = .noMatch
        guard let leaf = chain.first else { return }
        for record in set.records where record.usage == .daneEE && record.matches(leaf) {
            self = .leaf(record)
            return
        }
        var tried: Set<TrustAnchor> = []
        for record in set.records where record.usage == .daneTA {
            for anchor in Self.anchors(of: record, in: chain) where tried.insert(anchor).inserted {
                if isPathValid(anchor) {
                    self = .anchor(record, anchor)
                    return
                }
                self = .invalidPath
            }
        }
    }

    private static func anchors(of record: TLSARecord, in chain: [PresentedCertificate]) -> [TrustAnchor] {
        let presented = chain.indices.filter { record.matches(chain[$0]) }.map(TrustAnchor.presented)
        guard presented.isEmpty, record.matchingType == .full else { return presented }
        return [record.selector == .certificate ? .certificate(record.data) : .publicKey(record.data)]
    }
}

extension TLSARecord {
    /// Whether a certificate is the one that the record means; nothing else of it is looked at.
    public func matches(_ presented: PresentedCertificate) -> Bool {
        let selected =
            switch selector {
            case .certificate: presented.certificate
            case .publicKey: presented.publicKey
            }
        return switch matchingType {
        case .full: selected == data
        case .sha256: Array(SHA256.hash(data: selected)) == data
        case .sha512: Array(SHA512.hash(data: selected)) == data
        }
    }
}
