import Crypto
import Foundation
import Secrets

/// A limit on how often something may be tried in a while; the counters are in the database.
struct Throttle {
    /// What is limited; part of the counter's key.
    let name: String
    /// How many tries are allowed.
    let limit: Int
    /// In how many seconds.
    let window: TimeInterval

    /// Sign-in, by account.
    static let signIn = Throttle(name: "sign-in", limit: 10, window: 900)
    /// Wrong sign-ins, by client address: one address may be a whole office.
    static let signInAddress = Throttle(name: "sign-in-address", limit: 50, window: 900)
    /// Second factors, by account.
    static let secondFactor = Throttle(name: "second-factor", limit: 10, window: 900)
    /// The own password again before something delicate, by account.
    static let ownPassword = Throttle(name: "own-password", limit: 10, window: 900)
    /// Links for a new password, by mail address.
    static let passwordReset = Throttle(name: "password-reset", limit: 3, window: 3_600)
    /// Links for a new password, by client address.
    static let passwordResetAddress = Throttle(name: "password-reset-address", limit: 20, window: 3_600)
    /// Wrong sign-ins of mail clients, by client address.
    static let submissionSignIn = Throttle(name: "submission-sign-in", limit: 30, window: 900)
    /// Add-ins that ask to act for somebody, by client address: one address may be a whole office.
    static let addInSignIn = Throttle(name: "add-in-sign-in", limit: 100, window: 3_600)
    /// Addresses that do not exist here, by the address of the client that tries them.
    static let unknownRecipients = Throttle(name: "unknown-recipients", limit: 100, window: 3_600)

    /// Counts a try.
    ///
    /// - Throws: ``DeliveriesError`` `.throttled` if it is one too many; the transaction is then undone, and the
    ///   counter stays at the limit.
    func count(_ subject: String, in transaction: any Transaction, now: Date) throws {
        let counted = try transaction.ledger.countThrottle(key(subject), window: window, now: now)
        if counted.count > limit { throw refusal(windowEnds: counted.windowEnds, now: now) }
    }

    /// Counts a try and tells whether it is within the limit.
    func allows(_ subject: String, in transaction: any Transaction, now: Date) throws -> Bool {
        try transaction.ledger.countThrottle(key(subject), window: window, now: now).count <= limit
    }

    /// Makes sure that the limit is not reached, without counting.
    func check(_ subject: String, in transaction: any Transaction, now: Date) throws {
        guard let counted = try transaction.ledger.throttleCount(key(subject), now: now), counted.count >= limit else {
            return
        }
        throw refusal(windowEnds: counted.windowEnds, now: now)
    }

    /// Forgets the tries.
    func clear(_ subject: String, in transaction: any Transaction) throws {
        try transaction.ledger.clearThrottle(key(subject))
    }

    /// What is typed into an address field is not always an address; hashed it has one length and tells nothing.
    private func key(_ subject: String) -> String {
        "\(name):" + Hex.encode(SHA256.hash(data: Array(subject.utf8)))
    }

    private func refusal(windowEnds: Date, now: Date) -> DeliveriesError {
        let seconds = windowEnds.timeIntervalSince(now).rounded(.up)
        return DeliveriesError(.throttled, retryAfter: max(1, Int(min(seconds, window))))
    }
}
