import Foundation
public import MailMessage
public import Secrets

/// What leads the owner of an address to the page where the owner says which mail to send: the address, sealed.
///
/// Nobody else can make one or read it, it grants nothing but that choice, and it stays good as long as the key does:
/// an old mail's way to say "no more" never breaks (RFC 8058, 4).
public struct MailWishToken: Equatable, Sendable {
    /// The address.
    public let address: EmailAddress
    /// The last part of the page's address: base64url.
    public let text: String

    private static let place = SealContext(table: "mail-wish", row: "", column: "address")

    /// Makes one.
    ///
    /// - Throws: ``DeliveriesError`` `.trouble` if it cannot be sealed.
    public init(for address: EmailAddress, keys: KeyRing) throws {
        self.address = address
        do {
            text = Base64URL.encode(
                try keys.seal(Data(address.wireForm.utf8), purpose: .mailWish, context: Self.place))
        } catch {
            throw DeliveriesError(.trouble, detail: error.code)
        }
    }

    /// Reads one that somebody brings, with whatever mail programs appended behind it.
    ///
    /// - Throws: ``DeliveriesError`` `.linkDamaged` if it is none of ours.
    public init(reading text: String, keys: KeyRing) throws {
        let token = text.prefix(1_000).prefix { character in
            character.isASCII && (character.isLetter || character.isNumber || character == "-" || character == "_")
        }
        guard let sealed = Base64URL.decode(String(token)),
            let octets = try? keys.open(Data(sealed), purpose: .mailWish, context: Self.place),
            let address = try? EmailAddress(parsing: String(decoding: octets, as: UTF8.self))
        else { throw DeliveriesError(.linkDamaged) }
        self.address = address
        self.text = String(token)
    }
}
