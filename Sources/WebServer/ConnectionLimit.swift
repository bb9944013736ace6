public import Deliveries
public import NIOCore
import Synchronization

/// Limits how many connections one client address may hold at the same time, so that a single one cannot take them all.
///
/// Loopback addresses and trusted proxies are not limited: many clients come by way of them.
public final class ConnectionLimit: Sendable {
    private struct State {
        var connections: [String: Int] = [:]
        var exempt: [AddressBlock]
    }

    private static let loopback = ["127.0.0.0/8", "::1"].compactMap { AddressBlock($0) }
    private let most: Int
    private let state: Mutex<State>

    /// - Parameter most: the most connections of one address.
    public init(most: Int = 200) {
        self.most = most
        state = Mutex(State(exempt: Self.loopback))
    }

    /// Takes over which proxies are trusted now.
    public func exempt(_ proxies: [AddressBlock]) {
        state.withLock { $0.exempt = Self.loopback + proxies }
    }

    /// Counts a connection; `false` if its address has too many, or is not known.
    func enter(_ address: String) -> Bool {
        state.withLock { state in
            if state.exempt.contains(where: { $0.contains(address) }) { return true }
            let count = state.connections[address, default: 0]
            guard count < most else { return false }
            state.connections[address] = count + 1
            return true
        }
    }

    /// Counts a connection out that was let in.
    func leave(_ address: String) {
        state.withLock { state in
            guard let count = state.connections[address] else { return }
            state.connections[address] = count > 1 ? count - 1 : nil
        }
    }

    /// The handler for one connection.
    public func handler() -> any RemovableChannelHandler { ConnectionLimitHandler(limit: self) }
}

/// Closes a connection whose address has too many.
private final class ConnectionLimitHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = Any

    private let limit: ConnectionLimit
    private var address: String?

    init(limit: ConnectionLimit) { self.limit = limit }

    func handlerAdded(context: ChannelHandlerContext) {
        guard context.channel.isActive else { return }
        enter(context)
    }

    func channelActive(context: ChannelHandlerContext) {
        enter(context)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        leave()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { leave() }

    private func enter(_ context: ChannelHandlerContext) {
        guard address == nil, let client = context.channel.remoteAddress?.ipAddress else { return }
        if limit.enter(client) { address = client } else { context.close(promise: nil) }
    }

    private func leave() {
        if let address { limit.leave(address) }
        address = nil
    }
}
