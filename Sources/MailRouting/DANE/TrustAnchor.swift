/// What a TLSA record of usage DANE-TA makes the only anchor of trust (RFC 7671, 5.2).
public enum TrustAnchor: Sendable, Hashable {
    /// The certificate at this place of the presented chain; the leaf has place 0.
    case presented(Int)
    /// This certificate, DER, which the record holds itself and the chain may lack (RFC 7671, 5.2.2).
    case certificate([UInt8])
    /// This key, SubjectPublicKeyInfo, which the record holds itself: the last certificate of the chain must be signed
    /// by it (RFC 7671, 5.2.3).
    case publicKey([UInt8])
}
