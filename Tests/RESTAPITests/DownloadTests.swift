import Deliveries
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Synchronization
import Testing

@testable import RESTAPI

@Suite struct DownloadTests {
    private static let bytes = content(200_000)

    private func get(
        _ caller: Caller, _ path: String, _ cookie: String?, method: HTTPRequest.Method = .get,
        _ more: HTTPFields = [:]
    ) async throws -> TestResponse {
        var headers = more
        headers[.cookie] = cookie.map { "andere=1; \($0)" }
        return try await caller.client.executeRequest(uri: path, method: method, headers: headers, body: nil)
    }

    private func kinds(_ caller: Caller, _ delivery: DeliveryModel) async throws -> [String] {
        try await caller.ask(.get, "/deliveries/\(delivery.id)", as: DeliveryModel.self).events.map(\.kind)
    }

    @Test(arguments: [TestingSetup.router, .live]) func aWholeTransferIsAnAttachmentAndCounts(
        setup: TestingSetup
    ) async throws {
        try await APIHouse.open(setup) { house, caller in
            let sent = try await caller.sent([("Befund Müller.html", Self.bytes)])
            let (path, cookie) = try await house.grant(sent, file: sent.files[0])
            let response = try await get(caller, path, cookie)
            #expect(response.status == .ok && Array(response.body.readableBytesView) == Self.bytes)
            #expect(response.headers[.contentLength] == "200000")
            #expect(response.headers[.contentType] == "application/octet-stream")
            #expect(
                response.headers[.contentDisposition]
                    == "attachment; filename=\"Befund M_ller.html\"; filename*=UTF-8''Befund%20M%C3%BCller.html")
            #expect(response.headers[.contentSecurityPolicy] == "default-src 'none'; sandbox")
            #expect(response.headers[.xContentTypeOptions] == "nosniff")
            #expect(response.headers[.cacheControl] == "private, no-store")
            #expect(response.headers[.acceptRanges] == "bytes")
            // What comes after this request on the same connection is answered after the transfer was noted.
            #expect(try await kinds(caller, sent) == ["sent", "opened", "fetched", "all-fetched"])
            let now: DeliveryModel = try await caller.ask(.get, "/deliveries/\(sent.id)")
            #expect(now.recipients[0].fetched.map(\.file) == [sent.files[0].id])
        }
    }

    @Test func aHeadTellsAllAndCountsNothing() async throws {
        try await APIHouse.open { house, caller in
            let sent = try await caller.sent([("a.bin", Self.bytes)])
            let (path, cookie) = try await house.grant(sent, file: sent.files[0])
            let response = try await get(caller, path, cookie, method: .head)
            #expect(response.status == .ok && response.body.readableBytes == 0)
            #expect(response.headers[.contentLength] == "200000" && response.headers[.eTag] != nil)
            #expect(try await kinds(caller, sent) == ["sent", "opened"])
        }
    }

    @Test func partsAreServedAsTheStandardSays() async throws {
        try await APIHouse.open { house, caller in
            let sent = try await caller.sent([("a.bin", Self.bytes)])
            let (path, cookie) = try await house.grant(sent, file: sent.files[0])
            let tag = try #require(try await get(caller, path, cookie, method: .head).headers[.eTag])
            func part(_ range: String, _ condition: String? = nil) async throws -> TestResponse {
                var headers: HTTPFields = [.range: range]
                headers[.ifRange] = condition
                return try await get(caller, path, cookie, headers)
            }
            let middle = try await part("bytes=70000-129999")
            #expect(middle.status == .partialContent)
            #expect(middle.headers[.contentRange] == "bytes 70000-129999/200000")
            #expect(Array(middle.body.readableBytesView) == Array(Self.bytes[70_000..<130_000]))
            let end = try await part("bytes=-10", tag)
            #expect(end.status == .partialContent && Array(end.body.readableBytesView) == Self.bytes.suffix(10))
            #expect(try await kinds(caller, sent) == ["sent", "opened"])

            let outside = try await part("bytes=200000-")
            #expect(outside.status == .rangeNotSatisfiable)
            #expect(outside.headers[.contentRange] == "bytes */200000")
            #expect(try await part("bytes=200000-", tag).status == .rangeNotSatisfiable)
            let rest = try await part("bytes=130000-", tag)
            #expect(rest.status == .partialContent && rest.body.readableBytes == 70_000)
            let begin = try await part("bytes=0-69999")
            #expect(begin.body.readableBytes == 70_000)
            // All parts together make a whole.
            #expect(try await kinds(caller, sent) == ["sent", "opened", "fetched", "all-fetched"])

            // Of another version, or what is no single range: the whole file.
            for response in [
                try await part("bytes=5-9", "\"andere\""), try await part("bytes=200000-", "\"andere\""),
                try await part("bytes=0-1,5-6"), try await part("zeilen=1-2"), try await part("bytes=9-5"),
            ] {
                #expect(response.status == .ok && response.body.readableBytes == 200_000)
            }
        }
    }

    @Test func allFilesComeAsAnArchiveOfKnownLength() async throws {
        try await APIHouse.open(.live) { house, caller in
            let sent = try await caller.sent([("Ä.txt", [1, 2]), ("b.bin", Self.bytes)])
            let (path, cookie) = try await house.grant(sent, file: nil)
            let response = try await get(caller, path, cookie, [.range: "bytes=5-"])
            #expect(response.status == .ok && response.headers[.contentType] == "application/zip")
            #expect(response.headers[.contentLength] == "\(response.body.readableBytes)")
            #expect(response.headers[.acceptRanges] == "none")
            #expect(response.body.readableBytesView.starts(with: [0x50, 0x4B, 3, 4]))
            #expect(response.headers[.contentDisposition]?.contains("Ihre%20Unterlagen.zip") == true)
            #expect(try await kinds(caller, sent) == ["sent", "opened", "fetched", "fetched", "all-fetched"])
        }
    }

    @Test func anAddressIsForItsBrowserAndItsTime() async throws {
        try await APIHouse.open { house, caller in
            let sent = try await caller.sent([("a.bin", [1, 2, 3])])
            let (path, cookie) = try await house.grant(sent, file: sent.files[0])
            let (_, other) = try await house.grant(sent, file: sent.files[0])
            #expect(try await get(caller, path, nil).status == .notFound)
            #expect(try await get(caller, path, other).status == .notFound)
            #expect(try await get(caller, "/d/kaputt/a", cookie).status == .notFound)
            #expect(try await get(caller, "/d/\(String(repeating: "A", count: 22))/a", cookie).status == .notFound)
            house.pass(601)
            #expect(try await get(caller, path, cookie).status == .gone)
        }
    }

    @Test func aWithdrawnDeliveryIsGone() async throws {
        try await APIHouse.open { house, caller in
            let sent = try await caller.sent([("a.bin", [1, 2, 3])])
            let (path, cookie) = try await house.grant(sent, file: sent.files[0])
            try await caller.call(.post, "/deliveries/\(sent.id)/withdraw")
            #expect(try await get(caller, path, cookie).status == .gone)
        }
    }

    @Test func withdrawalCutsARunningTransfer() async throws {
        try await APIHouse.open(.live, settings: ["deliveries.chunk-size": "8388608"]) { house, caller in
            let bytes = content(24 << 20)
            let sent = try await caller.sent([("a.bin", bytes)])
            let (path, cookie) = try await house.grant(sent, file: sent.files[0])
            // The reader stops reading, so that the server waits; then the delivery is withdrawn.
            let slow = SlowReader()
            let count = try await slow.read(
                port: try #require(caller.client.port),
                request: "GET \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nCookie: \(cookie)\r\n\r\n"
            ) {
                try await caller.call(.post, "/deliveries/\(sent.id)/withdraw")
            }
            #expect(count > 0 && count < bytes.count)
            #expect(!(try await kinds(caller, sent)).contains("fetched"))
        }
    }

    @Test func whoHangsUpHasNotFetched() async throws {
        try await APIHouse.open(.live, settings: ["deliveries.chunk-size": "8388608"]) { house, caller in
            let bytes = content(24 << 20)
            let sent = try await caller.sent([("a.bin", bytes)])
            let (path, cookie) = try await house.grant(sent, file: sent.files[0])
            let slow = SlowReader()
            _ = try await slow.read(
                port: try #require(caller.client.port),
                request: "GET \(path) HTTP/1.1\r\nHost: localhost\r\nCookie: \(cookie)\r\n\r\n", hangsUp: true
            ) {}
            #expect(!(try await kinds(caller, sent)).contains("fetched"))
            // The rest can be fetched, and then it counts.
            let rest = try await get(caller, path, cookie)
            #expect(rest.body.readableBytes == bytes.count)
            #expect(try await kinds(caller, sent).suffix(2) == ["fetched", "all-fetched"])
        }
    }
}
