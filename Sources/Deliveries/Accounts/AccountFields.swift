import Foundation
import MailMessage
import Secrets

/// Reads the fields that forms about accounts have in common and gathers what is wrong with them.
struct AccountFields {
    /// The most characters of a name.
    static let nameCharacters = 200

    private(set) var mistakes: [FieldError] = []

    /// A name: one line without control characters, not empty.
    mutating func name(_ typed: String, field: String = "name") -> String {
        let name = HeaderText(cleaning: String(typed.prefix(4_096))).value
        if name.isEmpty {
            mistakes.append(FieldError(field, "required"))
        } else if name.count > Self.nameCharacters || typed.utf8.count > Self.nameCharacters * 8 {
            mistakes.append(FieldError(field, "too-long", ["most": String(Self.nameCharacters)]))
        }
        return name
    }

    /// A mail address; `nil` after a mistake.
    mutating func email(_ typed: String, field: String = "email") -> EmailAddress? {
        do {
            return try EmailAddress(parsing: typed.trimmingCharacters(in: .whitespacesAndNewlines))
        } catch {
            mistakes.append(FieldError(field, "address-\(error.rawValue)"))
            return nil
        }
    }

    /// A new password for the account with that address and name.
    ///
    /// - Parameter policy: what holds for the account.
    mutating func password(
        _ typed: String, address: String, name: String, _ policy: AccountPolicy, field: String = "password"
    ) {
        let least = policy.passwordLength
        if let rule = PasswordRule.broken(by: typed, address: address, name: name, least: least) {
            let values = ["least": String(least), "most": String(PasswordRule.maximumOctets)]
            mistakes.append(FieldError(field, rule.code, values))
        }
    }

    /// The new password is the one before.
    mutating func passwordIsNotFresh(field: String = "password") {
        mistakes.append(FieldError(field, "password-not-fresh"))
    }

    /// Adds the mistakes that another check found.
    mutating func add(_ others: [FieldError]) {
        mistakes += others
    }

    /// Throws `.invalid` if there was a mistake.
    func check() throws {
        guard mistakes.isEmpty else { throw DeliveriesError(.invalid, fields: mistakes) }
    }
}
