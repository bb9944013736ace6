public import Foundation
public import MailMessage
public import Secrets

/// The keyed return path of one mail to one recipient: an address that only we can make, good for 30 days.
///
/// Its local part is `bounce-`, the identifier of the mail's row in the outbox, and in base32 one octet hint at the key,
/// two octets end of validity in days, ten octets authentication code over all of it and the domain: 54 octets in lower
/// case, and read in any case, because servers on the way change it.
public struct ReturnPathAddress: Sendable, Equatable {
    /// For how long reports are taken, seconds. No server tries for longer.
    public static let lifetime: TimeInterval = 30 * 86_400
    private static let prefix = "bounce-"
    private static let identifierLength = 26

    /// The row of the outbox.
    public let entry: OutboxEntryID

    /// Makes the address of a mail.
    ///
    /// - Parameters:
    ///   - entry: its row in the outbox.
    ///   - domain: a domain whose mail comes to us.
    ///   - keys: what authenticates it.
    ///   - now: the time from which it is good.
    /// - Throws: `AddressError` if the domain leaves no room for it.
    public static func make(
        for entry: OutboxEntryID, at domain: MailDomain, keys: KeyRing, now: Date
    ) throws -> EmailAddress {
        let day = UInt16(clamping: Int((now.timeIntervalSince1970 + lifetime) / 86_400) + 1)
        let code = keys.shortCode(purpose: .returnPath, message: message(entry, day, domain))
        let tail = [keys.keyHint, UInt8(day >> 8), UInt8(day & 255)] + code
        return try EmailAddress(
            localPart: prefix + entry.description + Base32.encode(tail).lowercased(), domain: domain)
    }

    /// Reads an address that a report came to; nil if it is none of ours, forged, or no longer good.
    public init?(_ address: EmailAddress, keys: KeyRing, now: Date) {
        let text = address.localPart.lowercased()
        guard text.hasPrefix(Self.prefix) else { return nil }
        let rest = text.dropFirst(Self.prefix.count)
        let tail = String(rest.dropFirst(Self.identifierLength))
        guard let entry = OutboxEntryID(String(rest.prefix(Self.identifierLength))), let octets = Base32.decode(tail),
            octets.count == 3 + KeyRing.shortCodeLength, Base32.encode(octets).lowercased() == tail
        else { return nil }
        let day = UInt16(octets[1]) << 8 | UInt16(octets[2])
        guard
            keys.isValid(
                shortCode: octets[3...], hint: octets[0], purpose: .returnPath,
                message: Self.message(entry, day, address.domain)),
            now.timeIntervalSince1970 < Double(day) * 86_400
        else { return nil }
        self.entry = entry
    }

    private static func message(_ entry: OutboxEntryID, _ day: UInt16, _ domain: MailDomain) -> [UInt8] {
        Array("\(entry) \(day) \(domain.ascii)".utf8)
    }
}
