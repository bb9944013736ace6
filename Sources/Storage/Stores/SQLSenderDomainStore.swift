import DNS
import Deliveries
import Foundation
import MailMessage
import SenderDomains

/// Sender domains and their keys in SQL; history, links and requests are in an extension.
struct SQLSenderDomainStore: SenderDomainStore {
    let sql: any StatementRunner

    private static let columns: Statement = """
        domain, state, policy, control_token, control_method, control_proven_at, created_at, state_since, changed_at,
        aligned_by, bounces_ready, doubted_at, last_report, next_check_at
        """
    private static let keyColumns: Statement = """
        domain, selector, position, type, public_record, sealed_private_key, phase, cname_target, origin, created_at,
        seen_at, activated_at, retiring_since, retired_at, gone_at, is_compromised, reminded_at
        """

    func insert(_ domain: SenderDomain) throws {
        let added = try sql.all(
            """
            INSERT INTO sender_domain (\(Self.columns)) VALUES (
                \(domain.domain), \(domain.state), \(domain.policy), \(domain.control.token),
                \(domain.control.method), \(domain.control.provenAt), \(domain.createdAt), \(domain.stateSince),
                \(domain.changedAt), \(Self.ways(domain)), \(domain.bouncesReady), \(domain.doubtedAt),
                \(try Self.encoded(domain.lastReport)), \(domain.nextCheckAt)
            ) ON CONFLICT (domain) DO NOTHING RETURNING domain
            """
        ) { try $0.text() }
        guard !added.isEmpty else { throw DeliveriesError(.conflict, detail: "the sender domain is there already") }
        try insertKeys(of: domain)
    }

    func update(_ domain: SenderDomain) throws {
        try sql.run(
            """
            UPDATE sender_domain SET
                state = \(domain.state), policy = \(domain.policy), control_method = \(domain.control.method),
                control_proven_at = \(domain.control.provenAt), state_since = \(domain.stateSince),
                changed_at = \(domain.changedAt), aligned_by = \(Self.ways(domain)),
                bounces_ready = \(domain.bouncesReady), doubted_at = \(domain.doubtedAt),
                last_report = \(try Self.encoded(domain.lastReport)), next_check_at = \(domain.nextCheckAt)
            WHERE domain = \(domain.domain)
            """)
        try sql.run("DELETE FROM domain_key WHERE domain = \(domain.domain)")
        try insertKeys(of: domain)
    }

    private func insertKeys(of domain: SenderDomain) throws {
        for (position, key) in domain.keys.enumerated() {
            let target: String? = if case .cname(let target) = key.publication { target.description } else { nil }
            try sql.run(
                """
                INSERT INTO domain_key (\(Self.keyColumns)) VALUES (
                    \(domain.domain), \(key.selector), \(position), \(key.type), \(key.publicRecord),
                    \(key.sealedPrivateKey), \(key.phase), \(target), \(key.origin), \(key.createdAt), \(key.seenAt),
                    \(key.activatedAt), \(key.retiringSince), \(key.retiredAt), \(key.goneAt), \(key.isCompromised),
                    \(key.remindedAt)
                )
                """)
        }
    }

    func domain(_ domain: MailDomain) throws -> SenderDomain? {
        let keys = try keys(of: domain)
        return try sql.first("SELECT \(Self.columns) FROM sender_domain WHERE domain = \(domain)") { row in
            try Self.read(&row, keys: [domain: keys])
        }
    }

    func keys(of domain: MailDomain) throws -> [DomainKey] {
        try sql.all(
            "SELECT \(Self.keyColumns) FROM domain_key WHERE domain = \(domain) ORDER BY position", Self.readKey
        ).map(\.key)
    }

    func domains() throws -> [SenderDomain] {
        let rows = try sql.all("SELECT \(Self.keyColumns) FROM domain_key ORDER BY domain, position", Self.readKey)
        let keys = Dictionary(grouping: rows, by: \.domain).mapValues { $0.map(\.key) }
        return try sql.all("SELECT \(Self.columns) FROM sender_domain ORDER BY domain") { row in
            try Self.read(&row, keys: keys)
        }
    }

