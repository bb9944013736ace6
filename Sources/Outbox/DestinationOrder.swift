import Deliveries
public import MailMessage

/// Something that is done with all mail to one destination.
public struct DestinationOrder: Equatable, Sendable, Codable {
    /// What is done.
    public enum Action: String, Sendable, CaseIterable, Codable {
        /// What waits is held until it is released.
        case hold
        /// What an administrator held waits again, and is due at once.
        case release
        /// What waits is due at once.
        case retry
        /// What waits or is held is given up.
        case cancel

        /// Which rows it concerns.
        var states: [OutboxEntry.State] {
            switch self {
            case .hold, .retry: [.queued]
            case .release: [.held]
            case .cancel: [.queued, .held]
            }
        }

        /// How it stands in the audit trail.
        var audit: AuditAction {
            switch self {
            case .hold: .destinationHeld
            case .release: .destinationReleased
            case .retry: .destinationRetried
            case .cancel: .destinationCancelled
            }
        }
    }

    /// What is done.
    public let action: Action
    /// With mail to which domain.
    public let destination: MailDomain

    /// An order.
    public init(_ action: Action, destination: MailDomain) {
        self.action = action
        self.destination = destination
    }
}
