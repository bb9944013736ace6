import Foundation

/// A rule that a new password breaks; the raw value is the code of the message.
public enum PasswordRule: String, Sendable, Hashable, CaseIterable {
    /// It has fewer than ``minimumLength`` characters.
    case tooShort = "password-too-short"
    /// It has more than ``maximumOctets`` octets.
    case tooLong = "password-too-long"
    /// It is the account's address, or the part of it before the at sign.
    case isAddress = "password-is-address"
    /// There is little more in it than the person's name or address.
    case hasName = "password-has-name"
    /// It is one of the most used passwords, or one character repeated, or a plain run such as `1234567890`.
    case tooCommon = "password-too-common"

    /// The fewest characters that a password may have.
    public static let minimumLength = 10
    /// The most characters that may be demanded of a password.
    public static let mostDemanded: Int64 = 64
    /// The fewest characters that must be left of a password without the words that everybody knows of its owner.
    private static let fewestOwnCharacters = 6
    /// Shorter words of a name or an address occur in many others.
    private static let shortestKnownWord = 4
    /// The most octets (UTF-8) that a password may have.
    public static let maximumOctets = 1_024

    /// The stable code of the message.
    public var code: String { rawValue }

    /// Checks a new password: its length, and whether others would guess it (NIST SP 800-63B). What kinds of
    /// characters it has does not matter.
    ///
    /// - Parameters:
    ///   - password: the password as typed.
    ///   - address: the account's mail address.
    ///   - name: its owner's name.
    ///   - least: the fewest characters; never fewer than ``minimumLength``.
    /// - Returns: the first rule that it breaks, or nil if it is good.
    public static func broken(
        by password: String, address: String, name: String = "", least: Int = minimumLength
    ) -> PasswordRule? {
        if password.utf8.count > maximumOctets { return .tooLong }
        if password.count < max(least, minimumLength) { return .tooShort }
        let folded = password.precomposedStringWithCanonicalMapping.lowercased()
        let foldedAddress = address.precomposedStringWithCanonicalMapping.lowercased()
        let localPart = foldedAddress.lastIndex(of: "@").map { String(foldedAddress[..<$0]) } ?? foldedAddress
        if folded == foldedAddress || folded == localPart { return .isAddress }
        if hasLittleBeside(name, foldedAddress, in: folded) { return .hasName }
        if isRun(folded) || CommonPasswords.contains(folded) { return .tooCommon }
        return nil
    }

    private static func hasLittleBeside(_ name: String, _ address: String, in folded: String) -> Bool {
        let words = (name.precomposedStringWithCanonicalMapping.lowercased() + " " + address)
            .split { !$0.isLetter && !$0.isNumber }.map(String.init).filter { $0.count >= shortestKnownWord }
        let rest = words.sorted { $0.count > $1.count }.reduce(folded) { $0.replacing($1, with: "") }
        return rest != folded && rest.count { $0.isLetter || $0.isNumber } < fewestOwnCharacters
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
