import Deliveries
import Foundation

/// The audit trail in SQL: each entry is tied to the one before while it is written.
extension SQLLedgerStore {
    /// How many entries of former times are read at once.
    private static let batch = 500

    func append(_ record: AuditRecord) throws {
        let entry = chain.entry(record, after: try headToExtend(at: record.at))
        try sql.run(
            """
            INSERT INTO audit_record (
                number, happened_at, actor, action, target, client_address, actor_proof, target_proof, address_proof,
                hash
            ) VALUES (
                \(entry.number), \(entry.milliseconds), \(entry.actor), \(entry.action), \(entry.target),
                \(entry.clientAddress), \(entry.proofs[.actor]), \(entry.proofs[.target]), \(entry.proofs[.address]),
                \(entry.hash)
            )
            """)
        try set(chain.mark(.head, number: entry.number, hash: entry.hash))
    }

    /// What the next entry follows. Where the end was tampered with, it follows no entry, so that it stays visible.
    private func headToExtend(at now: Date) throws -> AuditMark {
        let found = try sql.first(
            """
            SELECT number, hash, seal, coalesce((SELECT max(number) FROM audit_record), 0) FROM audit_mark
            WHERE name = 'head'
            """
        ) { row in
            (
                head: AuditMark(.head, number: try row.integer(), hash: try row.data(), seal: try row.data()),
                last: try row.integer()
            )
        }
        guard let (head, last) = found else {
            try adoptAudit(at: now)
            return try headToExtend(at: now)
        }
        // The newest entry is never removed, so that it is there unless the trail is empty.
        if chain.isValid(head), head.number == last { return head }
        return AuditMark(.head, number: max(head.number, last), hash: AuditChain.tampered, seal: Data())
    }

    func adoptAudit(at now: Date) throws {
        guard try auditMark(.head) == nil else { return }
        let last = try lastAuditNumber()
        let isInChain = try sql.number("SELECT count(*) FROM audit_record WHERE hash IS NOT NULL") > 0
        guard !isInChain else {
            // There was a chain, so that its mark was taken away.
            return try set(AuditMark(.head, number: last, hash: AuditChain.tampered, seal: Data()))
        }
        var previous = AuditChain.beginning
        var number: Int64 = 0
        var count = 0
        while true {
            let entries = try chainedAudit(after: number, limit: Self.batch)
            guard let newest = entries.last else { break }
            if number == 0, let first = entries.first, first.number > 1 {
                try set(chain.mark(.anchor, number: first.number - 1, hash: previous))
            }
            for entry in entries {
                let chained = chain.chained(entry, after: previous)
                try store(chained)
                previous = chained.hash
            }
            number = newest.number
            count += entries.count
        }
        try set(chain.mark(.head, number: number, hash: previous))
        guard count > 0 else { return }
        // Whoever lets a trail be chained anew cannot hide when that was.
        try append(
            AuditRecord(
                at: now, actor: nil, action: AuditAction.auditChained.rawValue, target: "1–\(number)",
                clientAddress: ""))
    }

    func audit(offset: Int, limit: Int) throws -> [AuditRecord] {
        try audit(matching: AuditFilter(), before: nil, offset: offset, limit: limit)
    }

    func audit(matching filter: AuditFilter, before: Int64?, offset: Int, limit: Int) throws -> [AuditRecord] {
        try sql.all(
            """
            SELECT number, happened_at, actor, action, target, client_address FROM audit_record
            WHERE number < \(before ?? .max) AND \(Self.condition(filter))
            ORDER BY number DESC LIMIT \(limit) OFFSET \(offset)
            """
        ) { row in
            let number = try row.integer()
            let at = try row.date()
            let actor = try row.textOrNil()
            return AuditRecord(
                number: number, at: at, actor: actor.flatMap { AccountID($0) },
                pseudonym: actor.flatMap { $0.hasPrefix(AuditChain.pseudonymStart) ? $0 : nil },
                action: try row.text(), target: try row.text(), clientAddress: try row.text())
        }
    }

    func auditCount(matching filter: AuditFilter) throws -> Int {
        Int(try sql.number("SELECT count(*) FROM audit_record WHERE \(Self.condition(filter))"))
    }

    private static func condition(_ filter: AuditFilter) -> Statement {
        var condition: Statement = "1 = 1"
        if let actions = filter.actions { condition = "\(condition) AND action IN \(list: actions)" }
        if let actors = filter.actors { condition = "\(condition) AND actor IN \(list: actors)" }
        if !filter.target.isEmpty {
            condition = """
                \(condition) AND (target IN \(list: filter.targets)
                    OR lower(target) LIKE \(SearchText.pattern(containing: filter.target)) ESCAPE '\\')
                """
        }
        if !filter.clientAddress.isEmpty {
            condition = """
                \(condition) AND lower(client_address) LIKE \(SearchText.pattern(containing: filter.clientAddress))
                    ESCAPE '\\'
                """
        }
        if let from = filter.from { condition = "\(condition) AND happened_at >= \(from)" }
        if let until = filter.until { condition = "\(condition) AND happened_at < \(until)" }
        return condition
    }

    func chainedAudit(after number: Int64, limit: Int) throws -> [ChainedAuditRecord] {
        try sql.all(
            """
            SELECT number, happened_at, actor, action, target, client_address, actor_proof, target_proof,
                address_proof, hash
            FROM audit_record WHERE number > \(number) ORDER BY number LIMIT \(limit)
            """
        ) { row in
            ChainedAuditRecord(
                number: try row.integer(), milliseconds: try row.integer(), actor: try row.textOrNil(),
                action: try row.text(), target: try row.text(), clientAddress: try row.text(),
                proofs: [.actor: try row.data(), .target: try row.data(), .address: try row.data()],
                hash: try row.data())
        }
    }

    func lastAuditNumber() throws -> Int64 {
        try sql.number("SELECT coalesce(max(number), 0) FROM audit_record")
    }

    func lastAuditNumber(before end: Date) throws -> Int64? {
        let number = try sql.number(
            """
            SELECT coalesce(
                (SELECT max(number) FROM audit_record WHERE number < coalesce(
                    (SELECT min(number) FROM audit_record WHERE happened_at >= \(end)), 9223372036854775807)), 0)
            """)
        return number > 0 ? number : nil
    }

    func auditMark(_ name: AuditMark.Name) throws -> AuditMark? {
        try sql.first("SELECT number, hash, seal FROM audit_mark WHERE name = \(name.rawValue)") { row in
            AuditMark(name, number: try row.integer(), hash: try row.data(), seal: try row.data())
        }
    }

    func set(_ mark: AuditMark) throws {
        try sql.run(
            """
            INSERT INTO audit_mark (name, number, hash, seal)
            VALUES (\(mark.name.rawValue), \(mark.number), \(mark.hash), \(mark.seal))
            ON CONFLICT (name) DO UPDATE SET number = excluded.number, hash = excluded.hash, seal = excluded.seal
            """)
    }

    func store(_ entry: ChainedAuditRecord) throws {
        try sql.run(
            """
            UPDATE audit_record SET
                actor = \(entry.actor), target = \(entry.target), client_address = \(entry.clientAddress),
                actor_proof = \(entry.proofs[.actor]), target_proof = \(entry.proofs[.target]),
                address_proof = \(entry.proofs[.address]), hash = \(entry.hash)
            WHERE number = \(entry.number)
            """)
    }

    func removeAudit(upTo number: Int64) throws {
        try sql.run("DELETE FROM audit_record WHERE number <= \(number)")
    }
}
