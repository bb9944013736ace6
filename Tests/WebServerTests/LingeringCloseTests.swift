import NIOCore
import NIOEmbedded
import Testing

@testable import WebServer

@Suite struct LingeringCloseTests {
    private func connection() throws -> EmbeddedChannel {
        let channel = EmbeddedChannel(handler: LingeringClose())
        try channel.connect(to: SocketAddress(ipAddress: "203.0.113.9", port: 1_025)).wait()
        return channel
    }

    @Test func whoSendsNothingMoreIsClosedSoon() throws {
        let channel = try connection()
        channel.embeddedEventLoop.advanceTime(by: .seconds(2))
        #expect(channel.isActive)
        channel.embeddedEventLoop.advanceTime(by: .seconds(2))
        #expect(!channel.isActive)
    }

    @Test func whoIsStillSendingIsHeardForHalfAMinute() throws {
        let channel = try connection()
        for _ in 0..<14 {
            channel.embeddedEventLoop.advanceTime(by: .seconds(2))
            #expect(channel.isActive)
            try channel.writeInbound(ByteBuffer(string: "x"))
            #expect(try channel.readInbound(as: ByteBuffer.self) == ByteBuffer(string: "x"))
        }
        channel.embeddedEventLoop.advanceTime(by: .seconds(3))
        #expect(!channel.isActive)
    }

    @Test func whoSendsWithoutEndIsCut() throws {
        let channel = try connection()
        let piece = ByteBuffer(repeating: 0, count: 1 << 24)
        for _ in 0..<64 {
            try channel.writeInbound(piece)
            #expect(channel.isActive)
        }
        try channel.writeInbound(ByteBuffer(string: "x"))
        channel.embeddedEventLoop.run()
        #expect(!channel.isActive)
    }

    @Test func aClosedConnectionIsForgotten() throws {
        let channel = try connection()
        try channel.close().wait()
        channel.embeddedEventLoop.advanceTime(by: .seconds(60))
        #expect(!channel.isActive)
    }
}
