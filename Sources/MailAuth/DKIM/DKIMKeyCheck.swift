/// One signature held against one key record (RFC 6376, 6.1.2).
struct DKIMKeyCheck {
    /// The shortest RSA key that verifies, bits (RFC 8301, 3.2).
    static let minimumRSABits = 1_024
    /// The shortest RSA key that is no concern, bits (RFC 8301, 3.2).
    static let goodRSABits = 2_048

    let signature: DKIMSignature
    /// The hash of the signed fields.
    let digest: [UInt8]

    func result(recordText: [UInt8]) -> DKIMResult {
        let record: DKIMKeyRecord
        do { record = try DKIMKeyRecord(parsing: recordText) } catch { return failed(.malformedKey(error)) }
        guard let algorithm = signature.algorithm, record.keyType == algorithm.keyType, record.isForMail,
            record.allowsSHA256
        else { return failed(.unsuitableKey) }
        guard !record.isRevoked else { return failed(.revokedKey) }
        guard let key = record.key else { return failed(.malformedKey(.notAKey)) }
        // RFC 6376, 3.6.1: t=s forbids identities beneath the domain.
        if record.flags.contains(.strictDomain), signature.identityDomain != signature.domain {
            return failed(.identityMismatch, bits: key.bits)
        }
        if algorithm == .rsaSHA256, key.bits < Self.minimumRSABits {
            return failed(.weakKey(bits: key.bits), bits: key.bits)
        }
        guard key.verifies(signature.signature, digest: digest) else {
            return failed(.signatureMismatch, bits: key.bits)
        }
        var concerns: [DKIMResult.Concern] = []
        if record.flags.contains(.testing) { concerns.append(.testing) }
        if algorithm == .rsaSHA256, key.bits < Self.goodRSABits { concerns.append(.shortKey(bits: key.bits)) }
        return DKIMResult(failure: nil, signature: signature, keyBits: key.bits, concerns: concerns)
    }

    private func failed(_ failure: DKIMFailure, bits: Int? = nil) -> DKIMResult {
        DKIMResult(failure: failure, signature: signature, keyBits: bits)
    }
}
