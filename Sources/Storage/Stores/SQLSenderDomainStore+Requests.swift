import Deliveries
import Foundation
import MailMessage

extension SQLSenderDomainStore {
    // MARK: History

    private static let historyColumns: Statement = "number, domain, happened_at, actor, code, detail"

    func insert(_ entry: DomainHistoryEntry) throws {
        let number = try sql.number(
            "UPDATE counter SET value = value + 1 WHERE name = 'domain-history' RETURNING value")
        try sql.run(
            """
            INSERT INTO domain_history (\(Self.historyColumns)) VALUES (
                \(number), \(entry.domain), \(entry.at), \(entry.actor), \(entry.code), \(entry.detail)
            )
            """)
    }

    func history(of domain: MailDomain, offset: Int, limit: Int) throws -> [DomainHistoryEntry] {
        try sql.all(
            """
            SELECT \(Self.historyColumns) FROM domain_history WHERE domain = \(domain)
            ORDER BY number DESC LIMIT \(limit) OFFSET \(offset)
            """
        ) { row in
            DomainHistoryEntry(
                number: try row.integer(), domain: try row.domain(), at: try row.date(),
                actor: try row.identifierOrNil(), code: try row.text(), detail: try row.text())
        }
    }

    // MARK: Hand-over links

    private static let handOverColumns: Statement = """
        id, domain, purpose, token_hash, sealed_token, made_by, created_at, expires_at, revoked_at
        """

    private static func readHandOver(_ row: inout RowReader) throws -> HandOver {
        HandOver(
            id: try row.identifier(), domain: try row.domain(), purpose: try row.choice(), tokenHash: try row.text(),
            sealedToken: try row.data(), madeBy: try row.identifierOrNil(), createdAt: try row.date(),
            expiresAt: try row.date(), revokedAt: try row.dateOrNil())
    }

    func insert(_ handOver: HandOver) throws {
        try sql.run(
            """
            INSERT INTO hand_over (\(Self.handOverColumns)) VALUES (
                \(handOver.id), \(handOver.domain), \(handOver.purpose), \(handOver.tokenHash),
                \(handOver.sealedToken), \(handOver.madeBy), \(handOver.createdAt), \(handOver.expiresAt),
                \(handOver.revokedAt)
            )
            """)
    }

    func update(_ handOver: HandOver) throws {
        try sql.run("UPDATE hand_over SET revoked_at = \(handOver.revokedAt) WHERE id = \(handOver.id)")
    }

    func handOver(tokenHash: String) throws -> HandOver? {
        try sql.first(
            "SELECT \(Self.handOverColumns) FROM hand_over WHERE token_hash = \(tokenHash)", Self.readHandOver)
    }

    func handOvers(of domain: MailDomain) throws -> [HandOver] {
        try sql.all(
            "SELECT \(Self.handOverColumns) FROM hand_over WHERE domain = \(domain) ORDER BY id DESC",
            Self.readHandOver)
    }

    // MARK: Requests

    private static let requestColumns: Statement = """
        id, domain, way, requester, email, name, words, installation, installation_key, nonce, created_at, state,
        answered_at, answered_by, reason
        """

    private static func readRequest(_ row: inout RowReader) throws -> DomainRequest {
        DomainRequest(
            id: try row.identifier(), domain: try row.domain(), way: try row.choice(),
            requester: try row.identifierOrNil(), email: try row.email(), name: try row.text(), words: try row.text(),
            installation: try row.text(), installationKey: try row.data(), nonce: try row.text(),
            createdAt: try row.date(), state: try row.choice(), answeredAt: try row.dateOrNil(),
            answeredBy: try row.identifierOrNil(), reason: try row.text())
    }

    func insert(_ request: DomainRequest) throws {
        let added = try sql.all(
            """
            INSERT INTO domain_request (\(Self.requestColumns)) VALUES (
                \(request.id), \(request.domain), \(request.way), \(request.requester), \(request.email.wireForm),
                \(request.name), \(request.words), \(request.installation), \(request.installationKey),
                \(request.nonce), \(request.createdAt), \(request.state), \(request.answeredAt),
                \(request.answeredBy), \(request.reason)
            ) ON CONFLICT (nonce) DO NOTHING RETURNING id
            """
        ) { try $0.text() }
        guard !added.isEmpty else { throw DeliveriesError(.conflict, detail: "the request came before") }
    }

    func update(_ request: DomainRequest) throws {
        try sql.run(
            """
            UPDATE domain_request SET
                installation_key = \(request.installationKey), state = \(request.state),
                answered_at = \(request.answeredAt), answered_by = \(request.answeredBy), reason = \(request.reason)
            WHERE id = \(request.id)
            """)
    }

    func request(_ id: DomainRequestID) throws -> DomainRequest? {
        try sql.first("SELECT \(Self.requestColumns) FROM domain_request WHERE id = \(id)", Self.readRequest)
    }

    func request(nonce: String) throws -> DomainRequest? {
        try sql.first("SELECT \(Self.requestColumns) FROM domain_request WHERE nonce = \(nonce)", Self.readRequest)
    }

    func requests(state: DomainRequest.State?, offset: Int, limit: Int) throws -> [DomainRequest] {
        try sql.all(
            """
            SELECT \(Self.requestColumns) FROM domain_request WHERE \(Self.matches(state))
            ORDER BY id DESC LIMIT \(limit) OFFSET \(offset)
            """, Self.readRequest)
    }

    func requestCount(state: DomainRequest.State?) throws -> Int {
        Int(try sql.number("SELECT count(*) FROM domain_request WHERE \(Self.matches(state))"))
    }

    private static func matches(_ state: DomainRequest.State?) -> Statement {
        state.map { "state = \($0)" } ?? "1 = 1"
    }

    func requests(for domain: MailDomain) throws -> [DomainRequest] {
        try sql.all(
            "SELECT \(Self.requestColumns) FROM domain_request WHERE domain = \(domain) ORDER BY id DESC",
            Self.readRequest)
    }

    func pinnedKey(of installation: String) throws -> Data? {
        try sql.first(
            """
            SELECT installation_key FROM domain_request
            WHERE installation = \(installation) AND installation_key IS NOT NULL ORDER BY id LIMIT 1
            """
        ) { try $0.data() }
    }
}
