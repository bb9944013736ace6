public import DNS

/// Why a change to a zone was not made, or is not known to have been.
public enum DNSUpdateFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// The server could not be asked, or its answer did not come: the change may have been made or not.
    case failed(DNSFailure)
    /// The server says, and signs, that it made no change: a prerequisite does not hold, or it may not.
    case refused(DNSResponseCode)
    /// The server does not accept our key: unknown (BADKEY), another secret (BADSIG), or clocks apart (BADTIME).
    case keyRejected(DNSResponseCode)
    /// The answer is not signed as it must be: somebody else may have sent it.
    case notAuthentic(String)
    /// The change fits no message.
    case impossible(DNSMessageError)

    /// What happened, in a line.
    public var description: String {
        switch self {
        case .failed(let failure): failure.description
        case .refused(let code): "refused: \(code)"
        case .keyRejected(let code): "key rejected: \(code)"
        case .notAuthentic(let reason): "not authentic: \(reason)"
        case .impossible(let error): "impossible: \(error)"
        }
    }
}
