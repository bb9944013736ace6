import Deliveries
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Localization
import Logging
import NIOCore
import Secrets
import TestDatabases
import Testing
import WebServer

@testable import Composition

/// A whole installation with one account for each role and one without any.
struct RightsHouse {
    /// Somebody who asks: with a browser, or with a program.
    struct Person: Sendable {
        let role: Role?
        let account: Account
        let cookie: String
        let token: String
    }

    /// What became of a request, as far as rights go.
    enum Verdict: Equatable {
        case letIn, refused, signIn
        /// Let in, and refused because no page of ours sent it.
        case unproven
    }

    static let password = "Vier Pferde im Regen"
    static let roles: [Role?] = [nil] + Role.allCases

    let installation: Installation
    let people: [Person]
    let client: any TestClientProtocol

    /// The routes as `METHOD /path/{parameter}`.
    let routes: [String]

    /// Runs a test in a fresh house.
    static func with(_ body: @Sendable (RightsHouse) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "depesche-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let (values, place) = try await TestEngine.environment()
        defer { withExtendedLifetime(place) {} }
        let installation = try await Installation.open(
            Configuration(environment: values.merging(["DEPESCHE_DATA": folder.path]) { $1 }), logger: logger)
        let result: Result<Void, any Error>
        do {
            let people = try await people(of: installation)
            let router = try Doors(installation, hasOwnTLS: false, limit: ConnectionLimit()).router()
            let routes = router.routes.map { "\($0.method.rawValue) \($0.path.description)" }
            let application = Application(responder: router.buildResponder(), logger: logger)
            try await application.test(.router) { client in
                try await body(
                    RightsHouse(installation: installation, people: people, client: client, routes: routes))
            }
            result = .success(())
        } catch {
            result = .failure(error)
        }
        await installation.close()
        try result.get()
    }

    private static func people(of installation: Installation) async throws -> [Person] {
        var people: [Person] = []
        let origin = RequestOrigin(clientAddress: "198.51.100.7")
        for role in roles {
            let email = "\(role?.rawValue ?? "nobody")@kunde.example"
            let account = try await Users(installation.accounts).addDirectly(
                email: email, name: "Anna Muster", roles: role.map { [$0] } ?? [], password: password,
                language: .english)
            let signedIn = try await SignIn(installation.accounts).signIn(
                email: email, password: password, origin: origin)
            let scopes = APIToken.Scope.allCases.filter { scope in
                switch scope {
                case .read: true
                case .send: account.permits(.send)
                case .administer: account.permits(.seeAdministration)
                }
            }
            let token = try await APITokens(installation.accounts).create(
                account: account.id, name: "Probe", scopes: Set(scopes), origin: origin)
            people.append(Person(role: role, account: account, cookie: signedIn.cookie.text, token: token.text))
        }
        return people
    }

    func person(_ role: Role?) throws -> Person { try #require(people.first { $0.role == role }) }

    /// A token of somebody that reaches only so far.
    func token(of person: Person, _ scope: APIToken.Scope) async throws -> String {
        try await APITokens(installation.accounts).create(
            account: person.account.id, name: "Probe", scopes: [scope],
            origin: RequestOrigin(clientAddress: "198.51.100.7")
        ).text
    }

    /// Asks for a route with something that is not there in the place of its parameters.
    func ask(_ route: String, cookie: String? = nil, token: String? = nil) async throws -> Verdict {
        let parts = route.split(separator: " ")
        let method = try #require(HTTPRequest.Method(rawValue: String(parts[0])))
        let path = parts[1].split(separator: "/", omittingEmptySubsequences: false).map { part in
            part.first == "{" ? "fremd.example" : String(part)
        }.joined(separator: "/")
        var headers: HTTPFields = [.acceptLanguage: "en", .userAgent: "Probe"]
        if let cookie { headers[.cookie] = "depesche_session=\(cookie)" }
        if let token { headers[.authorization] = "Bearer \(token)" }
        return try await client.execute(uri: path, method: method, headers: headers, body: nil) { response in
            switch response.status {
            case .unauthorized: return .signIn
            case .forbidden:
                let body = String(buffer: response.body)
                return body.contains(path.hasPrefix("/api/") ? "\"csrf\"" : Localizer(.english)("page.error.stale"))
                    ? .unproven : .refused
            case .seeOther where response.headers[.location]?.hasPrefix("/sign-in") == true: return .signIn
            default: return .letIn
            }
        }
    }

    /// A page as somebody sees it who is signed in.
    func page(_ address: String, by person: Person) async throws -> (status: HTTPResponse.Status, html: String) {
        let headers: HTTPFields = [
            .cookie: "depesche_session=\(person.cookie)", .acceptLanguage: "en", .userAgent: "Probe",
        ]
        return try await client.execute(uri: address, method: .get, headers: headers) { response in
            (response.status, String(buffer: response.body))
        }
    }

    /// Sends a form as somebody does who opened a page of ours.
    func send(_ path: String, _ fields: String, by person: Person) async throws -> HTTPResponse.Status {
        let cookie: HTTPFields = [.cookie: "depesche_session=\(person.cookie)"]
        let page = try await client.execute(uri: "/account", method: .get, headers: cookie) {
            String(buffer: $0.body)
        }
        let start = try #require(page.range(of: "name=\"csrf\" value=\""))
        let proof = String(page[start.upperBound...].prefix { $0 != "\"" })
        var headers = cookie
        headers[.contentType] = "application/x-www-form-urlencoded"
        return try await client.execute(
            uri: path, method: .post, headers: headers, body: ByteBuffer(string: "csrf=\(proof)&\(fields)")
        ) { $0.status }
    }

    /// Calls the interface for programs.
    func call(_ method: HTTPRequest.Method, _ path: String, _ json: String, by person: Person) async throws
        -> HTTPResponse.Status
    {
        let headers: HTTPFields = [.authorization: "Bearer \(person.token)", .contentType: "application/json"]
        return try await client.execute(
            uri: "/api/v1\(path)", method: method, headers: headers, body: ByteBuffer(string: json)
        ) { $0.status }
    }

    func roles(of account: Account) async throws -> Set<Role> {
        try await Users(installation.accounts).account(account.id).roles
    }
}
