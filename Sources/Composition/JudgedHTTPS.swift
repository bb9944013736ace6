import AsyncHTTPClient
import DNS
import Foundation
import MailRouting
import NIOCore
import NIOHTTP1
import NIOSSL

/// HTTPS to hosts that strangers name. What was judged is what is dialled: the name is resolved here, and the client is
/// told the address.
struct JudgedHTTPS: Sendable {
    /// Why there is no answer.
    enum Failure: Error {
        case unreachable(String)
        case certificate(String)
    }

    /// An answer, cut where it is longer than wanted.
    struct Answer: Sendable {
        var status: Int
        var contentType: String?
        var body: [UInt8]
    }

    let resolver: any DNSResolver
    let egress: EgressPolicy
    let caFile: String?

    /// Sends a request to a host.
    ///
    /// - Parameters:
    ///   - request: the request; its address names the host.
    ///   - host: the host.
    ///   - seconds: how long it may take.
    ///   - mostOctets: how much of the answer is read.
    func send(
        _ request: HTTPClientRequest, to host: DNSName, seconds: Int, mostOctets: Int
    ) async throws(Failure) -> Answer {
        let address = try await address(of: host)
        var configuration = try Self.configuration(caFile: caFile)
        configuration.dnsOverride = [host.description: address.description]
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        let result: Result<Answer, Failure>
        do {
            let response = try await client.execute(request, timeout: .seconds(Int64(seconds)))
            var body: [UInt8] = []
            // A body without end must not fill the memory.
            for try await piece in response.body {
                body += piece.readableBytesView.prefix(mostOctets - body.count)
                if body.count >= mostOctets { break }
            }
            result = .success(
                Answer(
                    status: Int(response.status.code), contentType: response.headers.first(name: "content-type"),
                    body: body))
        } catch {
            result = .failure(Self.failure(error))
        }
        try? await client.shutdown()
        return try result.get()
    }

    /// What holds for all requests: our own authorities, no redirects, an end to all waiting.
    static func configuration(caFile: String?) throws(Failure) -> HTTPClient.Configuration {
        var tls = TLSConfiguration.makeClientConfiguration()
        if let caFile {
            guard let certificates = try? NIOSSLCertificate.fromPEMFile(caFile) else {
                throw .unreachable("the file of authorities cannot be read")
            }
            tls.additionalTrustRoots = [.certificates(certificates)]
        }
        var configuration = HTTPClient.Configuration(
            tlsConfiguration: tls, redirectConfiguration: .disallow,
            timeout: .init(connect: .seconds(15), read: .seconds(15)))
        configuration.httpVersion = .http1Only
        // A certificate that is wrong stays so: no second try within the time for connecting.
        configuration.connectionPool.retryConnectionEstablishment = false
        return configuration
    }

    private func address(of host: DNSName) async throws(Failure) -> IPAddress {
        var reason = "\(host) has no address"
        for type in [DNSRecordType.a, .aaaa] {
            do throws(DNSFailure) {
                for address in try await resolver.resolve(host, type).addresses {
                    guard let refusal = egress.refusal(of: address) else { return address }
                    reason = "\(host) leads to an address that is not dialled (\(refusal))"
                }
            } catch {
                reason = "\(host): \(error)"
            }
        }
        throw .unreachable(reason)
    }

    static func failure(_ error: any Error) -> Failure {
        let words = String(String(describing: error).prefix(200))
        let isAboutCertificate = [
            "CERTIFICATE_VERIFY_FAILED", "unableToValidateCertificate", "failedToValidateHostname",
        ]
        .contains { words.contains($0) }
        return isAboutCertificate ? .certificate(words) : .unreachable(words)
    }
}
