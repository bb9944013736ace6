import Deliveries
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing

@testable import RESTAPI

@Suite struct EventTests {
    @Test func eventsComeAsTheyHappenAndGoOnWhereAReaderWas() async throws {
        try await APIHouse.open(.live) { house, caller in
            let sent = try await caller.sent([("a", [1])])
            let other = try await caller.sent([("b", [1])])
            let port = try #require(caller.client.port)
            let authorization = try #require(caller.authorization)
            func listen(_ path: String, _ header: String = "", until text: String) async throws -> String {
                try await RawClient.talk(port: port, isEnough: { String(buffer: $0).contains(text) }) { connection in
                    try await connection.send(
                        "GET /api/v1\(path) HTTP/1.1\r\nHost: localhost\r\nAuthorization: \(authorization)\r\n"
                            + "\(header)\r\n")
                    // It happens while somebody listens.
                    if text == "event: withdrawn" { try await caller.call(.post, "/deliveries/\(sent.id)/withdraw") }
                }
            }
            let live = try await listen("/events?after=\(other.cursor)", until: "event: withdrawn")
            #expect(live.hasPrefix("HTTP/1.1 200") && live.lowercased().contains("content-type: text/event-stream"))
            #expect(!live.contains("event: sent"))
            #expect(live.contains(#""delivery":"\#(sent.id)""#))
            let all = try await listen("/events", "Last-Event-ID: 0\r\n", until: #""kind":"withdrawn""#)
            #expect(all.components(separatedBy: "event: sent").count == 3)
            let one = try await listen("/deliveries/\(sent.id)/events?after=0", until: #""kind":"withdrawn""#)
            #expect(!one.contains(other.id) && one.components(separatedBy: "event: sent").count == 2)
        }
    }
}