    func domainsToCheck(now: Date, limit: Int) throws -> [MailDomain] {
        try sql.all(
            """
            SELECT domain FROM sender_domain WHERE next_check_at <= \(now) ORDER BY next_check_at LIMIT \(limit)
            """
        ) { try $0.domain() }
    }

    func nextCheck() throws -> Date? {
        try sql.first("SELECT min(next_check_at) FROM sender_domain") { try $0.dateOrNil() } ?? nil
    }

    func standings() throws -> [MailDomain: DomainStanding] {
        let rows = try sql.all("SELECT domain, state, policy, aligned_by, bounces_ready FROM sender_domain") {
            row -> (MailDomain, DomainStanding) in
            (
                try row.domain(),
                DomainStanding(
                    state: try row.choice(), policy: try row.choice(),
                    alignedBy: Set(try row.words().compactMap(SenderDomain.Alignment.init(rawValue:))),
                    bouncesReady: try row.flag())
            )
        }
        return Dictionary(rows) { first, _ in first }
    }

    func remove(_ domain: MailDomain) throws {
        try sql.run("DELETE FROM domain_key WHERE domain = \(domain)")
        try sql.run("DELETE FROM hand_over WHERE domain = \(domain)")
        try sql.run("DELETE FROM sender_domain WHERE domain = \(domain)")
    }

    private static func ways(_ domain: SenderDomain) -> String {
        domain.alignedBy.sorted().map(\.rawValue).joinedWords
    }

    private static func encoded(_ report: DomainReport?) throws -> String? {
        try report.map { String(decoding: try JSONEncoder().encode($0), as: UTF8.self) }
    }

    private static func read(_ row: inout RowReader, keys: [MailDomain: [DomainKey]]) throws -> SenderDomain {
        let domain = try row.domain()
        return SenderDomain(
            domain: domain, state: try row.choice(), policy: try row.choice(), keys: keys[domain] ?? [],
            control: ControlProof(
                token: try row.text(), method: try row.textOrNil().flatMap(ControlProof.Method.init(rawValue:)),
                provenAt: try row.dateOrNil()),
            createdAt: try row.date(), stateSince: try row.date(), changedAt: try row.date(),
            alignedBy: Set(try row.words().compactMap(SenderDomain.Alignment.init(rawValue:))),
            bouncesReady: try row.flag(), doubtedAt: try row.dateOrNil(),
            // What an older version wrote in another form is only the last look: the next check makes a new one.
            lastReport: try row.textOrNil().flatMap {
                try? JSONDecoder().decode(DomainReport.self, from: Data($0.utf8))
            },
            nextCheckAt: try row.date())
    }

    private static func readKey(_ row: inout RowReader) throws -> (domain: MailDomain, key: DomainKey) {
        let domain = try row.domain()
        let selector = try row.text()
        _ = try row.integer()
        let type = try row.textOrNil().flatMap(DomainKey.KeyType.init(rawValue:))
        let record = try row.textOrNil()
        let sealed = try row.dataOrNil()
        let phase: DomainKey.Phase = try row.choice()
        let target = try row.textOrNil().flatMap { DNSName($0) }
        return (
            domain,
            DomainKey(
                selector: selector, type: type, publicRecord: record, sealedPrivateKey: sealed, phase: phase,
                publication: target.map { .cname(target: $0) } ?? .txt, origin: try row.choice(),
                createdAt: try row.date(), seenAt: try row.dateOrNil(), activatedAt: try row.dateOrNil(),
                retiringSince: try row.dateOrNil(), retiredAt: try row.dateOrNil(), goneAt: try row.dateOrNil(),
                isCompromised: try row.flag(), remindedAt: try row.dateOrNil())
        )
    }
}
