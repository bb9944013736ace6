import Deliveries
import FileVault
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Localization
import Logging
import MailMessage
import NIOCore
import Secrets
import SenderDomains
import Storage
import Synchronization
import TestDatabases
import Testing
import WebServer

@testable import WebUI

/// All pages before a real database in a temporary folder.
struct PageHouse: Sendable {
    static let password = "Vier Pferde im Regen"

    let parts: AccountParts
    private let deliveries: DeliveryParts
    let keys: KeyRing
    let random: any RandomSource

    /// Runs a test in a fresh house.
    static func with(_ body: @Sendable (PageHouse, any TestClientProtocol) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("depesche-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let database = try await TestEngine.open(folder: folder)
        let result: Result<Void, any Error>
        do {
            let house = try await PageHouse(folder: folder, database: database)
            try await house.application().test(.router) { try await body(house, $0) }
            result = .success(())
        } catch {
            result = .failure(error)
        }
        try await database.close()
        try result.get()
    }

    private init(folder: URL, database: any StoredDatabase) async throws {
        random = SeededRandomSource(seed: 11)
        keys = KeyRing(ephemeral: random)
        let now: @Sendable () -> Date = { Date(timeIntervalSince1970: 1_795_439_100) }
        parts = AccountParts(
            database: database, keys: keys, hasher: PasswordHasher(cost: .cheap),
            settings: try SettingsService(database: database, keys: keys, now: now),
            notifications: SystemNotifications(MailComposer(keys: keys, random: random)), random: random, now: now,
            mailQueued: {}, log: Logger(label: "test"))
        let vault = try await DiskVault(
            path: folder.appendingPathComponent("files").path,
            settings: DiskVault.Settings(threads: 1, synchronizingThreads: 1), random: random, logger: parts.log)
        deliveries = DeliveryParts(
            database: database, vault: vault, keys: keys, hasher: parts.hasher, settings: parts.settings,
            composer: MailComposer(keys: keys, random: random), random: random, now: now, changes: ChangeHint(),
            mailQueued: {}, log: parts.log)
    }

    /// A sender domain in order.
    func addVerifiedDomain(_ name: String) async throws {
        let domain = try MailDomain(parsing: name)
        let now = parts.now()
        try await parts.database.write { transaction in
            let added = SenderDomain(domain: domain, controlToken: "abc", now: now)
            try transaction.senderDomains.insert(
                SenderDomain(
                    domain: domain, state: .verified, policy: added.policy, keys: [], control: added.control,
                    createdAt: now, stateSince: now, changedAt: now, alignedBy: [], bouncesReady: false,
                    doubtedAt: nil, lastReport: nil, nextCheckAt: now))
        }
    }

    private func application() throws -> some ApplicationProtocol {
        let router = Router(context: WebContext.self)
        let pages = try WebUI(
            accounts: parts, deliveries: deliveries, traces: AccessTraces(database: parts.database),
            csrf: CSRFProtection(keyRing: keys, random: random),
            resources: TemplateCheck.folder.deletingLastPathComponent())
        router.add(middleware: ErrorMiddleware { await pages.errorPage($0, $1, $2) })
        let parts = parts
        router.add(middleware: FrontMiddleware(hasOwnTLS: false) { try await parts.settings.current() })
        router.add(
            middleware: SessionMiddleware(
                session: { try await SignIn(parts).resume(cookie: $0) },
                bearer: { try await APITokens(parts).authenticate($0) }))
        pages.add(to: router)
        return Application(responder: router.buildResponder())
    }
}

/// A browser: keeps cookies, fills in forms, follows redirects when told.
final class PageReader: Sendable {
    struct Answer: Sendable {
        let status: HTTPResponse.Status
        let headers: HTTPFields
        let text: String

        var location: String? { headers[.location] }

        /// The proof in the page's forms.
        var proof: String? { value(after: "name=\"csrf\" value=\"") }

        func value(after mark: String) -> String? {
            guard let start = text.range(of: mark) else { return nil }
            return String(text[start.upperBound...].prefix { $0 != "\"" })
        }
    }

    private let client: any TestClientProtocol
    private let cookies = Mutex<[String: String]>([:])

    init(_ client: any TestClientProtocol) { self.client = client }

    func get(_ path: String) async throws -> Answer { try await send(.get, path, form: nil) }

    /// Opens a page and sends the form on it.
    func submit(_ path: String, to action: String? = nil, _ fields: [String: String]) async throws -> Answer {
        let page = try await get(path)
        var fields = fields
        let proof = try #require(page.proof, "no form on \(path)")
        fields["csrf"] = proof
        return try await send(.post, action ?? path, form: fields)
    }

    /// A part of a form with files: a field, or a file where it has a name.
    struct Part: Sendable {
        let name: String
        var file: String?
        let content: String

        init(_ name: String, _ content: String, file: String? = nil) {
            self.name = name
            self.file = file
            self.content = content
        }
    }

    /// Opens a page and sends the form on it with these parts in this order, behind the proof.
    func upload(
        _ path: String, to action: String? = nil, _ parts: [Part], proofLast: Bool = false, isCut: Bool = false
    ) async throws -> Answer {
        let page = try await get(path)
        let proof = Part("csrf", try #require(page.proof, "no form on \(path)"))
        let body = (proofLast ? parts + [proof] : [proof] + parts).map { part in
            let file = part.file.map { "; filename=\"\($0)\"\r\nContent-Type: text/plain" } ?? ""
            return "--grenze\r\nContent-Disposition: form-data; name=\"\(part.name)\"\(file)\r\n\r\n\(part.content)\r\n"
        }
        return try await send(
            .post, action ?? path, type: "multipart/form-data; boundary=grenze",
            body: ByteBuffer(string: body.joined() + (isCut ? "" : "--grenze--\r\n")))
    }

    func send(_ method: HTTPRequest.Method, _ path: String, form: [String: String]?) async throws -> Answer {
        var body: ByteBuffer?
        if let form {
            let allowed = CharacterSet.alphanumerics
            let pairs = form.map { pair in
                [pair.key, pair.value].map { $0.addingPercentEncoding(withAllowedCharacters: allowed) ?? "" }
                    .joined(separator: "=")
            }
            body = ByteBuffer(string: pairs.joined(separator: "&"))
        }
        return try await send(method, path, type: "application/x-www-form-urlencoded", body: body)
    }

    /// Sends a form that is encoded already.
    func send(_ method: HTTPRequest.Method, _ path: String, encoded: String) async throws -> Answer {
        try await send(method, path, type: "application/x-www-form-urlencoded", body: ByteBuffer(string: encoded))
    }

    private func send(
        _ method: HTTPRequest.Method, _ path: String, type: String, body: ByteBuffer?
    ) async throws -> Answer {
        var headers: HTTPFields = [.acceptLanguage: "de"]
        let kept = cookies.withLock { $0.map { "\($0.key)=\($0.value)" }.joined(separator: "; ") }
        if !kept.isEmpty { headers[.cookie] = kept }
        if body != nil { headers[.contentType] = type }
        return try await client.execute(uri: path, method: method, headers: headers, body: body) { response in
            self.cookies.withLock { kept in
                for cookie in response.headers[values: .setCookie] {
                    let pair = cookie.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1).map(String.init)
                    kept[pair[0]] = pair.count == 2 ? pair[1] : nil
                }
            }
            return Answer(
                status: response.status, headers: response.headers, text: String(buffer: response.body))
        }
    }
}
