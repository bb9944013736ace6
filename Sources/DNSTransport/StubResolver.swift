public import DNS
public import NIOCore
public import NIOPosix

/// Asks servers that it is given, over UDP and where that is too small over TCP (RFC 1035, 4.2; RFC 7766).
///
/// It does not validate: all its answers are insecure. With recursion desired it asks a resolver on its behalf; without
/// it asks a domain's own servers for what they have.
///
/// ```swift
/// let resolver = StubResolver([DNSServer("192.0.2.53")!])
/// let answer = try await resolver.resolve(DNSName("kunde.example")!, .mx)
/// ```
public struct StubResolver: DNSResolver {
    /// Whom it asks, in this order.
    public let servers: [DNSServer]
    /// How it asks.
    public let options: StubOptions
    private let group: any EventLoopGroup

    /// A resolver.
    ///
    /// - Parameters:
    ///   - servers: whom it asks, in this order. The next one is asked if one is silent or cannot tell.
    ///   - options: how it asks.
    ///   - group: where its sockets live.
    public init(
        _ servers: [DNSServer], options: StubOptions = StubOptions(),
        group: any EventLoopGroup = .singletonMultiThreadedEventLoopGroup
    ) {
        self.servers = servers
        self.options = options
        self.group = group
    }

    /// Asks one question and gives the whole message that answers it, with its authority section and flags; follows
    /// no aliases. The response code is "no error" or "no such name".
    ///
    /// - Throws: ``DNSFailure``, also if the task is cancelled.
    public func ask(_ name: DNSName, _ type: DNSRecordType) async throws(DNSFailure) -> DNSMessage {
        try await ask(DNSQuestion(name, type), within: options.timeout)
    }

    /// Looks up records and follows aliases, by asking again where the server knows only a part of them. The timeout
    /// holds for all of it.
    public func resolve(_ name: DNSName, _ type: DNSRecordType) async throws(DNSFailure) -> DNSAnswer {
        let clock = ContinuousClock()
        let start = clock.now
        let asked = servers.map(\.description).joined(separator: ", ")
        var answer = DNSAnswerReader(DNSQuestion(name, type))
        var next = name
        while true {
            let message = try await ask(
                DNSQuestion(next, type), within: options.timeout - start.duration(to: clock.now))
            switch try answer.take(message, server: asked) {
            case .finish(let answer): return answer
            case .ask(let name): next = name
            }
        }
    }

    private func ask(_ question: DNSQuestion, within timeout: Duration) async throws(DNSFailure) -> DNSMessage {
        var options = options
        options.timeout = timeout
        let query = StubQuery(
            question, servers: servers, options: options, makeID: { UInt16.random(in: .min ... .max) })
        return try await DNSExchange.run(query, on: group.any())
    }
}
