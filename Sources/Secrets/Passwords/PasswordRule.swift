import Foundation

/// A rule that a new password breaks; the raw value is the code of the message.
public enum PasswordRule: String, Sendable, Hashable, CaseIterable {
    /// It has fewer than ``minimumLength`` characters.
    case tooShort = "password-too-short"
    /// It has more than ``maximumOctets`` octets.
    case tooLong = "password-too-long"
    /// It is the account's address, or the part of it before the at sign.
    case isAddress = "password-is-address"
    /// It is one of the most used passwords, or one character repeated, or a plain run such as `1234567890`.
    case tooCommon = "password-too-common"

    /// The fewest characters that a password may have.
    public static let minimumLength = 10
    /// The most octets (UTF-8) that a password may have.
    public static let maximumOctets = 1_024

    /// The stable code of the message.
    public var code: String { rawValue }

    /// Checks a new password.
    ///
    /// - Parameters:
    ///   - password: the password as typed.
    ///   - address: the account's mail address.
    /// - Returns: the first rule that it breaks, or nil if it is good.
    public static func broken(by password: String, address: String) -> PasswordRule? {
        if password.utf8.count > maximumOctets { return .tooLong }
        if password.count < minimumLength { return .tooShort }
        let folded = password.precomposedStringWithCanonicalMapping.lowercased()
        let foldedAddress = address.precomposedStringWithCanonicalMapping.lowercased()
        let localPart = foldedAddress.lastIndex(of: "@").map { String(foldedAddress[..<$0]) } ?? foldedAddress
        if folded == foldedAddress || folded == localPart { return .isAddress }
        if isRun(folded) || CommonPasswords.contains(folded) { return .tooCommon }
        return nil
    }

    /// One character repeated, or each the successor (or predecessor) of the one before; 0 follows 9.
    private static func isRun(_ text: String) -> Bool {
        let scalars = text.unicodeScalars.map { Int($0.value) }
        guard scalars.count > 1 else { return false }
        let steps = zip(scalars, scalars.dropFirst()).map { pair in
            switch pair {
            case (0x39, 0x30): 1
            case (0x30, 0x39): -1
            default: pair.1 - pair.0
            }
        }
        return [0, 1, -1].contains { step in steps.allSatisfy { $0 == step } }
    }
}
