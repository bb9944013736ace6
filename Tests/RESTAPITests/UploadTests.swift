import Deliveries
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing
import WebServer

@testable import RESTAPI

@Suite struct UploadTests {
    @Test(arguments: 1...4) func chunksComeInAnyOrderInParallelAndTwice(seed: Int) async throws {
        try await APIHouse.open { house, caller in
            let draft = try await caller.draft()
            let bytes = content(65_536 * 5 + 17, seed: UInt64(seed))
            let file = try await caller.announce(draft, "a.bin", size: bytes.count)
            #expect(file.chunkCount == 6 && file.chunkSize == 65_536)
            var random = Seeded(state: UInt64(seed))
            let order = (Array(0..<6) + Array(0..<6)).shuffled(using: &random)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in order {
                    group.addTask {
                        let response = try await caller.put(index, of: file, bytes)
                        #expect(response.status == .ok)
                    }
                }
                try await group.waitForAll()
            }
            let status: UploadModel = try await caller.ask(.get, "/files/\(file.id)")
            #expect(status.complete && status.octets == Int64(bytes.count))
            #expect(status.received == [UploadModel.Span(from: 0, to: 6)])
            let sent: DeliveryModel = try await caller.ask(.post, "/deliveries/\(draft.id)/send")
            let (path, cookie) = try await house.grant(sent, file: sent.files[0])
            let fetched = try await caller.client.executeRequest(
                uri: path, method: .get, headers: [.cookie: cookie], body: nil)
            #expect(Array(fetched.body.readableBytesView) == bytes)
        }
    }

    @Test func theStatusTellsWhatIsMissing() async throws {
        try await APIHouse.open { _, caller in
            let draft = try await caller.draft()
            let bytes = content(65_536 * 4)
            let file = try await caller.announce(draft, "a.bin", size: bytes.count)
            for index in [3, 1] { try await caller.put(index, of: file, bytes) }
            let status: UploadModel = try await caller.ask(.get, "/files/\(file.id)")
            #expect(status.received.map { [$0.from, $0.to] } == [[1, 2], [3, 4]])
            #expect(!status.complete && status.octets == 131_072)
        }
    }

    @Test func everyChunkThatDoesNotFitIsRefusedWithItsReason() async throws {
        try await APIHouse.open { _, caller in
            let draft = try await caller.draft()
            let bytes = content(100_000)
            let file = try await caller.announce(draft, "a.bin", size: bytes.count)
            let path = "/files/\(file.id)/chunks"
            func refused(_ number: String, _ body: [UInt8], _ headers: HTTPFields = [:]) async throws -> String {
                try await caller.problem(
                    .put, "\(path)/\(number)", body: ByteBuffer(bytes: body), headers: headers
                ).code
            }
            let first = Array(bytes[..<65_536])
            #expect(try await refused("2", first) == "chunk-out-of-range")
            #expect(try await refused("-1", first) == "chunk-out-of-range")
            #expect(try await refused("eins", first) == "chunk-out-of-range")
            #expect(try await refused("99999999999999999999", first) == "chunk-out-of-range")
            #expect(try await refused("0", Array(first.dropLast())) == "size-mismatch")
            #expect(try await refused("0", first + [0]) == "size-mismatch")
            #expect(try await refused("1", first) == "size-mismatch")
            #expect(try await refused("0", first, [.contentDigest: digest([1])]) == "checksum-mismatch")
            #expect(try await refused("0", first, [.contentDigest: "sha-256=:kaputt:"]) == "invalid")
            let status: UploadModel = try await caller.ask(.get, "/files/\(file.id)")
            #expect(status.received.isEmpty)

            let stored = try await caller.put(0, of: file, bytes, headers: [.contentDigest: digest(first)])
            #expect(stored.status == .ok)
            var other = first
            other[7] ^= 1
            #expect(try await refused("0", other) == "chunk-differs")
            #expect(try await refused("0", first, [.contentDigest: digest([1])]) == "checksum-mismatch")
            let again = try Caller.decoded(try await caller.put(0, of: file, bytes)) as Node
            #expect(again["isNew"] == .bool(false) && again["fileComplete"] == .bool(false))
            let last = try Caller.decoded(try await caller.put(1, of: file, bytes)) as Node
            #expect(last["isNew"] == .bool(true) && last["fileComplete"] == .bool(true))
        }
    }

    @Test func aFileOfSomebodyElseIsNotFound() async throws {
        try await APIHouse.open { house, caller in
            let draft = try await caller.draft()
            let file = try await caller.announce(draft, "a.bin", size: 3)
            let stranger = caller.with(try await house.token(email: "fremd@kunde.example"))
            let put = try await stranger.problem(
                .put, "/files/\(file.id)/chunks/0", body: ByteBuffer(bytes: [1, 2, 3]))
            #expect(put.code == "not-found" && put.status == 404)
            #expect(try await stranger.problem(.get, "/files/\(file.id)").code == "not-found")
            #expect(try await stranger.problem(.delete, "/files/\(file.id)").code == "not-found")
            let announced = try await stranger.problem(
                .post, "/deliveries/\(draft.id)/files", json: #"{"name":"b","size":1}"#)
            #expect(announced.code == "not-found")
            #expect(try await caller.problem(.get, "/files/%2e%2e%2fsecret").code == "not-found")
        }
    }

    @Test func limitsAreToldWithTheirField() async throws {
        let limits = [
            "deliveries.largest-file": "1000", "deliveries.largest-delivery": "1500", "deliveries.most-files": "2",
        ]
        try await APIHouse.open(settings: limits) { _, caller in
            let draft = try await caller.draft()
            func refused(_ json: String) async throws -> Problem {
                try await caller.problem(.post, "/deliveries/\(draft.id)/files", json: json)
            }
            #expect(try await refused(#"{"name":"a","size":-1}"#).fields.map(\.field) == ["size"])
            let large = try await refused(#"{"name":"a","size":1001}"#)
            #expect(large.code == "too-large" && large.fields.map(\.field) == ["size"])
            _ = try await caller.announce(draft, "a", size: 1000)
            #expect(try await refused(#"{"name":"b","size":501}"#).fields.map(\.field) == ["files"])
            _ = try await caller.announce(draft, "b", size: 500)
            #expect(try await refused(#"{"name":"c","size":0}"#).code == "too-many")
        }
    }

    @Test func namesComeOutCleanAndToldApart() async throws {
        try await APIHouse.open { _, caller in
            let draft = try await caller.draft()
            let names = [#"../../etc/passwd"#, #"C:\\Users\\a\\passwd"#, #"a\u202Egpj.exe"#, #"Grüße \u0007.txt"#]
            for name in names { _ = try await caller.announce(draft, name, size: 1) }
            let kept: DeliveryModel = try await caller.ask(.get, "/deliveries/\(draft.id)")
            let clean = kept.files.map(\.name)
            #expect(clean[0] == "passwd" && clean[1] != "passwd" && Set(clean).count == 4)
            #expect(clean.allSatisfy { !$0.contains("/") && !$0.contains("\\") && !$0.contains("\u{202E}") })
        }
    }

    @Test func aBodyWithoutEndIsCut() async throws {
        try await APIHouse.open(.live) { house, caller in
            let draft = try await caller.draft()
            let file = try await caller.announce(draft, "a.bin", size: 10)
            let piece = String(repeating: "x", count: 4096)
            let head = try Self.head("/files/\(file.id)/chunks/0", caller, "Transfer-Encoding: chunked")
            let answer = try await RawClient.talk(port: try #require(caller.client.port)) { connection in
                try await connection.send(head)
                // Far more than all buffers on the way hold: only a cut ends it.
                for _ in 0..<16_384 { try await connection.send("1000\r\n\(piece)\r\n") }
            }
            #expect(answer.hasPrefix("HTTP/1.1 422") && answer.contains("size-mismatch"))
            let status: UploadModel = try await caller.ask(.get, "/files/\(file.id)")
            #expect(status.received.isEmpty)
        }
    }

    @Test func anAnnouncedBodyBeyondAllLimitsIsCutBeforeItIsRead() async throws {
        try await APIHouse.open(.live) { house, caller in
            let draft = try await caller.draft()
            let file = try await caller.announce(draft, "a.bin", size: 10)
            let head = try Self.head("/files/\(file.id)/chunks/0", caller, "Content-Length: 100000000000")
            let answer = try await RawClient.talk(port: try #require(caller.client.port)) { try await $0.send(head) }
            #expect(answer.hasPrefix("HTTP/1.1 413") && answer.contains("too-large"))
        }
    }

    @Test func anUploadThatComesDropByDropIsGivenUp() async throws {
        let pace = HastyClock()
        try await APIHouse.open(.live, pace: pace) { house, caller in
            let draft = try await caller.draft(nil)
            let file = try await caller.announce(draft, "a.bin", size: 10)
            let head = try Self.head("/files/\(file.id)/chunks/0", caller, "Content-Length: 10")
            let answer = try await RawClient.talk(port: try #require(caller.client.port)) {
                try await $0.send(head + "ab")
                pace.hurry()
            }
            #expect(answer.hasPrefix("HTTP/1.1 408") && answer.contains("too-slow"))
            let status: UploadModel = try await caller.ask(.get, "/files/\(file.id)")
            #expect(status.received.isEmpty)
        }
    }

    private static func head(_ path: String, _ caller: Caller, _ framing: String) throws -> String {
        "PUT /api/v1\(path) HTTP/1.1\r\nHost: localhost\r\nAuthorization: \(try #require(caller.authorization))\r\n"
            + "Content-Type: application/octet-stream\r\n\(framing)\r\n\r\n"
    }
}

/// A generator that gives the same numbers each time.
struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ (state >> 31)
    }
}
