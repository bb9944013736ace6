public import Deliveries
public import MailMessage

/// A way by which mail leaves.
public protocol OutgoingRoute: Sendable {
    /// Tries to send one mail to one recipient.
    ///
    /// - Parameters:
    ///   - recipient: whom it goes to.
    ///   - protection: what its sender asks of its way.
    ///   - settings: the settings in force.
    ///   - isInteractive: whether somebody waits for the outcome: then a fresh connection with short limits is used.
    ///   - start: awaited once, right before the first connection is dialled or used: records the attempt and gives the
    ///     message. What it throws is the outcome. If it was not called, nothing was dialled.
    ///   - beforeDot: awaited right before the final dot is sent.
    func send(
        to recipient: EmailAddress, protection: StoredMessage.Protection, settings: Settings, isInteractive: Bool,
        start: @escaping @Sendable () async throws(RouteStop) -> OutboundMessage,
        beforeDot: @escaping @Sendable () async throws -> Void
    ) async -> RouteOutcome

    /// Where mail to one destination must not delay that to others: how much of it there may be at a time; `nil` where
    /// all mail goes to one server.
    var pacing: (any DestinationPacing)? { get }

    /// Closes the connections; mail under way goes on to its end.
    func shutDown() async
}

/// How much mail to a destination may be under way.
public protocol DestinationPacing: Sendable {
    /// Forgets who was out of reach or asked for a pause: somebody wants it tried at once.
    func tryAnew()

    /// How many further mails to a destination may be begun now.
    ///
    /// - Parameters:
    ///   - destination: the domain of the recipients, as A-labels.
    ///   - settings: the settings in force.
    func room(for destination: String, settings: Settings) -> Int
}

/// Ends an attempt before anything is dialled.
public struct RouteStop: Error {
    /// What became of it.
    public let outcome: RouteOutcome

    /// An end with that outcome.
    public init(_ outcome: RouteOutcome) { self.outcome = outcome }
}
