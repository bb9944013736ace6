public import DNS
public import Foundation

/// What a DKIM-Signature field says (RFC 6376, 3.5).
public struct DKIMSignature: Sendable, Hashable {
    /// The algorithm (`a=`) as it was written, in lower case.
    public let algorithmName: String
    /// The domain that takes responsibility (`d=`), with A-labels (RFC 8616, 4).
    public let domain: DNSName
    /// The selector of its key (`s=`).
    public let selector: DNSName
    /// The domain of the user or agent on whose behalf it signs (`i=`); that of `d=` where nothing is said.
    public let identityDomain: DNSName
    /// How header and body were brought into one form (`c=`).
    public let canonicalization: DKIMCanonicalization
    /// The names of the signed fields in lower case, in their order (`h=`).
    public let signedNames: [String]
    /// The hash of the body (`bh=`).
    public let bodyHash: [UInt8]
    /// The signature itself (`b=`).
    public let signature: [UInt8]
    /// How many octets of the body in canonical form are signed (`l=`); `nil` for all.
    public let bodyLength: UInt64?
    /// When it was made (`t=`).
    public let timestamp: Date?
    /// When it expires (`x=`).
    public let expiration: Date?

    /// The algorithm; `nil` if it is not known here.
    public var algorithm: DKIMAlgorithm? { DKIMAlgorithm(rawValue: algorithmName) }

    /// Where its key stands (RFC 6376, 3.6.2.1); `nil` if the name would be too long.
    public var keyName: DNSName? {
        DNSName(labels: selector.labels + [Array("_domainkey".utf8)] + domain.labels)
    }

    init(
        algorithmName: String, domain: DNSName, selector: DNSName, identityDomain: DNSName,
        canonicalization: DKIMCanonicalization, signedNames: [String], bodyHash: [UInt8], signature: [UInt8],
        bodyLength: UInt64?, timestamp: Date?, expiration: Date?
    ) {
        self.algorithmName = algorithmName
        self.domain = domain
        self.selector = selector
        self.identityDomain = identityDomain
        self.canonicalization = canonicalization
        self.signedNames = signedNames
        self.bodyHash = bodyHash
        self.signature = signature
        self.bodyLength = bodyLength
        self.timestamp = timestamp
        self.expiration = expiration
    }
}
