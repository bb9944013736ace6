import HTTPTypes
public import Hummingbird
import NIOCore
import ServiceLifecycle

/// One server-sent event (WHATWG HTML, 9.2).
public struct ServerSentEvent: Sendable, Equatable {
    /// The number that a reader sends back as Last-Event-ID to go on.
    public let id: String
    /// The name of the event.
    public let name: String
    /// What it says: JSON, one line.
    public let data: String

    /// An event.
    public init(id: String, name: String, data: String) {
        self.id = id
        self.name = name
        self.data = data
    }

    /// The event as it goes over the wire.
    public var encoded: String {
        let lines = data.split(separator: "\n", omittingEmptySubsequences: false).map { "data: \($0)\n" }.joined()
        return "id: \(id)\nevent: \(name)\n\(lines)\n"
    }
}

/// An answer that stays open and tells events as they come, with a comment every 20 seconds, which keeps proxies awake
/// and shows a reader that is gone.
public struct EventStream: Sendable {
    /// Tells one event.
    public typealias Write = (ServerSentEvent) async throws -> Void

    private let tell: @Sendable (Write) async throws -> Void

    /// - Parameter tell: tells events until it returns, throws, or its task is cancelled.
    public init(_ tell: @escaping @Sendable (Write) async throws -> Void) { self.tell = tell }

    /// The answer.
    public func makeResponse() -> Response {
        var headers = HTTPFields()
        headers[.contentType] = "text/event-stream; charset=utf-8"
        headers[.cacheControl] = "no-store"
        headers[.accelBuffering] = "no"
        let tell = tell
        return Response(
            status: .ok, headers: headers,
            body: ResponseBody { writer in
                let (lines, source) = AsyncStream.makeStream(of: String.self, bufferingPolicy: .bufferingOldest(1_000))
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        defer { source.finish() }
                        try await tell { event in
                            // A reader that is too slow comes back and goes on after the last event that it got.
                            if case .dropped = source.yield(event.encoded) { source.finish() }
                        }
                    }
                    group.addTask {
                        while !Task.isCancelled {
                            try await Task.sleep(for: .seconds(20))
                            source.yield(": \n\n")
                        }
                    }
                    group.addTask {
                        // A server that stops does not wait for readers: they come back to the next one.
                        try? await gracefulShutdown()
                        source.finish()
                    }
                    try await writer.write(ByteBuffer(string: "retry: 3000\n\n"))
                    for await line in lines { try await writer.write(ByteBuffer(string: line)) }
                    group.cancelAll()
                }
                try await writer.finish(nil)
            })
    }
}
