import Crypto
import DNS
import Foundation

/// The verification of one message, which comes in pieces and is not kept: memory depends on its header alone.
public struct DKIMVerification: Sendable {
    /// A signature as far as it can be judged without body and keys.
    private struct Candidate {
        var field: DKIMHeaderField
        var signature: DKIMSignature?
        var failure: DKIMFailure?
    }

    private let verifier: DKIMVerifier
    private let now: Date
    private var reader = DKIMMessageReader()
    private var candidates: [Candidate] = []
    /// One for each way in which the signatures hash the body.
    private var bodies: [DKIMBodyHash] = []

    init(_ verifier: DKIMVerifier, at now: Date) {
        self.verifier = verifier
        self.now = now
    }

    /// Takes the next piece of the message.
    public mutating func append(_ piece: some Collection<UInt8>) {
        if piece.withContiguousStorageIfAvailable({ take($0) }) == nil {
            Array(piece).withUnsafeBufferPointer { take($0) }
        }
    }

    /// Looks the keys up, all at once, and verifies.
    ///
    /// - Returns: what became of each signature, from the top of the header to its bottom; empty if it has none.
    @concurrent public consuming func finish() async -> [DKIMResult] {
        if !reader.isInBody {
            reader.finish()
            readSignatures()
        }
        if reader.problem == .headerTooLong { return [DKIMResult(failure: .headerTooLong, signature: nil)] }
        let header = reader.header
        let hashes = Dictionary(uniqueKeysWithValues: bodies.map { ($0.method, $0.finish()) })
        let judged = candidates.map { candidate in
            var candidate = candidate
            candidate.failure = candidate.failure ?? candidate.signature.flatMap { Self.bodyFailure($0, hashes) }
            return candidate
        }
        let names = Set(judged.compactMap { $0.failure == nil ? $0.signature?.keyName : nil })
        let keys = await Self.lookUp(names, verifier.resolver)
        return judged.map { candidate in
            guard candidate.failure == nil, let signature = candidate.signature else {
                return DKIMResult(failure: candidate.failure, signature: candidate.signature)
            }
            return result(signature, candidate.field, header, hashes, keys)
        }
    }

    private mutating func take(_ piece: UnsafeBufferPointer<UInt8>) {
        let wasInBody = reader.isInBody
        let start = reader.append(piece)
        if !wasInBody, reader.isInBody { readSignatures() }
        guard start < piece.count else { return }
        let rest = UnsafeBufferPointer(rebasing: piece[start...])
        for index in bodies.indices { bodies[index].append(rest) }
    }

    /// Judges the signatures as soon as the header is there, so that the body is hashed as they need it.
    private mutating func readSignatures() {
        let limit = verifier.policy.maximumSignatures
        for (index, field) in reader.fields.filter({ $0.name == "dkim-signature" }).enumerated() {
            var candidate = Candidate(field: field)
            do { candidate.signature = try DKIMSignature(parsing: field.value) } catch { candidate.failure = error }
            if let problem = reader.problem { candidate.failure = problem }
            if index >= limit { candidate.failure = .tooManySignatures(limit: limit) }
            if candidate.failure == nil, let signature = candidate.signature {
                candidate.failure = earlyFailure(signature)
                if candidate.failure == nil {
                    let method = signature.bodyMethod
                    if !bodies.contains(where: { $0.method == method }) { bodies.append(DKIMBodyHash(method)) }
                }
            }
            candidates.append(candidate)
        }
    }

    private func earlyFailure(_ signature: DKIMSignature) -> DKIMFailure? {
        if signature.algorithm == nil {
            // RFC 8301, 3.1: rsa-sha1 must not verify.
            let isOutdated = signature.algorithmName == "rsa-sha1"
            return isOutdated
                ? .outdatedAlgorithm(signature.algorithmName) : .unknownAlgorithm(signature.algorithmName)
        }
        if let expiration = signature.expiration, expiration < now { return .expired(expiration) }
        if signature.keyName == nil { return .malformedSignature(tag: "s") }
        return nil
    }

    private static func bodyFailure(
        _ signature: DKIMSignature, _ hashes: [DKIMBodyHash.Method: DKIMBodyHash.Value]
    ) -> DKIMFailure? {
        guard let hash = hashes[signature.bodyMethod] else { return .bodyChanged }
        if let signed = signature.bodyLength, signed > hash.length {
            return .bodyShorterThanSigned(signed: signed, length: hash.length)
        }
        return hash.digest == signature.bodyHash ? nil : .bodyChanged
    }

