public import Deliveries
import Foundation
import IMAP
import IMAPTransport
import SMTPTransport

/// The mailbox that the administrator named, over IMAP. Each opening is a connection of its own.
public struct IMAPBounceMailbox: BounceMailbox {
    private static let headerOctets = 65_536
    private static let mailOctets = 2 << 20

    private let settings: SettingsService
    private let accessTokens: AccessTokenSource
    private let trustFile: String?

    /// - Parameters:
    ///   - settings: where host, folder and sign-in are set.
    ///   - accessTokens: for XOAUTH2.
    ///   - trustFile: more trusted authorities of the installation, PEM.
    public init(settings: SettingsService, accessTokens: AccessTokenSource, trustFile: String? = nil) {
        self.settings = settings
        self.accessTokens = accessTokens
        self.trustFile = trustFile
    }

    /// Opens the folder for a while.
    ///
    /// - Throws: `IMAPFailure`; what `body` throws.
    public func open<Result: Sendable>(
        _ body: @Sendable (any OpenBounceMailbox) async throws -> Result
    ) async throws -> Result {
        let current = try await settings.current()
        let connection = try await connect(current)
        do {
            let result = try await body(try await folder(connection, current))
            await connection.logOut()
            return result
        } catch {
            await connection.logOut()
            throw error
        }
    }

    /// Connects and signs in.
    func connect(_ current: Settings) async throws -> IMAPConnection {
        try await IMAPConnection.connect(try await configuration(current))
    }

    /// Opens the folder that is set.
    func folder(_ connection: IMAPConnection, _ current: Settings) async throws(IMAPFailure) -> OpenIMAPFolder {
        guard let name = IMAPFolderName(current.text(.bounceIMAPFolder)) else {
            throw IMAPFailure(.command, .configuration, "The folder's name cannot be used.")
        }
        let answer = try await connection.perform(.select(name))
        return OpenIMAPFolder(
            connection: connection, capabilities: await connection.capabilities,
            uidValidity: answer.number("UIDVALIDITY") ?? 0, nextUID: answer.number("UIDNEXT") ?? .max,
            headerOctets: Self.headerOctets, mailOctets: Self.mailOctets)
    }

    private func configuration(_ current: Settings) async throws -> IMAPConnectionConfiguration {
        let security: IMAPClientSession.Security =
            switch current.text(.bounceIMAPSecurity) {
            case "none": .none
            case "starttls": .startTLS
            default: .tls
            }
        let user = current.text(.bounceIMAPUser)
        let credentials: IMAPCredentials?
        if current.text(.bounceIMAPAuthentication) == "xoauth2" {
            do throws(AccessTokenError) {
                credentials = .xoauth2(user: user, accessToken: try await accessTokens.token())
            } catch {
                throw IMAPFailure(.authentication, .configuration, error.text)
            }
        } else {
            credentials = .password(user: user, password: try await settings.secret(.bounceIMAPPassword) ?? "")
        }
        guard let credentials else {
            throw IMAPFailure(
                .authentication, .configuration, "User name or password have characters that cannot be sent.")
        }
        let own = current.text(.smtpCACertificates)
        let trust: SMTPConnectionConfiguration.TrustRoots =
            own.isEmpty ? trustFile.map { .systemAnd(.file($0)) } ?? .system : .systemAnd(.pem(Array(own.utf8)))
        // A month of mail may be many numbers on one line.
        var limits = IMAPResponseParser.Limits()
        limits.lineOctets = 1 << 20
        limits.tokens = 200_000
        return IMAPConnectionConfiguration(
            host: current.text(.bounceIMAPHost), port: current.integer(.bounceIMAPPort),
            session: .init(
                security: security, credentials: credentials, allowsCleartextAuthentication: security == .none),
            trust: trust, limits: limits)
    }
}

/// A folder of an IMAP server, open.
struct OpenIMAPFolder: OpenBounceMailbox {
    let connection: IMAPConnection
    let capabilities: Set<String>
    let uidValidity: UInt32
    let nextUID: UInt32
    let headerOctets: Int
    let mailOctets: Int

    func uids(in range: ClosedRange<UInt32>, since: Date) async throws -> [UInt32] {
        try await search(range, since: since, text: nil)
    }

    /// The numbers of mails that have a text somewhere.
    func uids(saying text: String?, since: Date) async throws -> [UInt32] {
        guard nextUID > 1 else { return [] }
        return try await search(1...(nextUID - 1), since: since, text: text)
    }

    private func search(_ range: ClosedRange<UInt32>, since: Date, text: String?) async throws -> [UInt32] {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let day = calendar.dateComponents([.year, .month, .day], from: since)
        let since = IMAPDay(year: day.year ?? 0, month: day.month ?? 0, day: day.day ?? 0)
        let answer = try await connection.perform(.search(range, since: since, text: text))
        return answer.found.filter { range.contains($0) }
    }

    func header(of uid: UInt32) async throws -> [UInt8]? {
        try await connection.perform(.fetchHeader(uid, mostOctets: headerOctets)).mail(uid)?.octets
    }

    func mail(_ uid: UInt32) async throws -> [UInt8]? {
        try await connection.perform(.fetch(uid, mostOctets: mailOctets)).mail(uid)?.octets
    }

    func dispose(of uid: UInt32, _ disposal: BounceDisposal) async throws {
        switch disposal {
        case .leave: break
        case .markRead: _ = try await connection.perform(.add(.seen, to: uid))
        case .flag: _ = try await connection.perform(.add(.flagged, to: uid))
        case .delete: try await remove(uid)
        case .move(let folder):
            guard let name = IMAPFolderName(folder) else {
                throw IMAPFailure(.command, .configuration, "The folder's name cannot be used.")
            }
            try await move(uid, to: name)
        }
    }

    private func move(_ uid: UInt32, to folder: IMAPFolderName) async throws {
        do {
            try await moveOnce(uid, to: folder)
        } catch let failure as IMAPFailure where failure.kind == .refused {
            // RFC 9051, 7.1: TRYCREATE. A server that has the folder refuses to make it, and the second move tells why.
            _ = try? await connection.perform(.create(folder))
            try await moveOnce(uid, to: folder)
        }
    }

    private func moveOnce(_ uid: UInt32, to folder: IMAPFolderName) async throws {
        if capabilities.contains("MOVE") {
            _ = try await connection.perform(.move(uid, to: folder))
        } else {
            _ = try await connection.perform(.copy(uid, to: folder))
            try await remove(uid)
        }
    }

    /// Marks a mail as deleted. Only where this one can be named is it taken away at once (RFC 4315): EXPUNGE by itself
    /// would take others' marked mails too; they go when a mail program tidies up.
    private func remove(_ uid: UInt32) async throws {
        _ = try await connection.perform(.add(.deleted, to: uid))
        if capabilities.contains("UIDPLUS") { _ = try await connection.perform(.expunge(uid)) }
    }
}
