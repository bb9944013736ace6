import Deliveries
import Foundation

extension SQLDeliveryStore {
    private static let linkColumns: Statement = """
        id, delivery, recipient, kind, state, token_hash, sealed_token, created_at
        """

    private static func readLink(_ row: inout RowReader) throws -> Link {
        Link(
            id: try row.identifier(), delivery: try row.identifier(), recipient: try row.identifierOrNil(),
            kind: try row.choice(), state: try row.choice(), tokenHash: try row.text(), sealedToken: try row.data(),
            createdAt: try row.date())
    }

    func insert(_ link: Link) throws {
        try sql.run(
            """
            INSERT INTO link (\(Self.linkColumns)) VALUES (
                \(link.id), \(link.delivery), \(link.recipient), \(link.kind), \(link.state), \(link.tokenHash),
                \(link.sealedToken), \(link.createdAt)
            )
            """)
    }

    func link(tokenHash: String) throws -> Link? {
        try sql.first("SELECT \(Self.linkColumns) FROM link WHERE token_hash = \(tokenHash)", Self.readLink)
    }

    func link(_ id: LinkID) throws -> Link? {
        try sql.first("SELECT \(Self.linkColumns) FROM link WHERE id = \(id)", Self.readLink)
    }

    /// The names of all links of a delivery.
    func links(of delivery: DeliveryID) throws -> [LinkID] {
        try sql.all("SELECT id FROM link WHERE delivery = \(delivery)") { row in try row.identifier() }
    }

    func sharedLink(of delivery: DeliveryID) throws -> Link? {
        try sql.first(
            """
            SELECT \(Self.linkColumns) FROM link WHERE delivery = \(delivery) AND kind = \(Link.Kind.shared)
            AND state = \(Link.State.active) ORDER BY id DESC LIMIT 1
            """, Self.readLink)
    }

    func activeLink(of recipient: RecipientID) throws -> Link? {
        try sql.first(
            """
            SELECT \(Self.linkColumns) FROM link WHERE recipient = \(recipient) AND state = \(Link.State.active)
            ORDER BY id DESC LIMIT 1
            """, Self.readLink)
    }

    func replaceLinks(of recipient: RecipientID) throws {
        try sql.run(
            "UPDATE link SET state = \(Link.State.replaced) WHERE recipient = \(recipient)")
    }
}
