public import FoundationEssentials

extension KeyRing {
    /// The octets of a short authentication code: 80 bits, which nobody guesses by mail.
    public static let shortCodeLength = 10

    /// A hint at the newest key, so that a code made with an older one is not tried with all.
    public var keyHint: UInt8 { UInt8(truncatingIfNeeded: keys.last?.id ?? 0) }

    /// Authenticates a message with the newest key where there is little room: an HMAC-SHA256, cut to 80 bits
    /// (RFC 2104, 5).
    ///
    /// - Parameters:
    ///   - purpose: what the message is.
    ///   - message: any octets.
    /// - Returns: ``shortCodeLength`` octets.
    public func shortCode(purpose: KeyPurpose, message: some DataProtocol) -> [UInt8] {
        Array(hmac(purpose: purpose, message: message).prefix(Self.shortCodeLength))
    }

    /// Checks a short code in constant time with each key of the ring that the hint fits.
    ///
    /// - Parameters:
    ///   - code: what ``shortCode(purpose:message:)`` returned.
    ///   - hint: the ``keyHint`` of that time.
    ///   - purpose: the same purpose.
    ///   - message: the same message.
    public func isValid(
        shortCode code: some Collection<UInt8>, hint: UInt8, purpose: KeyPurpose, message: some DataProtocol
    ) -> Bool {
        guard code.count == Self.shortCodeLength else { return false }
        return keys.contains { key in
            UInt8(truncatingIfNeeded: key.id) == hint
                && constantTimeEqual(
                    Self.hmac(key, purpose: purpose, message: message).prefix(Self.shortCodeLength), code)
        }
    }
}
