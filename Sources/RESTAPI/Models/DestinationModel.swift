package import Deliveries
package import Foundation

/// How the mail to one destination does; the command line prints the same.
package struct DestinationModel: Codable, Equatable {
    package let destination: String
    package let queued: Int
    package let held: Int
    package let failed: Int
    package let oldest: Date?
    package let nextAttemptAt: Date?
    package let lastAnswer: String

    package init(_ state: DestinationState) {
        destination = state.destination
        queued = state.queued
        held = state.held
        failed = state.failed
        oldest = state.oldest
        nextAttemptAt = state.nextAttemptAt
        lastAnswer = state.lastAnswer
    }
}
