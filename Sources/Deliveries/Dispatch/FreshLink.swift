import Foundation
import Secrets

/// A link that was just drawn, with its token in the clear: for the mail, once.
struct FreshLink: Sendable {
    let id: LinkID
    let token: Token
    private let sealedToken: Data

    init(_ parts: DeliveryParts, now: Date) throws {
        id = parts.newID(now)
        token = Token(random: parts.random)
        do {
            sealedToken = try parts.keys.seal(token.bytes, purpose: .link, context: Self.context(id))
        } catch {
            throw DeliveriesError(.trouble, detail: error.code)
        }
    }

    /// The link as it is stored.
    func link(of recipient: Recipient, now: Date) -> Link {
        Link(
            id: id, delivery: recipient.delivery, recipient: recipient.id, kind: .personal, state: .active,
            tokenHash: token.hash.hex, sealedToken: sealedToken, createdAt: now)
    }

    /// The link of all readers as it is stored.
    func sharedLink(of delivery: DeliveryID, now: Date) -> Link {
        Link(
            id: id, delivery: delivery, recipient: nil, kind: .shared, state: .active, tokenHash: token.hash.hex,
            sealedToken: sealedToken, createdAt: now)
    }

    /// The token of a stored link.
    static func token(of link: Link, keys: KeyRing) throws -> Token {
        let bytes: Data
        do {
            bytes = try keys.open(link.sealedToken, purpose: .link, context: context(link.id))
        } catch {
            throw DeliveriesError(.trouble, detail: error.code)
        }
        guard let token = Token(text: Base64URL.encode(bytes)) else {
            throw DeliveriesError(.trouble, detail: "link \(link.id) holds no token")
        }
        return token
    }

    private static func context(_ id: LinkID) -> SealContext {
        SealContext(table: "link", row: id.description, column: "sealed_token")
    }
}
