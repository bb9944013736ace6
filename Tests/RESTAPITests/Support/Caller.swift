import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing
import WebServer

@testable import RESTAPI

/// A program that calls the API. Each answer is compared with the description.
struct Caller: Sendable {
    let client: any TestClientProtocol
    var authorization: String?

    /// The same with another token.
    func with(_ token: String?) -> Caller {
        Caller(client: client, authorization: token.map { "Bearer \($0)" })
    }

    @discardableResult
    func call(
        _ method: HTTPRequest.Method, _ path: String, json: String? = nil, body: ByteBuffer? = nil,
        headers more: HTTPFields = [:]
    ) async throws -> TestResponse {
        var headers = more
        if let authorization { headers[.authorization] = authorization }
        if json != nil { headers[.contentType] = "application/json" }
        let response = try await client.executeRequest(
            uri: "/api/v1\(path)", method: method, headers: headers,
            body: json.map { ByteBuffer(string: $0) } ?? body ?? ByteBuffer())
        let mistakes = try Description.shared.mistakes(
            method, path, status: response.status.code, mediaType: response.headers[.contentType],
            body: Data(response.body.readableBytesView))
        #expect(mistakes.isEmpty)
        return response
    }

    /// The decoded answer.
    func ask<Model: Decodable>(
        _ method: HTTPRequest.Method, _ path: String, json: String? = nil, as: Model.Type = Model.self
    ) async throws -> Model {
        let response = try await call(method, path, json: json)
        guard (200..<300).contains(response.status.code) else {
            Issue.record("\(method) \(path): \(response.status) \(String(buffer: response.body))")
            throw CancellationError()
        }
        return try Self.decoded(response)
    }

    static func decoded<Model: Decodable>(_ response: TestResponse) throws -> Model {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        return try decoder.decode(Model.self, from: Data(response.body.readableBytesView))
    }

    /// The problem that a call is answered with.
    func problem(
        _ method: HTTPRequest.Method, _ path: String, json: String? = nil, body: ByteBuffer? = nil,
        headers: HTTPFields = [:]
    ) async throws -> Problem {
        let response = try await call(method, path, json: json, body: body, headers: headers)
        #expect(response.headers[.contentType] == "application/problem+json")
        let problem: Problem = try Self.decoded(response)
        #expect(problem.status == response.status.code)
        #expect(problem.type == "/problems/\(problem.code)")
        #expect(!problem.title.isEmpty && !problem.title.hasPrefix("error."))
        for field in problem.fields { #expect(!field.message.hasPrefix("error."), "\(field.reason)") }
        return problem
    }
}

extension Caller {
    /// A draft to two recipients.
    func draft(_ json: String? = nil) async throws -> DeliveryModel {
        try await ask(
            .post, "/deliveries",
            json: json
                ?? #"{"recipients":["Bernd <bernd@praxis.example>","clara@amt.example"],"subject":"Ihre Unterlagen"}"#)
    }

    func announce(_ draft: DeliveryModel, _ name: String, size: Int) async throws -> FileModel {
        try await ask(.post, "/deliveries/\(draft.id)/files", json: #"{"name":"\#(name)","size":\#(size)}"#)
    }

    /// Sends a chunk of a file with that content.
    @discardableResult
    func put(
        _ index: Int, of file: FileModel, _ content: [UInt8], headers: HTTPFields = [:]
    ) async throws -> TestResponse {
        let begin = min(content.count, index * file.chunkSize)
        let part = content[begin..<min(content.count, begin + file.chunkSize)]
        return try await call(
            .put, "/files/\(file.id)/chunks/\(index)", body: ByteBuffer(bytes: part), headers: headers)
    }

    /// Announces a file and sends all of it.
    @discardableResult
    func upload(_ content: [UInt8], as name: String, to draft: DeliveryModel) async throws -> FileModel {
        let file = try await announce(draft, name, size: content.count)
        for index in 0..<file.chunkCount { try await put(index, of: file, content) }
        return file
    }

    /// A delivery with files that was sent.
    func sent(_ files: [(name: String, content: [UInt8])]) async throws -> DeliveryModel {
        let draft = try await draft()
        for file in files { try await upload(file.content, as: file.name, to: draft) }
        return try await ask(.post, "/deliveries/\(draft.id)/send", json: #"{"message":"Guten Tag"}"#)
    }
}

/// Octets that differ from chunk to chunk.
func content(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
    var state = seed
    // A prime number, so that no chunk begins where another one did.
    let block = (0..<min(count, 65_521)).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return UInt8(truncatingIfNeeded: state >> 33)
    }
    var octets: [UInt8] = []
    octets.reserveCapacity(count)
    while octets.count < count { octets += block.prefix(count - octets.count) }
    return octets
}

/// The Content-Digest of octets.
func digest(_ octets: some Sequence<UInt8>) -> String {
    "sha-256=:\(Data(SHA256.hash(data: Data(octets))).base64EncodedString()):"
}
