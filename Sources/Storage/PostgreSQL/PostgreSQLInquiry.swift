import Deliveries
import Foundation

/// A transaction whose connection was lost at its commit: its mark tells what became of it.
///
/// It keeps no writer from going on, and any worker that has a connection can ask, since there may be none for the one that
/// lost it.
struct PostgreSQLInquiry: Sendable {
    let mark: Data
    /// Answers the caller if it was committed.
    let answer: @Sendable () -> Void
    /// How the connection was lost.
    let failure: PostgreSQLFailure
    /// What runs again if it was not committed.
    let job: PostgreSQLJob
    /// Until when it is tried.
    let end: ContinuousClock.Instant

    /// Tells the caller that nobody knows.
    func giveUp() {
        job.fail(DeliveriesError(.trouble, detail: "the outcome of a commit is unknown: \(failure.message)"))
    }
}
