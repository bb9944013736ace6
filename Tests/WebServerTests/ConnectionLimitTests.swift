import Deliveries
import NIOCore
import NIOEmbedded
import Testing

@testable import WebServer

@Suite struct ConnectionLimitTests {
    @Test func anAddressHoldsOnlySoManyAndGetsThemBack() {
        let limit = ConnectionLimit(most: 2)
        #expect(limit.enter("203.0.113.9") && limit.enter("203.0.113.9"))
        #expect(!limit.enter("203.0.113.9"))
        #expect(limit.enter("203.0.113.10"))
        limit.leave("203.0.113.9")
        #expect(limit.enter("203.0.113.9"))
    }

    @Test func loopbackAndTrustedProxiesAreNotLimited() throws {
        let limit = ConnectionLimit(most: 1)
        limit.exempt([try #require(AddressBlock("10.0.0.0/8"))])
        for _ in 0..<10 { #expect(limit.enter("127.0.0.1") && limit.enter("10.1.2.3") && limit.enter("::1")) }
        limit.exempt([])
        #expect(limit.enter("10.1.2.3"))
        #expect(!limit.enter("10.1.2.3"))
    }

    @Test func theHandlerClosesWhatIsTooMuchAndCountsOutWhatEnds() throws {
        let limit = ConnectionLimit(most: 1)
        let client = try SocketAddress(ipAddress: "203.0.113.9", port: 1_025)
        func connect() throws -> EmbeddedChannel {
            let channel = EmbeddedChannel(handler: limit.handler())
            channel.remoteAddress = client
            channel.pipeline.fireChannelActive()
            return channel
        }
        let first = try connect()
        let second = try connect()
        second.embeddedEventLoop.run()
        #expect(!limit.enter("203.0.113.9"))
        first.pipeline.fireChannelInactive()
        #expect(limit.enter("203.0.113.9"))
    }
}
