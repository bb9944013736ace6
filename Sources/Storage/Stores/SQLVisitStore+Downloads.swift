import Deliveries
import Foundation

extension SQLVisitStore {
    private static let grantColumns: Statement = """
        id, token_hash, visitor, delivery, recipient, file, created_at, started_at, served_ranges, completed_at
        """

    func insert(_ grant: DownloadGrant) throws {
        try sql.run(
            """
            INSERT INTO download_grant (\(Self.grantColumns)) VALUES (
                \(grant.id), \(grant.tokenHash), \(grant.visitor), \(grant.delivery), \(grant.recipient),
                \(grant.file), \(grant.createdAt), \(grant.startedAt), \(Self.text(of: grant.servedRanges)),
                \(grant.completedAt)
            )
            """)
    }

    func update(_ grant: DownloadGrant) throws {
        try sql.run(
            """
            UPDATE download_grant SET
                started_at = \(grant.startedAt), served_ranges = \(Self.text(of: grant.servedRanges)),
                completed_at = \(grant.completedAt)
            WHERE id = \(grant.id)
            """)
    }

    func grant(tokenHash: String) throws -> DownloadGrant? {
        try sql.first("SELECT \(Self.grantColumns) FROM download_grant WHERE token_hash = \(tokenHash)") { row in
            DownloadGrant(
                id: try row.identifier(), tokenHash: try row.text(), visitor: try row.identifier(),
                delivery: try row.identifier(), recipient: try row.identifierOrNil(),
                file: try row.identifierOrNil(), createdAt: try row.date(), startedAt: try row.dateOrNil(),
                servedRanges: Self.ranges(in: try row.words()), completedAt: try row.dateOrNil())
        }
    }

    /// Ranges as `0-100,200-300`, the upper bounds not included.
    private static func text(of ranges: [Range<Int64>]) -> String {
        ranges.map { "\($0.lowerBound)-\($0.upperBound)" }.joinedWords
    }

    private static func ranges(in words: [String]) -> [Range<Int64>] {
        words.compactMap { word in
            let bounds = word.split(separator: "-").compactMap { Int64($0) }
            return bounds.count == 2 && bounds[0] <= bounds[1] ? bounds[0]..<bounds[1] : nil
        }
    }

    func recordFetch(
        delivery: DeliveryID, recipient: RecipientID?, file: DeliveryFileID, at: Date
    ) throws -> Bool {
        // "Someone with the link" has an empty recipient: part of the key, so not NULL.
        try sql.number(
            """
            INSERT INTO file_fetch (delivery, recipient, file, first_at, last_at, times)
            VALUES (\(delivery), \(recipient?.description ?? ""), \(file), \(at), \(at), 1)
            ON CONFLICT (delivery, recipient, file) DO UPDATE SET
                last_at = excluded.last_at, times = file_fetch.times + 1
            RETURNING times
            """) == 1
    }

    func fetches(of delivery: DeliveryID) throws -> [Fetch] {
        try sql.all(
            """
            SELECT delivery, recipient, file, first_at, last_at, times FROM file_fetch
            WHERE delivery = \(delivery) ORDER BY recipient, file
            """, Self.readFetch)
    }

    func fetches(of delivery: DeliveryID, by recipient: RecipientID?) throws -> [Fetch] {
        try sql.all(
            """
            SELECT delivery, recipient, file, first_at, last_at, times FROM file_fetch
            WHERE delivery = \(delivery) AND recipient = \(recipient?.description ?? "") ORDER BY file
            """, Self.readFetch)
    }

    private static func readFetch(_ row: inout RowReader) throws -> Fetch {
        Fetch(
            delivery: try row.identifier(), recipient: try row.identifierOrNil(), file: try row.identifier(),
            firstAt: try row.date(), lastAt: try row.date(), count: try row.count())
    }

    private static let traceColumns: Statement = """
        link, delivery, seen_at, method, user_agent, client_address, scanner_signals
        """

    func insert(_ trace: AccessTrace) throws {
        try sql.run(
            """
            INSERT INTO access_trace (\(Self.traceColumns)) VALUES (
                \(trace.link), \(trace.delivery), \(trace.at), \(trace.method), \(trace.userAgent),
                \(trace.clientAddress), \(trace.scannerSignals.joinedWords)
            )
            """)
    }

    func traces(of link: LinkID, since: Date) throws -> [AccessTrace] {
        try sql.all(
            """
            SELECT \(Self.traceColumns) FROM access_trace WHERE link = \(link) AND seen_at >= \(since)
            ORDER BY seen_at LIMIT 100
            """
        ) { row in
            AccessTrace(
                link: try row.identifier(), delivery: try row.identifier(), at: try row.date(),
                method: try row.text(), userAgent: try row.text(), clientAddress: try row.text(),
                scannerSignals: try row.words())
        }
    }

    func linksVisited(from clientAddress: String, since: Date) throws -> Set<LinkID> {
        Set(
            try sql.all(
                """
                SELECT DISTINCT link FROM access_trace
                WHERE seen_at >= \(since) AND client_address = \(clientAddress)
                """
            ) { row in try row.identifier() })
    }

    func scannerVisits(of delivery: DeliveryID) throws -> [RecipientID: Int] {
        let counted = try sql.all(
            """
            SELECT link.recipient, count(*) FROM access_trace JOIN link ON link.id = access_trace.link
            WHERE access_trace.delivery = \(delivery) AND access_trace.scanner_signals <> ''
                AND link.recipient IS NOT NULL
            GROUP BY link.recipient
            """
        ) { row -> (RecipientID, Int) in (try row.identifier(), try row.count()) }
        return Dictionary(counted) { $0 + $1 }
    }

    func removeVisits(before: Date) throws -> Int {
        try sql.touched("DELETE FROM access_trace WHERE seen_at < \(before)")
            + sql.touched("DELETE FROM mailed_code WHERE created_at < \(before)")
            + sql.touched("DELETE FROM download_grant WHERE created_at < \(before)")
    }
}
