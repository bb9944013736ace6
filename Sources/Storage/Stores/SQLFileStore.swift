import Deliveries
import FileVault
import Foundation

/// Files and chunks in SQL.
struct SQLFileStore: FileStore {
    let sql: any StatementRunner

    private static let columns: Statement = """
        id, delivery, position, name, media_type, size, chunk_size, vault_file, key_wraps, manifest, tree_digest,
        sha256, created_at, completed_at, scan_state, scan_finding, scanner, scanned_at, scan_tries
        """

    private static func read(_ row: inout RowReader) throws -> DeliveryFile {
        DeliveryFile(
            id: try row.identifier(), delivery: try row.identifier(), position: try row.count(),
            name: try row.text(), mediaType: try row.text(), size: try row.integer(), chunkSize: try row.count(),
            vaultFile: try row.vaultFile(), sealedKeyWraps: try row.data(), sealedManifest: try row.dataOrNil(),
            treeDigest: try row.textOrNil(), sha256: try row.textOrNil(), createdAt: try row.date(),
            completedAt: try row.dateOrNil(),
            scan: FileScan(
                state: try row.choice(), finding: try row.text(), scanner: try row.text(), at: try row.dateOrNil(),
                tries: try row.count()))
    }

    func insert(_ file: DeliveryFile) throws {
        try sql.run(
            """
            INSERT INTO delivery_file (\(Self.columns), search, received_chunks, received_octets) VALUES (
                \(file.id), \(file.delivery), \(file.position), \(file.name), \(file.mediaType), \(file.size),
                \(file.chunkSize), \(file.vaultFile.text), \(file.sealedKeyWraps), \(file.sealedManifest),
                \(file.treeDigest), \(file.sha256), \(file.createdAt), \(file.completedAt), \(file.scan.state),
                \(file.scan.finding), \(file.scan.scanner), \(file.scan.at), \(file.scan.tries),
                \(SearchText.folded(file.name)), 0, 0
            )
            """)
    }

    func update(_ file: DeliveryFile) throws {
        try sql.run(
            """
            UPDATE delivery_file SET
                name = \(file.name), search = \(SearchText.folded(file.name)), key_wraps = \(file.sealedKeyWraps),
                manifest = \(file.sealedManifest), tree_digest = \(file.treeDigest), sha256 = \(file.sha256),
                completed_at = \(file.completedAt), scan_state = \(file.scan.state),
                scan_finding = \(file.scan.finding), scanner = \(file.scan.scanner), scanned_at = \(file.scan.at),
                scan_tries = \(file.scan.tries)
            WHERE id = \(file.id)
            """)
    }

    func octets(of account: AccountID) throws -> Int64 {
        try sql.number(
            """
            SELECT coalesce(sum(f.size), 0) FROM delivery d JOIN delivery_file f ON f.delivery = d.id
            WHERE d.sender = \(account) AND f.key_wraps IS NOT NULL
            """)
    }

    func file(_ id: DeliveryFileID) throws -> DeliveryFile? {
        try sql.first("SELECT \(Self.columns) FROM delivery_file WHERE id = \(id)", Self.read)
    }

    func files(of delivery: DeliveryID) throws -> [DeliveryFile] {
        try sql.all(
            "SELECT \(Self.columns) FROM delivery_file WHERE delivery = \(delivery) ORDER BY position, id", Self.read)
    }

    func remove(_ id: DeliveryFileID) throws {
        try sql.run("DELETE FROM file_chunk WHERE file = \(id)")
        try sql.run("DELETE FROM delivery_file WHERE id = \(id)")
    }

    func forgetContent(of delivery: DeliveryID) throws {
        try sql.run(
            "DELETE FROM file_chunk WHERE file IN (SELECT id FROM delivery_file WHERE delivery = \(delivery))")
        try sql.run(
            """
            UPDATE delivery_file SET key_wraps = NULL, manifest = NULL, received_chunks = 0, received_octets = 0
            WHERE delivery = \(delivery)
            """)
    }

    func filesWithoutSHA256(limit: Int) throws -> [DeliveryFile] {
        try sql.all(
            """
            SELECT \(Self.columns) FROM delivery_file
            WHERE sha256 IS NULL AND completed_at IS NOT NULL AND key_wraps IS NOT NULL
            ORDER BY completed_at LIMIT \(limit)
            """, Self.read)
    }

