import Deliveries
import Foundation
import MailMessage

/// Accounts in SQL; their tokens are in an extension.
struct SQLAccountStore: AccountStore {
    let sql: any StatementRunner

    static let columns: Statement = """
        id, email, name, roles, state, language, password_hash, created_at, last_sign_in_at,
        totp_secret, totp_last_step, totp_confirmed, recovery_codes
        """

    static func read(_ row: inout RowReader) throws -> Account {
        var account = Account(
            id: try row.identifier(), email: try row.email(), name: try row.text(),
            roles: Set(try row.words().compactMap(Role.init(rawValue:))), state: try row.choice(),
            language: try row.language(), passwordHash: try row.textOrNil(),
            createdAt: try row.date(), lastSignInAt: try row.dateOrNil())
        if let secret = try row.dataOrNil() {
            account.secondFactor = Account.SecondFactor(
                sealedSecret: secret, lastStep: try row.integer(), isConfirmed: try row.flag(),
                recoveryCodeHashes: try row.words())
        }
        return account
    }

    func insert(_ account: Account) throws {
        let factor = account.secondFactor
        try sql.run(
            """
            INSERT INTO account (
                id, email, email_key, name, sort_name, search, is_administrator, roles, state, language, password_hash,
                totp_secret, totp_last_step, totp_confirmed, recovery_codes, created_at, last_sign_in_at
            ) VALUES (
                \(account.id), \(account.email.wireForm), \(Self.key(account)), \(account.name),
                \(SearchText.folded(account.name)), \(Self.search(account)), \(account.isAdministrator),
                \(Self.words(account.roles)), \(account.state), \(account.language), \(account.passwordHash),
                \(factor?.sealedSecret), \(factor?.lastStep), \(factor?.isConfirmed),
                \(factor?.recoveryCodeHashes.joinedWords), \(account.createdAt), \(account.lastSignInAt)
            )
            """)
    }

    func update(_ account: Account) throws {
        let factor = account.secondFactor
        try sql.run(
            """
            UPDATE account SET
                email = \(account.email.wireForm), email_key = \(Self.key(account)), name = \(account.name),
                sort_name = \(SearchText.folded(account.name)), search = \(Self.search(account)),
                is_administrator = \(account.isAdministrator), roles = \(Self.words(account.roles)),
                state = \(account.state),
                language = \(account.language), password_hash = \(account.passwordHash),
                totp_secret = \(factor?.sealedSecret), totp_last_step = \(factor?.lastStep),
                totp_confirmed = \(factor?.isConfirmed), recovery_codes = \(factor?.recoveryCodeHashes.joinedWords),
                last_sign_in_at = \(account.lastSignInAt)
            WHERE id = \(account.id)
            """)
    }

    private static func words(_ roles: Set<Role>) -> String { roles.map(\.rawValue).sorted().joinedWords }

    /// What is unique about an account: its address, which the next one may have once it is deleted. No address is without
    /// an @.
    private static func key(_ account: Account) -> String {
        account.state == .deleted ? "deleted:\(account.id)" : account.email.comparisonKey
    }

    private static func search(_ account: Account) -> String {
        SearchText.folded([account.name, account.email.wireForm, account.email.displayForm])
    }

    func account(_ id: AccountID) throws -> Account? {
        try sql.first("SELECT \(Self.columns) FROM account WHERE id = \(id)", Self.read)
    }

    func account(email: EmailAddress) throws -> Account? {
        try sql.first("SELECT \(Self.columns) FROM account WHERE email_key = \(email.comparisonKey)", Self.read)
    }

    func accounts(search: String, withDeleted: Bool, offset: Int, limit: Int) throws -> [Account] {
        try sql.all(
            """
            SELECT \(Self.columns) FROM account WHERE \(Self.matches(search, withDeleted: withDeleted))
            ORDER BY sort_name, email_key LIMIT \(limit) OFFSET \(offset)
            """, Self.read)
    }

    func accountCount(search: String) throws -> Int {
        Int(try sql.number("SELECT count(*) FROM account WHERE \(Self.matches(search, withDeleted: false))"))
    }

    private static func matches(_ search: String, withDeleted: Bool) -> Statement {
        let wanted: Statement =
            search.isEmpty ? "1 = 1" : "search LIKE \(SearchText.pattern(containing: search)) ESCAPE '\\'"
        return withDeleted ? wanted : "\(wanted) AND state <> \(Account.State.deleted)"
    }

    func administrators() throws -> [Account] {
        try sql.all(
            """
            SELECT \(Self.columns) FROM account WHERE is_administrator = 1 AND state = \(Account.State.active)
            ORDER BY sort_name, email_key
            """, Self.read)
    }

    func hasAdministrator() throws -> Bool {
        try sql.number("SELECT 1 FROM account WHERE is_administrator = 1 LIMIT 1") == 1
    }
}
