internal import AsyncHTTPClient
internal import Foundation
internal import NIOCore
internal import NIOHTTP1
internal import NIOSSL

/// Carries requests over HTTP connections that are kept. Goes through no proxy and follows nobody elsewhere.
struct LiveS3Exchange: S3Exchange {
    /// Requests under way at once; more wait.
    private static let connections = 64

    private let client: HTTPClient
    /// The longest that a whole request may take, seconds.
    private let longest: Int64

    /// - Parameters:
    ///   - caFile: further authorities, PEM.
    ///   - timeout: how long nothing may happen, seconds.
    init(caFile: String?, timeout: Int) throws(S3Failure) {
        var tls = TLSConfiguration.makeClientConfiguration()
        if let caFile {
            guard let certificates = try? NIOSSLCertificate.fromPEMFile(caFile) else {
                throw S3Failure(.certificate, "the file of authorities cannot be read")
            }
            tls.additionalTrustRoots = [.certificates(certificates)]
        }
        let limit = TimeAmount.seconds(Int64(timeout))
        var configuration = HTTPClient.Configuration(
            tlsConfiguration: tls, redirectConfiguration: .disallow,
            timeout: .init(connect: limit, read: limit, write: limit))
        configuration.httpVersion = .http1Only
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = Self.connections
        // Stores close what is idle; who is first must be us.
        configuration.connectionPool.idleTimeout = .seconds(10)
        // Whoever asks decides about another try.
        configuration.connectionPool.retryConnectionEstablishment = false
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        longest = Int64(timeout) * 20
    }

    func send(_ request: S3Request) async throws(S3Failure) -> S3Answer {
        var asked = HTTPClientRequest(url: request.url)
        asked.method = HTTPMethod(rawValue: request.method)
        for header in request.headers { asked.headers.add(name: header.name, value: header.value) }
        if request.method == "PUT" {
            let body = request.body
            asked.body = .stream(
                AsyncStream { continuation in
                    for part in body { continuation.yield(part) }
                    continuation.finish()
                }, length: .known(Int64(request.size)))
        }
        do {
            let response = try await client.execute(asked, timeout: .seconds(longest))
            let headers = response.headers.map { ($0.name.lowercased(), $0.value) }
            return S3Answer(
                status: Int(response.status.code), headers: Dictionary(headers) { first, _ in first },
                body: try await response.body.collect(upTo: request.mostOctets))
        } catch {
            throw Self.failure(error)
        }
    }

    func shutDown() async {
        // It fails only for a client that was shut down before.
        try? await client.shutdown()
    }

    private static func failure(_ error: any Error) -> S3Failure {
        if error is CancellationError || Task.isCancelled { return S3Failure(.cancelled) }
        let words = String(String(describing: error).prefix(200))
        switch error as? HTTPClientError {
        case .readTimeout, .writeTimeout, .connectTimeout, .deadlineExceeded, .getConnectionFromPoolTimeout,
            .tlsHandshakeTimeout:
            return S3Failure(.timedOut)
        case .cancelled: return S3Failure(.cancelled)
        case .alreadyShutdown: return S3Failure(.closed)
        default: break
        }
        if error is NIOTooManyBytesError { return S3Failure(.malformed, "more octets than were asked for") }
        let isAboutCertificate = [
            "CERTIFICATE_VERIFY_FAILED", "unableToValidateCertificate", "failedToValidateHostname",
        ].contains { words.contains($0) }
        return S3Failure(isAboutCertificate ? .certificate : .unreachable, words)
    }
}
