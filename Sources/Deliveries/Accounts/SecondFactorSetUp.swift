import Foundation
import MailMessage
import Secrets

/// What somebody types or scans into an authenticator app.
public struct SecondFactorOffer: Equatable, Sendable {
    /// The secret in base32, for typing.
    public let secret: String
    /// The `otpauth://` address, for a QR code.
    public let uri: String
}

/// Setting up, renewing and taking away the second factor of an account.
public struct SecondFactorSetUp: Sendable {
    private let parts: AccountParts

    /// Second factors at the given parts.
    public init(_ parts: AccountParts) {
        self.parts = parts
    }

    /// Draws a secret for the account's app. It is asked for only after ``confirm(account:code:origin:)``.
    ///
    /// - Throws: ``DeliveriesError`` `.conflict` if a second factor is in use.
    public func begin(account: AccountID) async throws -> SecondFactorOffer {
        let secret = TOTPSecret(random: parts.random)
        let sealed = try SecondFactorCheck.seal(secret, for: account, keys: parts.keys)
        let (stored, settings) = try await changed(account) { stored in
            guard !stored.hasSecondFactor else { throw DeliveriesError(.conflict) }
            stored.secondFactor = .init(
                sealedSecret: sealed, lastStep: 0, isConfirmed: false, recoveryCodeHashes: [])
        }
        return Self.offer(secret, stored, settings)
    }

    /// The secret that waits for its first code, to be shown again; `nil` if none does.
    public func pending(account: AccountID) async throws -> SecondFactorOffer? {
        let parts = parts
        return try await parts.database.read { transaction in
            guard let stored = try transaction.accounts.account(account), !stored.hasSecondFactor,
                let secret = try SecondFactorCheck.secret(of: stored, keys: parts.keys)
            else { return nil }
            return Self.offer(secret, stored, try parts.settings.current(in: transaction))
        }
    }

    /// Takes the second factor into use by a first code of the app.
    ///
    /// - Returns: the recovery codes, shown this one time.
    /// - Throws: ``DeliveriesError`` `.wrongSecondFactor`, `.throttled`, or `.conflict` if none was begun.
    public func confirm(account: AccountID, code: String, origin: RequestOrigin) async throws -> [String] {
        let now = parts.now()
        let codes = RecoveryCode.generate(random: parts.random)
        let hashes = hashes(of: codes, account: account)
        let parts = parts
        let isRight = try await parts.database.write { transaction -> Bool in
            guard var stored = try transaction.accounts.account(account), stored.state == .active,
                stored.secondFactor?.isConfirmed == false
            else { throw DeliveriesError(.conflict) }
            try Throttle.secondFactor.count(account.description, in: transaction, now: now)
            let check = SecondFactorCheck(keys: parts.keys, now: now)
            guard let step = try check.acceptedStep(code, of: stored) else { return false }
            stored.secondFactor?.lastStep = step
            stored.secondFactor?.isConfirmed = true
            stored.secondFactor?.recoveryCodeHashes = hashes
            try transaction.accounts.update(stored)
            try Throttle.secondFactor.clear(account.description, in: transaction)
            try transaction.ledger.append(
                AuditAction.secondFactorSetUp.record(
                    by: account, target: account.description, origin: origin, at: now))
            return true
        }
        guard isRight else { throw DeliveriesError(.wrongSecondFactor) }
        return codes.map(\.text)
    }

    /// Takes the second factor away.
    ///
    /// - Throws: ``DeliveriesError`` `.invalid` (field `password`), `.throttled` or `.busy`.
    public func disable(account: AccountID, password: String, origin: RequestOrigin) async throws {
        _ = try await Passwords(parts).confirm(password, of: account, field: "password")
        _ = try await changed(account, .secondFactorDisabled, origin: origin) { $0.secondFactor = nil }
    }

    /// Makes new recovery codes; the old ones die.
    ///
    /// - Returns: the codes, shown this one time.
    /// - Throws: ``DeliveriesError`` `.invalid` (field `password`), `.conflict` without a second factor, `.throttled` or
    ///   `.busy`.
    public func newRecoveryCodes(
        account: AccountID, password: String, origin: RequestOrigin
    ) async throws -> [String] {
        _ = try await Passwords(parts).confirm(password, of: account, field: "password")
        let codes = RecoveryCode.generate(random: parts.random)
        let hashes = hashes(of: codes, account: account)
        _ = try await changed(account, .recoveryCodesMade, origin: origin) { stored in
            guard stored.hasSecondFactor else { throw DeliveriesError(.conflict) }
            stored.secondFactor?.recoveryCodeHashes = hashes
        }
        return codes.map(\.text)
    }

    private func changed(
        _ account: AccountID, _ action: AuditAction? = nil, origin: RequestOrigin = .commandLine,
        _ change: @escaping @Sendable (inout Account) throws -> Void
    ) async throws -> (Account, Settings) {
        let now = parts.now()
        let parts = parts
        return try await parts.database.write { transaction in
            guard var stored = try transaction.accounts.account(account), stored.state == .active else {
                throw DeliveriesError(.notFound)
            }
            try change(&stored)
            try transaction.accounts.update(stored)
            if let action {
                try transaction.ledger.append(
                    action.record(by: account, target: account.description, origin: origin, at: now))
            }
            return (stored, try parts.settings.current(in: transaction))
        }
    }

    private func hashes(of codes: [RecoveryCode], account: AccountID) -> [String] {
        codes.map { Hex.encode($0.hash(with: parts.keys, account: account.description)) }
    }

    private static func offer(_ secret: TOTPSecret, _ account: Account, _ settings: Settings) -> SecondFactorOffer {
        let organisation = settings.organisationName
        return SecondFactorOffer(
            secret: secret.base32,
            uri: secret.uri(
                issuer: organisation.isEmpty ? "Depesche" : organisation, account: account.email.wireForm))
    }
}
