public import DNS
public import Foundation

/// Verifies the signatures of messages (RFC 6376, 6), with the key sizes and algorithms of RFC 8301 and RFC 8463.
public struct DKIMVerifier: Sendable {
    /// What is accepted.
    public struct Policy: Sendable, Hashable {
        /// How many signatures of a message are looked at; further ones are not accepted. Each costs a look-up.
        public var maximumSignatures = 16
        /// Whether a signature is accepted although the body goes on behind what `l=` covers (RFC 6376, 8.2).
        public var acceptsUnsignedTail = false

        /// The default: 16 signatures, no unsigned tail.
        public init() {}
    }

    let resolver: any DNSResolver
    let policy: Policy

    /// A verifier.
    ///
    /// - Parameters:
    ///   - resolver: who is asked for keys.
    ///   - policy: what is accepted.
    public init(resolver: any DNSResolver, policy: Policy = Policy()) {
        self.resolver = resolver
        self.policy = policy
    }

    /// Verifies a whole message.
    ///
    /// - Parameters:
    ///   - message: the message, header and body.
    ///   - now: the time against which signatures expire.
    /// - Returns: what became of each signature, from the top of the header to its bottom; empty if it has none.
    @concurrent public func verify(_ message: [UInt8], at now: Date) async -> [DKIMResult] {
        var verification = begin(at: now)
        verification.append(message)
        return await verification.finish()
    }

    /// Begins the verification of a message that comes in pieces.
    ///
    /// - Parameter now: the time against which signatures expire.
    public func begin(at now: Date) -> DKIMVerification {
        DKIMVerification(self, at: now)
    }
}
