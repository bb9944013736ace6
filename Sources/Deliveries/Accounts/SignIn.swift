import Foundation
import MailMessage
public import Secrets

/// Signing in and out, and recognising who is signed in.
public struct SignIn: Sendable {
    /// How often the use of a session is noted at the most, seconds.
    static let touchInterval: TimeInterval = 60

    private let parts: AccountParts

    /// Signing in at the given parts.
    public init(_ parts: AccountParts) {
        self.parts = parts
    }

    /// Signs in with address and password.
    ///
    /// Unknown addresses, wrong passwords and accounts that may not sign in get the same answer in the same time.
    ///
    /// - Parameters:
    ///   - email: the address as typed.
    ///   - password: the password as typed.
    ///   - origin: from where.
    ///   - former: the session cookie that the browser had; that session ends.
    /// - Throws: ``DeliveriesError`` `.wrongCredentials`, `.throttled` (10 tries per account, 50 wrong ones per client
    ///   address in 15 minutes) or `.busy`.
    public func signIn(
        email: String, password: String, origin: RequestOrigin, replacing former: Token? = nil
    ) async throws -> SignedIn {
        let now = parts.now()
        let address = try? EmailAddress(parsing: email.trimmingCharacters(in: .whitespacesAndNewlines))
        let subject = address?.comparisonKey ?? email
        let found = try await parts.database.write { transaction -> Account? in
            try Throttle.signInAddress.check(origin.clientAddress, in: transaction, now: now)
            try Throttle.signIn.count(subject, in: transaction, now: now)
            return try address.flatMap { try transaction.accounts.account(email: $0) }
        }
        let isRight = try await parts.isRight(password, hash: found?.passwordHash)
        guard isRight, let found, found.state == .active else {
            try await noteRefusal(of: found, origin: origin, now: now)
            throw DeliveriesError(.wrongCredentials)
        }
        let newHash = try await rehashed(password, old: found.passwordHash)
        let fresh = FreshSession(parts, now: now, origin: origin)
        let parts = parts
        let signedIn = try await parts.database.write { transaction in
            // While the password was checked the account may have been disabled or its password changed.
            guard var account = try transaction.accounts.account(found.id), account.state == .active,
                account.passwordHash == found.passwordHash
            else { throw DeliveriesError(.wrongCredentials) }
            let settings = try parts.settings.current(in: transaction)
            account.passwordHash = newHash ?? account.passwordHash
            account.lastSignInAt = now
            try transaction.accounts.update(account)
            try Throttle.signIn.clear(subject, in: transaction)
            try transaction.ledger.append(
                AuditAction.signedIn.record(by: account.id, target: account.id.description, origin: origin, at: now))
            return try fresh.store(
                for: account, isComplete: !account.hasSecondFactor, replacing: former, isTold: true,
                settings: settings, in: transaction)
        }
        if signedIn.isMailQueued { parts.mailQueued() }
        return signedIn
    }

    /// Gives the second factor: a code of the authenticator app, or a recovery code, each once. The session is
    /// replaced by a new one.
    ///
    /// - Parameters:
    ///   - cookie: the cookie of the session that waits for it.
    ///   - code: what was typed.
    ///   - origin: from where.
    /// - Throws: ``DeliveriesError`` `.notSignedIn` if no session waits, `.wrongSecondFactor`, or `.throttled` (10 tries
    ///   per account in 15 minutes).
    public func secondFactor(session cookie: Token, code: String, origin: RequestOrigin) async throws -> SignedIn {
        let now = parts.now()
        let fresh = FreshSession(parts, now: now, origin: origin)
        let parts = parts
        let signedIn = try await parts.database.write { transaction -> SignedIn? in
            guard let session = try transaction.sessions.session(tokenHash: cookie.hash.hex, now: now),
                !session.isComplete, let account = try transaction.accounts.account(session.account),
                account.state == .active
            else { throw DeliveriesError(.notSignedIn) }
            try Throttle.secondFactor.count(account.id.description, in: transaction, now: now)
            let check = SecondFactorCheck(keys: parts.keys, now: now)
            guard let accepted = try check.accept(code, for: account) else {
                // Returned and not thrown, so that the try stays counted.
                try transaction.ledger.append(
                    AuditAction.secondFactorRefused.record(
                        by: nil, target: account.id.description, origin: origin, at: now))
                return nil
            }
            try transaction.accounts.update(accepted.account)
            try Throttle.secondFactor.clear(account.id.description, in: transaction)
            if accepted.usedRecoveryCode {
                try transaction.ledger.append(
                    AuditAction.recoveryCodeUsed.record(
                        by: account.id, target: account.id.description, origin: origin, at: now))
            }
            return try fresh.store(
                for: accepted.account, isComplete: true, replacing: cookie, isTold: true,
                settings: try parts.settings.current(in: transaction), in: transaction)
        }
        guard let signedIn else { throw DeliveriesError(.wrongSecondFactor) }
        if signedIn.isMailQueued { parts.mailQueued() }
        return signedIn
    }

    /// Who a session cookie belongs to; `nil` if nobody. Its use is noted at most once a minute.
    public func resume(cookie: Token) async throws -> ResumedSession? {
        let now = parts.now()
        let parts = parts
        let resumed = try await parts.database.read { transaction -> ResumedSession? in
            guard let session = try transaction.sessions.session(tokenHash: cookie.hash.hex, now: now),
                let account = try transaction.accounts.account(session.account), account.state == .active
            else { return nil }
            let settings = try parts.settings.current(in: transaction)
            return ResumedSession(
                account: account, session: session, settings: settings,
                policy: try transaction.policy(of: account.id, settings))
        }
        if let session = resumed?.session, now.timeIntervalSince(session.lastSeenAt) >= Self.touchInterval {
            try await parts.database.write { try $0.sessions.touch(session.id, at: now) }
        }
        return resumed
    }

    /// Ends the session of a cookie; nothing happens if there is none.
    public func signOut(cookie: Token, origin: RequestOrigin) async throws {
        let now = parts.now()
        try await parts.database.write { transaction in
            guard let session = try transaction.sessions.session(tokenHash: cookie.hash.hex, now: now) else { return }
            _ = try transaction.sessions.remove(session.id, of: session.account)
            try transaction.ledger.append(
                AuditAction.signedOut.record(
                    by: session.account, target: session.account.description, origin: origin, at: now))
        }
    }

    private func noteRefusal(of account: Account?, origin: RequestOrigin, now: Date) async throws {
        // What was typed is not noted: people type passwords into the wrong field.
        let target = account?.id.description ?? "unknown-address"
        try await parts.database.write { transaction in
            _ = try Throttle.signInAddress.allows(origin.clientAddress, in: transaction, now: now)
            try transaction.ledger.append(
                AuditAction.signInRefused.record(by: nil, target: target, origin: origin, at: now))
        }
    }

    /// A hash with the present cost, if the stored one has another.
    private func rehashed(_ password: String, old: String?) async throws -> String? {
        guard let old, parts.hasher.needsRehash(old) else { return nil }
        return try await parts.hash(password)
    }
}
