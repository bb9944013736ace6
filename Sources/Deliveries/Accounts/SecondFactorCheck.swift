import Foundation
import Secrets

/// Tells whether a code is the second factor of an account, and what the account looks like after its use.
struct SecondFactorCheck {
    let keys: KeyRing
    let now: Date

    /// The account with the code used up, or `nil` if the code is not accepted.
    func accept(_ typed: String, for account: Account) throws -> (account: Account, usedRecoveryCode: Bool)? {
        guard let factor = account.secondFactor, factor.isConfirmed else { return nil }
        var account = account
        if let step = try acceptedStep(typed, of: account) {
            account.secondFactor?.lastStep = step
            return (account, false)
        }
        let hashes = factor.recoveryCodeHashes.map { Data(Hex.decode($0) ?? []) }
        guard let code = RecoveryCode(typed: typed),
            let index = code.index(in: hashes, with: keys, account: account.id.description)
        else { return nil }
        account.secondFactor?.recoveryCodeHashes.remove(at: index)
        return (account, true)
    }

    /// The time step of an app's code that was not used before, also of a second factor not yet confirmed.
    func acceptedStep(_ typed: String, of account: Account) throws -> Int64? {
        guard let factor = account.secondFactor, let secret = try Self.secret(of: account, keys: keys) else {
            return nil
        }
        return secret.acceptedStep(
            typed: typed, at: Int64(now.timeIntervalSince1970.rounded(.down)), lastUsedStep: factor.lastStep)
    }

    /// The secret shared with the app.
    static func secret(of account: Account, keys: KeyRing) throws -> TOTPSecret? {
        guard let sealed = account.secondFactor?.sealedSecret else { return nil }
        return TOTPSecret(bytes: try keys.open(sealed, purpose: .column, context: place(account.id)))
    }

    /// The secret as it is stored.
    static func seal(_ secret: TOTPSecret, for account: AccountID, keys: KeyRing) throws -> Data {
        try keys.seal(secret.bytes, purpose: .column, context: place(account))
    }

    private static func place(_ account: AccountID) -> SealContext {
        SealContext(table: "account", row: account.description, column: "totp_secret")
    }
}
