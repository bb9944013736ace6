import DNS
import NIOCore
import NIOPosix
import Outbox

/// Knocks at mail servers over TCP.
struct LiveOutwardProbe: OutwardProbe {
    /// How long a connection and a greeting may take, together.
    private static let patience = TimeAmount.seconds(8)

    /// The port of mail servers elsewhere: 25, but for tests.
    let port: Int

    func knock(at address: IPAddress) async -> OutwardProbeResult {
        guard let target = try? SocketAddress(ipAddress: address.description, port: port) else { return .refused }
        let loop = MultiThreadedEventLoopGroup.singleton.any()
        let greeting = loop.makePromise(of: OutwardProbeResult.self)
        let timer = loop.scheduleTask(in: Self.patience) { greeting.succeed(.silent) }
        let bootstrap = ClientBootstrap(group: loop).connectTimeout(Self.patience).channelInitializer { channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(GreetingHandler(greeting))
            }
        }
        let connection = bootstrap.connect(to: target)
        connection.whenFailure { error in
            if case .connectTimeout = error as? ChannelError { return greeting.succeed(.silent) }
            greeting.succeed(.refused)
        }
        let result = (try? await greeting.futureResult.get()) ?? .refused
        timer.cancel()
        connection.whenSuccess { $0.close(promise: nil) }
        return result
    }

    /// Waits for the code of a greeting (RFC 5321, 4.2): three digits, and no more is read.
    private final class GreetingHandler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let greeting: EventLoopPromise<OutwardProbeResult>
        private var code: [UInt8] = []

        init(_ greeting: EventLoopPromise<OutwardProbeResult>) { self.greeting = greeting }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            code += unwrapInboundIn(data).readableBytesView.prefix(3 - min(3, code.count))
            guard code.count >= 3 else { return }
            // A server that does not want us now was reached all the same.
            greeting.succeed([0x32, 0x34, 0x35].contains(code[0]) ? .greeted : .refused)
            context.close(promise: nil)
        }

        func channelInactive(context: ChannelHandlerContext) {
            greeting.succeed(.refused)
            context.fireChannelInactive()
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            greeting.succeed(.refused)
            context.close(promise: nil)
        }
    }
}