    func filesToScan(limit: Int) throws -> [DeliveryFile] {
        try sql.all(
            """
            SELECT \(Self.columns) FROM delivery_file
            WHERE scan_state IN ('waiting', 'unreached') AND completed_at IS NOT NULL AND key_wraps IS NOT NULL
            AND scan_tries >= 0
            ORDER BY scan_tries, completed_at LIMIT \(limit)
            """, Self.read)
    }

    func scanStates(of delivery: DeliveryID) throws -> [FileScan.State] {
        try sql.all("SELECT DISTINCT scan_state FROM delivery_file WHERE delivery = \(delivery)") {
            try $0.choice()
        }
    }

    func scanStates(of deliveries: [DeliveryID]) throws -> [DeliveryID: [FileScan.State]] {
        guard !deliveries.isEmpty else { return [:] }
        let found = try sql.all(
            """
            SELECT DISTINCT delivery, scan_state FROM delivery_file WHERE delivery IN \(list: deliveries)
            """
        ) { row -> (DeliveryID, FileScan.State) in (try row.identifier(), try row.choice()) }
        return Dictionary(grouping: found, by: \.0).mapValues { $0.map(\.1) }
    }

    func countToScan() throws -> Int {
        Int(
            try sql.number(
                """
                SELECT count(*) FROM delivery_file
                WHERE scan_state IN ('waiting', 'unreached') AND completed_at IS NOT NULL AND key_wraps IS NOT NULL
                """))
    }

    func files(scanned states: [FileScan.State], offset: Int, limit: Int) throws -> [DeliveryFile] {
        try sql.all(
            """
            SELECT \(Self.columns) FROM delivery_file
            WHERE scan_state IN ('found', 'too-large') AND scan_state IN \(list: states) AND key_wraps IS NOT NULL
            ORDER BY scanned_at DESC, id LIMIT \(limit) OFFSET \(offset)
            """, Self.read)
    }

    func count(scanned states: [FileScan.State]) throws -> Int {
        Int(
            try sql.number(
                """
                SELECT count(*) FROM delivery_file
                WHERE scan_state IN ('found', 'too-large') AND scan_state IN \(list: states) AND key_wraps IS NOT NULL
                """))
    }

    private static let chunkColumns: Statement = "file, number, size, digest, object_name"

    private static func readChunk(_ row: inout RowReader) throws -> FileChunk {
        FileChunk(
            file: try row.identifier(), index: try row.count(), size: try row.count(), digest: try row.text(),
            objectName: try row.text())
    }

    func insert(_ chunk: FileChunk) throws -> Bool {
        let isNew =
            try sql.touched(
                """
                INSERT INTO file_chunk (\(Self.chunkColumns))
                VALUES (\(chunk.file), \(chunk.index), \(chunk.size), \(chunk.digest), \(chunk.objectName))
                ON CONFLICT (file, number) DO NOTHING
                """) > 0
        guard isNew else { return false }
        // Counted as they come: counting 12,800 rows after each chunk of 100 GB would add up.
        try sql.run(
            """
            UPDATE delivery_file SET
                received_chunks = received_chunks + 1, received_octets = received_octets + \(chunk.size)
            WHERE id = \(chunk.file)
            """)
        return true
    }

    func chunk(file: DeliveryFileID, index: Int) throws -> FileChunk? {
        try sql.first(
            "SELECT \(Self.chunkColumns) FROM file_chunk WHERE file = \(file) AND number = \(index)", Self.readChunk)
    }

    func chunks(of file: DeliveryFileID) throws -> [FileChunk] {
        try sql.all(
            "SELECT \(Self.chunkColumns) FROM file_chunk WHERE file = \(file) ORDER BY number", Self.readChunk)
    }

    func progress(of file: DeliveryFileID) throws -> (chunks: Int, octets: Int64) {
        let counted = try sql.first(
            "SELECT received_chunks, received_octets FROM delivery_file WHERE id = \(file)"
        ) { row in (chunks: try row.count(), octets: try row.integer()) }
        return counted ?? (0, 0)
    }

    func isKnown(vaultFile: String) throws -> Bool {
        try sql.number(
            """
            SELECT count(*) FROM delivery_file WHERE vault_file = \(vaultFile) AND key_wraps IS NOT NULL
            """) > 0
    }

    func isKnown(vaultFile: String, objectName: String) throws -> Bool {
        try sql.number(
            """
            SELECT 1 FROM delivery_file JOIN file_chunk ON file_chunk.file = delivery_file.id
            WHERE delivery_file.vault_file = \(vaultFile) AND file_chunk.object_name = \(objectName) LIMIT 1
            """) == 1
    }
}
