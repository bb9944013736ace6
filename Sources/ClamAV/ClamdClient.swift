public import NIOCore
public import NIOPosix

/// Asks clamd, the daemon of ClamAV, over its socket: a connection for each command.
public struct ClamdClient: Sendable {
    private let endpoint: ClamdEndpoint
    private let connectTimeout: TimeAmount
    private let timeout: TimeAmount
    private let group: any EventLoopGroup

    /// A client.
    ///
    /// - Parameters:
    ///   - endpoint: where clamd listens.
    ///   - connectTimeout: how long connecting may take.
    ///   - timeout: how long nothing may happen: nothing of a stream be taken, no answer come.
    ///   - group: the event loops to use.
    public init(
        _ endpoint: ClamdEndpoint, connectTimeout: TimeAmount = .seconds(10), timeout: TimeAmount = .seconds(300),
        group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
    ) {
        self.endpoint = endpoint
        self.connectTimeout = connectTimeout
        self.timeout = timeout
        self.group = group
    }

    /// The version of clamd and of its signatures.
    ///
    /// - Throws: ``ClamdFailure``.
    public func version() async throws -> String {
        let connection = try await connect(.version)
        guard case .version(let version) = try await connection.reply() else {
            throw ClamdFailure(.malformed, "The answer is none to this question.")
        }
        return version
    }

    /// Has a stream looked at. One piece of it after the other is read when the one before was written out, so that
    /// memory stays small whatever its length.
    ///
    /// - Parameter body: the octets.
    /// - Returns: the answer; never ``ClamdReply/version(_:)``.
    /// - Throws: ``ClamdFailure``, or what the body throws.
    public func scan<Body: AsyncSequence & Sendable>(_ body: Body) async throws -> ClamdReply
    where Body.Element == ByteBuffer {
        let connection = try await connect(.stream)
        do {
            var pieces = body.makeAsyncIterator()
            sending: while var piece = try await pieces.next() {
                while let chunk = piece.readSlice(length: min(piece.readableBytes, ClamdSession.longestChunk)),
                    chunk.readableBytes > 0
                {
                    try Task.checkCancellation()
                    guard await connection.send(chunk) else { break sending }
                }
            }
        } catch {
            connection.close()
            throw error
        }
        return try await connection.end()
    }

    private func connect(_ command: ClamdSession.Command) async throws -> Connection {
        let timeout = timeout
        let bootstrap = ClientBootstrap(group: group).connectTimeout(connectTimeout)
            // Many addresses of a host may be tried; the handler belongs to the connection that came about.
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(ClamdHandler(command, timeout: timeout))
                }
            }
        let channel: any Channel
        do {
            switch endpoint {
            case .socket(let path): channel = try await bootstrap.connect(unixDomainSocketPath: path).get()
            case .host(let host, let port): channel = try await bootstrap.connect(host: host, port: port).get()
            }
        } catch {
            throw ClamdFailure(.unreachable, ClamdReply.printable("\(error)"))
        }
        do {
            return try await channel.eventLoop.submit {
                let handler = try channel.pipeline.syncOperations.handler(type: ClamdHandler.self)
                handler.begin()
                return Connection(channel: channel, handler: NIOLoopBound(handler, eventLoop: channel.eventLoop))
            }.get()
        } catch {
            channel.close(promise: nil)
            throw ClamdFailure(.closed, "The connection was closed.")
        }
    }
}

/// A connection for one command.
private struct Connection: Sendable {
    let channel: any Channel
    let handler: NIOLoopBound<ClamdHandler>

    func close() { channel.close(promise: nil) }

    /// Returns when the chunk was written out; false if nothing more need be sent.
    func send(_ chunk: ByteBuffer) async -> Bool {
        let (loop, handler) = (channel.eventLoop, handler)
        // A connection that broke may have brought an answer before: that decides.
        try? await loop.flatSubmit {
            let promise = loop.makePromise(of: Void.self)
            handler.value.send(chunk, promise)
            return promise.futureResult
        }.get()
        return (try? await loop.submit { !handler.value.isAnswered }.get()) ?? false
    }

    func end() async throws -> ClamdReply {
        let handler = handler
        try? await channel.eventLoop.submit { handler.value.end() }.get()
        return try await reply()
    }

    /// Cancelling the task closes the connection.
    func reply() async throws -> ClamdReply {
        let (loop, handler, channel) = (channel.eventLoop, handler, channel)
        return try await withTaskCancellationHandler {
            do {
                return try await loop.flatSubmit { handler.value.reply(on: loop) }.get()
            } catch let failure as ClamdFailure {
                throw Task.isCancelled ? ClamdFailure(.cancelled, "The scan was cancelled.") : failure
            } catch {
                throw ClamdFailure(.closed, "The connection is closed.")
            }
        } onCancel: {
            channel.close(promise: nil)
        }
    }
}
