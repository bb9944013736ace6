public import DNS

/// What became of one signature.
public struct DKIMResult: Sendable, Hashable, CustomStringConvertible {
    /// The words for it (RFC 8601, 2.7.1). A message without signatures has no results: `none`.
    public enum Status: String, Sendable, Hashable, CaseIterable {
        /// The signature is good.
        case pass
        /// The signature does not fit the message.
        case fail
        /// The signature cannot be read.
        case neutral
        /// The signature is not accepted, whether it fits or not.
        case policy
        /// The signature cannot be checked, and never will be.
        case permerror
        /// The signature cannot be checked now.
        case temperror
    }

    /// What is worth knowing about a signature that is good.
    public enum Concern: Sendable, Hashable {
        /// The domain says that it only tests DKIM (`t=y` of its key).
        case testing
        /// A name that may stand once in a header stands there again, unsigned; the name in lower case.
        case unsignedDuplicate(String)
        /// The RSA key has fewer than 2048 bits (RFC 8301, 3.2).
        case shortKey(bits: Int)
        /// The signature claims to be from the future.
        case timestampInFuture
        /// `l=` ends where the body ends: whoever appends to it breaks nothing.
        case lengthTag
    }

    /// Why it is not a pass; `nil` if it is one.
    public let failure: DKIMFailure?
    /// The signature; `nil` if it could not be read at all.
    public let signature: DKIMSignature?
    /// The length of the key, bits, where one was found.
    public let keyBits: Int?
    /// What is worth knowing; only where the signature is good.
    public let concerns: [Concern]

    init(failure: DKIMFailure?, signature: DKIMSignature?, keyBits: Int? = nil, concerns: [Concern] = []) {
        self.failure = failure
        self.signature = signature
        self.keyBits = keyBits
        self.concerns = concerns
    }

    /// The word for it.
    public var status: Status { failure?.status ?? .pass }

    /// The domain that signed (`d=`).
    public var domain: DNSName? { signature?.domain }

    /// The line of an Authentication-Results field (RFC 8601, 2.2) without semicolon, such as
    /// `dkim=pass header.d=kunde.example header.s=depesche1 header.a=rsa-sha256`.
    public var description: String {
        var words = ["dkim=\(status.rawValue)"]
        if let failure { words.append("reason=\"\(failure)\"") }
        if let signature {
            words.append("header.d=\(signature.domain.key)")
            words.append("header.s=\(signature.selector.key)")
            words.append("header.a=\(signature.algorithmName)")
        }
        return words.joined(separator: " ")
    }
}
