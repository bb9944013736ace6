/// What became of one mail transaction.
public struct SMTPTransactionResult: Sendable, Hashable {
    /// One outcome per recipient, in the order of the transaction.
    public let outcomes: [SMTPRecipientOutcome]
    /// Whether the connection can take another transaction.
    public let isConnectionUsable: Bool
    /// What was said for this transaction, with the opening of its connection before it. Filled in by the transport.
    public var conversation = SMTPConversation()

    /// Makes a result.
    ///
    /// - Parameters:
    ///   - outcomes: One per recipient, in the order of the transaction.
    ///   - isConnectionUsable: Whether the connection can take another transaction.
    public init(outcomes: [SMTPRecipientOutcome], isConnectionUsable: Bool) {
        self.outcomes = outcomes
        self.isConnectionUsable = isConnectionUsable
    }

    /// The same failure for all recipients.
    public init(failure: SMTPFailure, recipients: Int, isConnectionUsable: Bool) {
        self.init(
            outcomes: Array(repeating: .failed(failure), count: recipients), isConnectionUsable: isConnectionUsable)
    }

    /// Whether the server had closed the connection before it took the sender: nothing has happened, and the mail may
    /// go over a fresh connection at once.
    public var diedBeforeMail: Bool {
        !outcomes.isEmpty
            && outcomes.allSatisfy { outcome in
                guard case .failed(let failure) = outcome else { return false }
                return failure.phase == .mail && (failure.kind == .closed || failure.kind == .unavailable)
            }
    }
}

/// What became of the mail for one recipient.
public enum SMTPRecipientOutcome: Sendable, Hashable, Codable {
    /// The server took the responsibility for the mail with this reply to the final dot (RFC 5321, 4.2.5).
    case accepted(SMTPReply)
    /// The server refused with the reply in the failure, which says whether for good.
    case rejected(SMTPFailure)
    /// The mail was not handed over, for a reason that is no refusal of this recipient.
    case failed(SMTPFailure)
    /// The final dot was sent and the answer was lost: the recipient may have the mail or not (RFC 5321, 4.5.3.2.6;
    /// RFC 1047).
    case unknownAfterDot(SMTPFailure)

    /// The failure, unless the mail was accepted.
    public var failure: SMTPFailure? {
        switch self {
        case .accepted: nil
        case .rejected(let failure), .failed(let failure), .unknownAfterDot(let failure): failure
        }
    }

    /// Whether the server has the mail for sure.
    public var isAccepted: Bool { failure == nil }
}
