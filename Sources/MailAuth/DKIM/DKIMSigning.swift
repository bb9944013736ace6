public import Foundation

/// The signing of one message, which comes in pieces and is not kept: memory depends on its header alone.
///
/// Line ends that stand alone are read as CR LF (``LineEndNormalizer``): such a message must be sent with them put
/// right.
public struct DKIMSigning: Sendable {
    private let signers: [DKIMSigner]
    private let now: Date
    private var normalizer = LineEndNormalizer()
    private var reader = DKIMMessageReader()
    private var body = DKIMBodyHash(.init(canonicalization: .relaxed))

    /// Begins.
    ///
    /// - Parameters:
    ///   - signers: who signs; each makes one field.
    ///   - now: the time that the signatures name.
    public init(_ signers: [DKIMSigner], at now: Date) {
        self.signers = signers
        self.now = now
    }

    /// Takes the next piece of the message.
    public mutating func append(_ piece: some Collection<UInt8>) {
        take(normalizer.normalize(piece))
    }

    /// Signs.
    ///
    /// - Returns: the DKIM-Signature fields in the order of the signers, each ended by CR LF, to be put in front of the
    ///   message.
    /// - Throws: ``DKIMSigningProblem``.
    public consuming func finish() throws(DKIMSigningProblem) -> [UInt8] {
        take(normalizer.finish())
        if !reader.isInBody { reader.finish() }
        if let problem = reader.problem { throw .message(problem) }
        let header = reader.header
        let digest = body.finish().digest
        var fields: [UInt8] = []
        for signer in signers {
            do { fields += try signer.field(over: header, bodyHash: digest, at: now) } catch { throw .key(error) }
        }
        return fields
    }

    private mutating func take(_ piece: [UInt8]) {
        piece.withUnsafeBufferPointer { buffer in
            let start = reader.append(buffer)
            if start < buffer.count { body.append(UnsafeBufferPointer(rebasing: buffer[start...])) }
        }
    }
}

/// Why a message cannot be signed.
public enum DKIMSigningProblem: Error, Sendable, Hashable, CustomStringConvertible {
    /// The message: no From, several, or a header that is none.
    case message(DKIMFailure)
    /// The key.
    case key(DKIMKeyProblem)

    /// The problem in a line of English.
    public var description: String {
        switch self {
        case .message(let failure): failure.description
        case .key(let problem): problem.description
        }
    }
}
