import Deliveries
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import Outbox
import ServiceLifecycle

/// Looks whether a certificate is to be ordered. An order takes minutes: no other scheduled work waits for it.
struct CertificateOrders: Service {
    private static let interval = Duration.seconds(2)
    private static let pause = Duration.seconds(60)

    private let installation: Installation

    init(_ installation: Installation) { self.installation = installation }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                var wait = Self.interval
                do {
                    try await installation.certificates.orderIfDue()
                } catch {
                    installation.logger.failure("certificates cannot be looked after", error)
                    wait = Self.pause
                }
                // Cut short only by the end of the server, which the loop sees.
                try? await Task.sleep(for: wait)
            }
        }
    }
}

/// What a certificate authority looks for at port 80 of the mail server's name (RFC 8555, 8.3).
struct CertificateChallenge {
    private let installation: Installation

    init(_ installation: Installation) { self.installation = installation }

    func answer(to token: String) async throws -> Response {
        guard let answer = try await installation.certificates.answer(to: token) else { throw HTTPError(.notFound) }
        return Response(
            status: .ok, headers: [.contentType: "application/octet-stream", .cacheControl: "no-store"],
            body: .init(byteBuffer: .init(string: answer)))
    }
}
