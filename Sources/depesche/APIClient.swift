import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// Talks to `/api/v1` of a server.
struct APIClient: Sendable {
    private struct Problem: Decodable {
        struct Field: Decodable {
            let field: String
            let message: String
        }
        let title: String
        let fields: [Field]?
    }

    /// The server and who asks, for telling stopped runs apart.
    var identity: String { base }

    private let base: String
    private let token: String
    private let client: HTTPClient

    init(server: String, token: String) {
        base = (server.hasSuffix("/") ? String(server.dropLast()) : server) + "/api/v1"
        self.token = token
        var configuration = HTTPClient.Configuration()
        // `send` counts the tries itself; the client would wait ten seconds more at each for a server that refuses.
        configuration.connectionPool.retryConnectionEstablishment = false
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    func close() async throws { try await client.shutdown() }

    /// Sends a request and decodes its JSON answer.
    func json<Answer: Decodable>(
        _ method: HTTPMethod, _ path: String, body: (some Encodable)? = String?.none, as: Answer.Type = Answer.self
    ) async throws -> Answer {
        let data = try await self.data(method, path, body: body)
        return try JSONDecoder().decode(Answer.self, from: data)
    }

    /// Sends a request and returns its answer as it came.
    func data(
        _ method: HTTPMethod, _ path: String, body: (some Encodable)? = String?.none
    ) async throws -> Data {
        try await send(
            method, path, type: "application/json", body: body.map { [UInt8](try JSONEncoder().encode($0)) },
            headers: [:])
    }

    /// Sends octets.
    func put(_ path: String, octets: [UInt8], headers: [String: String]) async throws {
        _ = try await send(.PUT, path, type: "application/octet-stream", body: octets, headers: headers)
    }

    /// Tries five times where trying again can help: lost connections, a busy or restarting server.
    private func send(
        _ method: HTTPMethod, _ path: String, type: String, body: [UInt8]?, headers: [String: String]
    ) async throws -> Data {
        var attempt = 0
        while true {
            attempt += 1
            do {
                return try await sendOnce(method, path, type: type, body: body, headers: headers)
            } catch let error as SendError where error.exitCode == 3 && attempt < 5 {
                try await Task.sleep(for: .milliseconds(250 << attempt))
            }
        }
    }

    private func sendOnce(
        _ method: HTTPMethod, _ path: String, type: String, body: [UInt8]?, headers: [String: String]
    ) async throws -> Data {
        var request = HTTPClientRequest(url: base + path)
        request.method = method
        request.headers.add(name: "authorization", value: "Bearer \(token)")
        request.headers.add(name: "accept", value: "application/json")
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if let body {
            request.headers.add(name: "content-type", value: type)
            request.body = .bytes(body)
        }
        let response: HTTPClientResponse
        let answer: Data
        do {
            response = try await client.execute(request, timeout: .minutes(5))
            answer = Data(try await response.body.collect(upTo: 16 << 20).readableBytesView)
        } catch {
            throw SendError("The server cannot be reached: \(error)")
        }
        if (200..<300).contains(response.status.code) { return answer }
        let isTemporary = response.status.code >= 500 || response.status.code == 429
        guard let problem = try? JSONDecoder().decode(Problem.self, from: answer) else {
            throw SendError("The server answered \(response.status.code).", exitCode: isTemporary ? 3 : 1)
        }
        let fields = (problem.fields ?? []).map { "\n  \($0.field): \($0.message)" }.joined()
        throw SendError(problem.title + fields, exitCode: isTemporary ? 3 : 1)
    }
}
