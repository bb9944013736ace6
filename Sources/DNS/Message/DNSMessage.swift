/// A request or an answer as it goes over the wire (RFC 1035, 4.1; RFC 6891).
///
/// Only records of class IN are kept; of those in the additional section the OPT record becomes ``edns``.
public struct DNSMessage: Sendable, Hashable {
    /// The kind of request.
    public enum Operation: Sendable, Hashable {
        /// A question.
        case query
        /// A change to a zone (RFC 2136).
        case update
        /// Any other; four bits.
        case other(UInt8)

        var code: UInt8 {
            switch self {
            case .query: 0
            case .update: 5
            case .other(let code): code & 0x0F
            }
        }

        init(code: UInt8) {
            switch code {
            case 0: self = .query
            case 5: self = .update
            default: self = .other(code)
            }
        }
    }

    /// What joins an answer to its request.
    public var id: UInt16
    /// Whether it is an answer.
    public var isResponse = false
    /// The kind of request.
    public var operation: Operation = .query
    /// Whether the server has the zone itself (AA).
    public var isAuthoritative = false
    /// Whether it was cut to fit (TC); the whole comes over TCP.
    public var isTruncated = false
    /// Whether the server is to ask others (RD).
    public var isRecursionDesired = false
    /// Whether the server would ask others (RA).
    public var isRecursionAvailable = false
    /// Whether the server has validated it (AD; RFC 4035, 3.2.3). Worth what the server and the way to it are worth.
    public var isAuthenticData = false
    /// Whether the server need not validate it (CD; RFC 4035, 3.2.2).
    public var isCheckingDisabled = false
    /// What the server says of the request; the bits above the fourth are sent only with ``edns``.
    public var responseCode: DNSResponseCode = .noError
    /// What was asked; one in practice.
    public var questions: [DNSQuestion]
    /// What answers it.
    public var answers: [DNSRecord] = []
    /// Who is responsible: the SOA record of a negative answer, the NS records of a referral.
    public var authorities: [DNSRecord] = []
    /// What may be useful besides.
    public var additionals: [DNSRecord] = []
    /// The extension, if the sender knows it.
    public var edns: DNSExtension?

    /// A question.
    ///
    /// - Parameters:
    ///   - id: drawn at random, so that nobody can guess it (RFC 5452, 9.2).
    ///   - questions: what is asked.
    public init(id: UInt16, questions: [DNSQuestion]) {
        self.id = id
        self.questions = questions
    }

    /// Whether this is the answer to that request (RFC 5452, 9.1). Where a server could not read the request, it need
    /// not repeat the question.
    public func answers(_ request: DNSMessage) -> Bool {
        guard isResponse, id == request.id, operation == request.operation else { return false }
        return questions == request.questions
            || (questions.isEmpty && [.formatError, .notImplemented].contains(responseCode))
    }
}
