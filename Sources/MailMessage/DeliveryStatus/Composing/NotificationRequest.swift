/// When a sender wants to hear what became of a mail to one recipient: NOTIFY (RFC 3461, 4.1).
public struct NotificationRequest: Sendable, Hashable, Codable {
    /// What a sender can ask to hear of. The raw values are those of NOTIFY.
    public enum Event: String, Sendable, Hashable, Codable, CaseIterable {
        /// The mail was delivered.
        case success = "SUCCESS"
        /// The mail was not delivered, and nobody tries any more.
        case failure = "FAILURE"
        /// The mail is late.
        case delay = "DELAY"
    }

    /// What was asked for; empty for NEVER, nil if nothing was said.
    public var events: Set<Event>?

    /// What was asked for.
    public init(_ events: Set<Event>? = nil) {
        self.events = events
    }

    /// Nothing was said.
    public static let unspecified = NotificationRequest()
    /// `NOTIFY=NEVER`
    public static let never = NotificationRequest([])

    /// Whether an outcome deserves a report.
    ///
    /// - Parameters:
    ///   - action: what was done with the mail.
    ///   - sender: its envelope sender.
    public func deserves(reportOf action: ReportedRecipient.Action, to sender: ReversePath) -> Bool {
        // RFC 3464, 2 and RFC 5321, 4.5.5: what has no sender is a report itself, or asked for none.
        guard sender != .null else { return false }
        switch action {
        // RFC 3461, 4.1: where nothing was said, failures are reported, and delays may be.
        case .failed: return events?.contains(.failure) ?? true
        case .delayed: return events?.contains(.delay) ?? true
        // RFC 3461, 5.2.2: also where the next server reports nothing further.
        case .delivered, .relayed, .expanded: return events?.contains(.success) ?? false
        }
    }
}