    private static func lookUp(
        _ names: Set<DNSName>, _ resolver: any DNSResolver
    ) async -> [DNSName: Result<DNSAnswer, DNSFailure>] {
        await withTaskGroup(of: (DNSName, Result<DNSAnswer, DNSFailure>).self) { group in
            for name in names {
                group.addTask {
                    do throws(DNSFailure) {
                        return (name, .success(try await resolver.resolve(name, .txt)))
                    } catch {
                        return (name, .failure(error))
                    }
                }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
    }

    /// RFC 6376, 6.1.2 and 6.1.3.
    private func result(
        _ signature: DKIMSignature, _ field: DKIMHeaderField, _ header: DKIMHeader,
        _ hashes: [DKIMBodyHash.Method: DKIMBodyHash.Value], _ keys: [DNSName: Result<DNSAnswer, DNSFailure>]
    ) -> DKIMResult {
        guard let name = signature.keyName, let answer = keys[name] else {
            return DKIMResult(failure: .malformedSignature(tag: "s"), signature: signature)
        }
        let texts: [[UInt8]]
        switch answer {
        case .failure(let failure): return DKIMResult(failure: .keyUnavailable(failure), signature: signature)
        case .success(let answer): texts = answer.texts
        }
        guard !texts.isEmpty else { return DKIMResult(failure: .noKey(name), signature: signature) }
        let digest = Self.headerHash(signature, field, header)
        // RFC 6376, 6.1.2: of several records each may be tried; the first says what is wrong.
        var first: DKIMResult?
        for text in texts.prefix(4) {
            var result = DKIMKeyCheck(signature: signature, digest: digest).result(recordText: text)
            if result.status == .pass { result = finished(result, signature, header, hashes) }
            if result.status == .pass { return result }
            first = first ?? result
        }
        return first ?? DKIMResult(failure: .noKey(name), signature: signature)
    }

    /// The hash that is signed: the fields of `h=`, then the signature's own field without `b=` (RFC 6376, 3.7).
    private static func headerHash(
        _ signature: DKIMSignature, _ field: DKIMHeaderField, _ header: DKIMHeader
    ) -> [UInt8] {
        let method = signature.canonicalization.header
        var hash = SHA256()
        for selected in header.selected(by: signature.signedNames) { hash.update(data: selected.canonical(method)) }
        if let own = field.withoutSignature(method) { hash.update(data: own) }
        return Array(hash.finalize())
    }

    /// A good signature, judged by the policy, with what is worth knowing of it.
    private func finished(
        _ good: DKIMResult, _ signature: DKIMSignature, _ header: DKIMHeader,
        _ hashes: [DKIMBodyHash.Method: DKIMBodyHash.Value]
    ) -> DKIMResult {
        var concerns = good.concerns
        if let signed = signature.bodyLength, let length = hashes[signature.bodyMethod]?.length {
            if signed < length, !verifier.policy.acceptsUnsignedTail {
                return DKIMResult(
                    failure: .bodyLongerThanSigned(signed: signed, length: length), signature: signature,
                    keyBits: good.keyBits)
            }
            concerns.append(.lengthTag)
        }
        // Clocks differ by minutes.
        if let timestamp = signature.timestamp, timestamp > now.addingTimeInterval(300) {
            concerns.append(.timestampInFuture)
        }
        for name in Self.singleNames {
            let signed = signature.signedNames.count { $0 == name }
            if header.count(name) > 1, signed < header.count(name) { concerns.append(.unsignedDuplicate(name)) }
        }
        return DKIMResult(failure: nil, signature: signature, keyBits: good.keyBits, concerns: concerns)
    }

    /// Fields that may stand once (RFC 5322, 3.6; RFC 2045, 3).
    private static let singleNames = [
        "sender", "reply-to", "to", "cc", "subject", "date", "message-id", "in-reply-to", "references", "mime-version",
        "content-type", "content-transfer-encoding",
    ]
}

extension DKIMSignature {
    /// How it hashes the body.
    var bodyMethod: DKIMBodyHash.Method {
        DKIMBodyHash.Method(canonicalization: canonicalization.body, limit: bodyLength)
    }
}
