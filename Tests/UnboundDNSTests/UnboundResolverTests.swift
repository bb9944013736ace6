import DNS
import Foundation
import Testing

@testable import UnboundDNS

/// What can be shown without a server; validation is shown in Tests/Interop with real ones.
struct UnboundResolverTests {
    private let name: DNSName

    init() throws { name = try #require(DNSName("kunde.example")) }

    /// A resolver whose only upstream is a port at which nobody answers, so that questions stay under way.
    private func withSilentServer(
        timeout: Duration, limit: Int = 256, _ body: (UnboundResolver, AsyncStream<Void>) async throws -> Void
    ) async throws {
        let socket = try SilentSocket()
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).conf").path
        let text = """
            server:
              do-not-query-localhost: no
              module-config: "iterator"
            forward-zone:
              name: "."
              forward-addr: 127.0.0.1@\(socket.port)
            """
        try Data(text.utf8).write(to: URL(filePath: file))
        defer { try? FileManager.default.removeItem(atPath: file) }
        let resolver = try UnboundResolver(UnboundConfiguration(file: file, timeout: timeout, limit: limit))
        try await body(resolver, socket.packets())
        await resolver.shutDown()
    }

    @Test func saysWhyItCannotStart() {
        #expect { try UnboundResolver(UnboundConfiguration(file: "/nonexistent/unbound.conf")) } throws: {
            ($0 as? UnboundError)?.step == "reading /nonexistent/unbound.conf"
        }
    }

    @Test func takesTheRootsAnchors() async throws {
        let resolver = try UnboundResolver()
        await resolver.shutDown()
    }

    @Test func endsInTime() async throws {
        try await withSilentServer(timeout: .milliseconds(100)) { resolver, _ in
            await #expect { try await resolver.resolve(name, .mx) } throws: { ($0 as? DNSFailure)?.code == .timeout }
        }
    }

    @Test func stopsWhenNobodyWaitsAnyMore() async throws {
        try await withSilentServer(timeout: .seconds(600)) { resolver, asked in
            let task = Task { try await resolver.resolve(name, .mx) }
            for await _ in asked { break }
            task.cancel()
            await #expect(throws: DNSFailure(.cancelled)) { try await task.value }
            let never = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return try await resolver.resolve(name, .a)
            }
            await #expect(throws: DNSFailure(.cancelled)) { try await never.value }
        }
    }

    @Test func refusesMoreThanItsLimit() async throws {
        try await withSilentServer(timeout: .seconds(600), limit: 1) { resolver, asked in
            let task = Task { try await resolver.resolve(name, .mx) }
            for await _ in asked { break }
            await #expect { try await resolver.resolve(name, .a) } throws: { ($0 as? DNSFailure)?.code == .busy }
            task.cancel()
            await #expect(throws: DNSFailure(.cancelled)) { try await task.value }
            let again = Task { try await resolver.resolve(name, .a) }
            again.cancel()
            await #expect(throws: DNSFailure(.cancelled)) { try await again.value }
        }
    }

    @Test func endsWithQuestionsUnderWay() async throws {
        try await withSilentServer(timeout: .seconds(600)) { resolver, asked in
            let task = Task { try await resolver.resolve(name, .mx) }
            for await _ in asked { break }
            await resolver.shutDown()
            await #expect { try await task.value } throws: { ($0 as? DNSFailure)?.code == .cancelled }
            await #expect { try await resolver.resolve(name, .a) } throws: { ($0 as? DNSFailure)?.code == .cancelled }
            await resolver.shutDown()
        }
    }
}

/// A UDP socket on loopback that takes everything and answers nothing.
private final class SilentSocket: Sendable {
    let port: UInt16
    private let descriptor: Int32

    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        port = try withUnsafeMutablePointer(to: &address) { pointer in
            try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                try #require(bind(descriptor, generic, length) == 0)
                try #require(getsockname(descriptor, generic, &length) == 0)
            }
            return UInt16(bigEndian: pointer.pointee.sin_port)
        }
    }

    /// Something for each packet that comes.
    func packets() -> AsyncStream<Void> {
        let (stream, heard) = AsyncStream.makeStream(of: Void.self)
        let descriptor = descriptor
        let thread = Thread {
            var bytes = [UInt8](repeating: 0, count: 512)
            while recv(descriptor, &bytes, bytes.count, 0) > 0 { heard.yield() }
            heard.finish()
        }
        thread.start()
        return stream
    }

    deinit {
        // Wakes the thread that reads.
        shutdown(descriptor, Int32(SHUT_RDWR))
        close(descriptor)
    }
}
