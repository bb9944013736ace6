public import DNS
public import Foundation

/// Why a signature is not a pass. Each case can be put into plain words; ``code`` names it for programs.
public enum DKIMFailure: Error, Sendable, Hashable, Codable, CustomStringConvertible {
    // The message.

    /// A line of the header is no field (RFC 5322, 2.2).
    case malformedHeader
    /// The header is longer than 1 MiB.
    case headerTooLong
    /// There is no From (RFC 5322, 3.6; RFC 6376, 5.4).
    case missingFrom
    /// There are several From fields: what people see may not be what was signed (RFC 6376, 8.15).
    case severalFrom

    // The signature.

    /// The field cannot be read: it is no tag list, or a tag has a value that it cannot have; the tag, if known.
    case malformedSignature(tag: String?)
    /// A tag is missing that each signature must have (RFC 6376, 3.5).
    case missingTag(String)
    /// An algorithm that is not known.
    case unknownAlgorithm(String)
    /// An algorithm that must no longer be trusted: `rsa-sha1` (RFC 8301, 3.1).
    case outdatedAlgorithm(String)
    /// `h=` lacks From (RFC 6376, 5.4).
    case fromNotSigned
    /// The domain of `i=` is neither that of `d=` nor beneath it (RFC 6376, 3.5), or beneath it where the key forbids
    /// that (`t=s`).
    case identityMismatch
    /// Its time is over (`x=`; RFC 6376, 3.5).
    case expired(Date)
    /// More signatures than are looked at.
    case tooManySignatures(limit: Int)

    // The key.

    /// DNS could not be asked.
    case keyUnavailable(DNSFailure)
    /// There is no key record at the name.
    case noKey(DNSName)
    /// The key record cannot be read.
    case malformedKey(DKIMKeyRecord.Problem)
    /// The key was revoked.
    case revokedKey
    /// The key is for another algorithm, another hash or another service than mail.
    case unsuitableKey
    /// An RSA key of fewer than 1024 bits (RFC 8301, 3.2).
    case weakKey(bits: Int)

    // The proof.

    /// The body was changed: `bh=` does not fit.
    case bodyChanged
    /// The body is shorter than `l=` says; octets (RFC 6376, 3.5).
    case bodyShorterThanSigned(signed: UInt64, length: UInt64)
    /// The body goes on after `l=`, and what is appended is not signed (RFC 6376, 8.2); octets.
    case bodyLongerThanSigned(signed: UInt64, length: UInt64)
    /// The header was changed, or the signature was made with another key.
    case signatureMismatch

    /// The word of RFC 8601, 2.7.1.
    public var status: DKIMResult.Status {
        switch self {
        case .bodyChanged, .signatureMismatch, .bodyShorterThanSigned, .expired: .fail
        case .malformedSignature, .missingTag, .unknownAlgorithm: .neutral
        case .outdatedAlgorithm, .weakKey, .tooManySignatures, .bodyLongerThanSigned: .policy
        case .keyUnavailable: .temperror
        case .malformedHeader, .headerTooLong, .missingFrom, .severalFrom, .fromNotSigned, .identityMismatch, .noKey,
            .malformedKey, .revokedKey, .unsuitableKey:
            .permerror
        }
    }

    /// A name for programs, which stays the same.
    public var code: String {
        switch self {
        case .malformedHeader: "malformed-header"
        case .headerTooLong: "header-too-long"
        case .missingFrom: "missing-from"
        case .severalFrom: "several-from"
        case .malformedSignature: "malformed-signature"
        case .missingTag: "missing-tag"
        case .unknownAlgorithm: "unknown-algorithm"
        case .outdatedAlgorithm: "outdated-algorithm"
        case .fromNotSigned: "from-not-signed"
        case .identityMismatch: "identity-mismatch"
        case .expired: "expired"
        case .tooManySignatures: "too-many-signatures"
        case .keyUnavailable: "key-unavailable"
        case .noKey: "no-key"
        case .malformedKey: "malformed-key"
        case .revokedKey: "revoked-key"
        case .unsuitableKey: "unsuitable-key"
        case .weakKey: "weak-key"
        case .bodyChanged: "body-changed"
        case .bodyShorterThanSigned: "body-shorter-than-signed"
        case .bodyLongerThanSigned: "body-longer-than-signed"
        case .signatureMismatch: "signature-mismatch"
        }
    }

    /// The reason in a line of English, without double quotes.
    public var description: String {
        switch self {
        case .malformedHeader: "the header has a line that is no field"
        case .headerTooLong: "the header is too long"
        case .missingFrom: "the message has no From"
        case .severalFrom: "the message has several From fields"
        case .malformedSignature(let tag?): "the signature's tag \(tag)= cannot be read"
        case .malformedSignature(nil): "the signature is no list of tags"
        case .missingTag(let tag): "the signature has no \(tag)="
        case .unknownAlgorithm(let name): "the algorithm \(name) is not known"
        case .outdatedAlgorithm(let name): "the algorithm \(name) is no longer trusted"
        case .fromNotSigned: "From is not signed"
        case .identityMismatch: "the identity i= does not belong to the domain d="
        case .expired: "the signature has expired"
        case .tooManySignatures(let limit): "only the first \(limit) signatures are looked at"
        case .keyUnavailable(let failure): "the key could not be looked up: \(failure.code.rawValue)"
        case .noKey(let name): "there is no key at \(name.key)"
        case .malformedKey: "the key record cannot be read"
        case .revokedKey: "the key was revoked"
        case .unsuitableKey: "the key is not for this algorithm, or not for mail"
        case .weakKey(let bits): "an RSA key of \(bits) bits is too weak"
        case .bodyChanged: "the body was changed"
        case .bodyShorterThanSigned(let signed, let length):
            "\(signed) octets of the body were signed, it has \(length)"
        case .bodyLongerThanSigned(let signed, let length):
            "only \(signed) of \(length) octets of the body are signed"
        case .signatureMismatch: "the signature does not fit the header"
        }
    }
}
