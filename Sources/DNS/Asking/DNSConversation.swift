/// How a request goes over the wire.
package enum DNSCarrier: Sendable, Hashable {
    case udp
    case tcp
}

/// What a conversation wants to be done next.
package enum DNSStep<Output: Sendable>: Sendable {
    /// Send the message to the server over a socket of its own, and wait for so long.
    case send([UInt8], to: DNSServer, over: DNSCarrier, patience: Duration)
    /// Keep waiting: what came was not meant for us.
    case wait
    case finish(Output)
    case fail(DNSFailure)
}

extension DNSStep: Equatable where Output: Equatable {}

/// A request to one or several servers, from the first packet to the answer. Knows no sockets and no clock: it is told
/// what happened and how much time has passed since the start.
package protocol DNSConversation {
    associatedtype Output: Sendable

    /// Begins.
    mutating func start() -> DNSStep<Output>
    /// Octets came over the socket that is open.
    mutating func received(_ octets: [UInt8], elapsed: Duration) -> DNSStep<Output>
    /// The patience of the last step is at its end.
    mutating func timedOut(elapsed: Duration) -> DNSStep<Output>
    /// The socket could not be opened or broke.
    mutating func broke(_ detail: String, elapsed: Duration) -> DNSStep<Output>
}
