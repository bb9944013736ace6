public import AsyncHTTPClient
public import Deliveries
public import Foundation
import NIOCore
import NIOHTTP1

/// Fetches access tokens for XOAUTH2 from the token endpoint that the administrator set (RFC 6749, 4.4 and 6).
///
/// A token is kept in memory until shortly before it ends. A refresh token that the endpoint replaces is stored anew,
/// sealed.
public actor AccessTokenSource {
    private struct Answer: Decodable {
        let access_token: String
        let expires_in: Int?
        let refresh_token: String?
    }
    private struct Refusal: Decodable {
        let error: String
    }
    private struct Known {
        let request: Request
        let token: String
        let endsAt: Date
    }
    /// What a token is asked for with.
    struct Request: Equatable, Sendable {
        var endpoint: String
        var fields: [String: String]

        /// Whether a token that was got by one serves for the other: a refresh token is replaced at each use.
        func isSame(as other: Request) -> Bool {
            func lasting(_ request: Request) -> [String: String] {
                request.fields.filter { $0.key != "refresh_token" }
            }
            return endpoint == other.endpoint && lasting(self) == lasting(other)
        }
    }

    private let settings: SettingsService
    private let now: @Sendable () -> Date
    private let post: @Sendable (_ url: String, _ form: String) async throws -> (status: Int, body: Data)
    private var known: Known?
    private var running: (request: Request, task: Task<Result<String, AccessTokenError>, Never>)?
    private var renewed: (used: String, fresh: String)?

    /// - Parameters:
    ///   - settings: where endpoint and secrets are.
    ///   - now: the clock.
    ///   - post: posts a form and returns status and body.
    public init(
        settings: SettingsService, now: @escaping @Sendable () -> Date,
        post: @escaping @Sendable (_ url: String, _ form: String) async throws -> (status: Int, body: Data)
    ) {
        self.settings = settings
        self.now = now
        self.post = post
    }

    /// A source that posts over HTTPS; bodies are bounded, redirects are not followed.
    public init(settings: SettingsService, client: HTTPClient, now: @escaping @Sendable () -> Date) {
        self.init(settings: settings, now: now) { url, form in
            var request = HTTPClientRequest(url: url)
            request.method = .POST
            request.headers.add(name: "content-type", value: "application/x-www-form-urlencoded")
            request.headers.add(name: "accept", value: "application/json")
            request.body = .bytes(ByteBuffer(string: form))
            let response = try await client.execute(request, timeout: .seconds(30))
            return (Int(response.status.code), Data(try await response.body.collect(upTo: 64 << 10).readableBytesView))
        }
    }

    /// An access token that is good for at least a minute.
    public func token() async throws(AccessTokenError) -> String {
        let request = try await request()
        await storeRenewed()
        if let known, known.request.isSame(as: request), known.endsAt > now().addingTimeInterval(60) {
            return known.token
        }
        // Callers that come together share one request: a refresh token may be good for one use only.
        if let running, running.request == request { return try await running.task.value.get() }
        // Every caller waits for it; cancelling one of them ends nothing.
        let task = Task { await self.renew(request) }
        running = (request, task)
        return try await task.value.get()
    }

    /// Forgets the token: the mail server did not accept it.
    public func forget() { known = nil }

    private func renew(_ first: Request) async -> Result<String, AccessTokenError> {
        let result: Result<String, AccessTokenError>
        do throws(AccessTokenError) {
            let (request, answer) = try await fetchOnceMore(first)
            known = Known(
                request: request, token: answer.access_token,
                endsAt: now().addingTimeInterval(Double(min(max(answer.expires_in ?? 3_600, 0), 86_400))))
            if let used = request.fields["refresh_token"], let fresh = answer.refresh_token, fresh != used {
                renewed = (used, fresh)
                await storeRenewed()
            }
            result = .success(answer.access_token)
        } catch {
            result = .failure(error)
        }
        running = nil
        return result
    }

    /// Another process may have used the same refresh token a moment ago, and stored the one that replaced it.
    private func fetchOnceMore(_ request: Request) async throws(AccessTokenError) -> (Request, Answer) {
        do throws(AccessTokenError) {
            return (request, try await fetch(request))
        } catch {
            guard let newer = try? await self.request(), newer != request, newer.isSame(as: request) else {
                throw error
            }
            return (newer, try await fetch(newer))
        }
    }

    /// Stores a refresh token that replaces the one in the settings; what cannot be stored now is used from memory and
    /// stored later. One that an administrator set meanwhile stays.
    private func storeRenewed() async {
        guard let (used, fresh) = renewed else { return }
        do {
            if try await settings.secret(.smtpOAuthRefreshToken) == used {
                try await settings.set([SettingKey.smtpOAuthRefreshToken.name: fresh], by: nil)
            }
            if renewed?.fresh == fresh { renewed = nil }
        } catch {
            // The next call tries again.
        }
    }

    private func request() async throws(AccessTokenError) -> Request {
        do {
            let current = try await settings.current()
            var fields = ["client_id": current.text(.smtpOAuthClientID)]
            if let secret = try await settings.secret(.smtpOAuthClientSecret) { fields["client_secret"] = secret }
            let scope = current.text(.smtpOAuthScope)
            if !scope.isEmpty { fields["scope"] = scope }
            if current.text(.smtpOAuthGrant) == "refresh-token" {
                guard let refresh = try await settings.secret(.smtpOAuthRefreshToken) else {
                    throw AccessTokenError("No refresh token is set.")
                }
                fields["grant_type"] = "refresh_token"
                fields["refresh_token"] = renewed?.used == refresh ? renewed?.fresh : refresh
            } else {
                fields["grant_type"] = "client_credentials"
            }
            let endpoint = current.text(.smtpOAuthTokenEndpoint)
            guard Self.isProtected(endpoint) else {
                throw AccessTokenError("The token endpoint must be an https address.")
            }
            return Request(endpoint: endpoint, fields: fields)
        } catch let error as AccessTokenError {
            throw error
        } catch {
            throw AccessTokenError("The settings of the token endpoint could not be read.")
        }
    }

    private func fetch(_ request: Request) async throws(AccessTokenError) -> Answer {
        let form = request.fields.sorted { $0.key < $1.key }
            .map { "\(Self.encoded($0.key))=\(Self.encoded($0.value))" }.joined(separator: "&")
        let status: Int
        let body: Data
        do {
            (status, body) = try await post(request.endpoint, form)
        } catch {
            throw AccessTokenError("The token endpoint cannot be reached.")
        }
        guard status == 200 else {
            // RFC 6749, 5.2
            let code = (try? JSONDecoder().decode(Refusal.self, from: body))?.error.filter { character in
                character.isASCII && (character.isLetter || character == "_")
            }
            let why = code.map { $0.isEmpty ? "" : " (\($0.prefix(60)))" } ?? ""
            throw AccessTokenError("The token endpoint answered \(status)\(why).")
        }
        guard let answer = try? JSONDecoder().decode(Answer.self, from: body), !answer.access_token.isEmpty else {
            throw AccessTokenError("The token endpoint's answer holds no access token.")
        }
        return answer
    }

    /// Whether secrets may go there: over TLS, or within this machine.
    private static func isProtected(_ endpoint: String) -> Bool {
        guard let url = URL(string: endpoint), let host = url.host else { return false }
        return url.scheme == "https" || ["127.0.0.1", "localhost", "[::1]", "::1"].contains(host)
    }

    private static func encoded(_ text: String) -> String {
        let plain = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~".utf8)
        return text.utf8.map { byte in
            plain.contains(byte)
                ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }.joined()
    }
}

/// Why there is no access token; a sentence that can be shown.
public struct AccessTokenError: Error, Equatable, Sendable {
    /// The sentence.
    public let text: String

    init(_ text: String) { self.text = text }
}
