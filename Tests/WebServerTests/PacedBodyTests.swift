import Deliveries
import HTTPTypes
import Hummingbird
import NIOCore
import Testing

@testable import WebServer

@Suite struct PacedBodyTests {
    /// A clock whose waits are over at once, each only after the reader was let run.
    private struct HastyClock: Clock {
        var now: ContinuousClock.Instant { ContinuousClock.now }
        var minimumResolution: Duration { .zero }

        func sleep(until deadline: ContinuousClock.Instant, tolerance: Duration?) async throws {
            for _ in 0..<100 {
                try Task.checkCancellation()
                await Task.yield()
            }
        }
    }

    private func request(_ body: AsyncStream<ByteBuffer>) -> Request {
        Request(
            head: HTTPRequest(method: .put, scheme: "http", authority: "localhost", path: "/"),
            body: RequestBody(asyncSequence: body))
    }

    private func count(_ request: Request, _ clock: any Clock<Duration>) async throws -> Int {
        try await PacedBody.read(of: request, clock: clock) { body in
            var count = 0
            for try await piece in body { count += piece.readableBytes }
            return count
        }
    }

    @Test func aBodyThatEndsIsReadWhateverTheClockSays() async throws {
        let (body, source) = AsyncStream.makeStream(of: ByteBuffer.self)
        source.yield(ByteBuffer(string: "kurz"))
        source.finish()
        #expect(try await count(request(body), ContinuousClock()) == 4)
    }

    @Test func aBodyThatStopsIsGivenUp() async throws {
        let (body, source) = AsyncStream.makeStream(of: ByteBuffer.self)
        source.yield(ByteBuffer(string: "kurz"))
        await #expect(throws: DeliveriesError(.tooSlow)) { try await count(request(body), HastyClock()) }
        source.finish()
    }

    @Test func whatTheReaderThrowsComesThrough() async throws {
        struct Odd: Error {}
        let (body, source) = AsyncStream.makeStream(of: ByteBuffer.self)
        await #expect(throws: Odd.self) {
            try await PacedBody.read(of: request(body), clock: ContinuousClock()) { _ in throw Odd() }
        }
        source.finish()
    }
}
