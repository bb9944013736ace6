import ACME
import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// Asks certificate authorities over HTTPS. Which one is the administrator's own choice: its host is resolved by the
/// operating system and may be private.
struct LiveACMEExchange: ACMEExchange {
    private static let mostOctets = 1 << 20
    private static let userAgent = "Depesche"

    let caFile: String?

    func ask(_ request: ACMERequest) async throws(ACMEFailure) -> ACMEAnswer {
        let configuration: HTTPClient.Configuration
        do throws(JudgedHTTPS.Failure) {
            configuration = try JudgedHTTPS.configuration(caFile: caFile)
        } catch {
            throw Self.failure(error)
        }
        var asked = HTTPClientRequest(url: request.url)
        asked.method = HTTPMethod(rawValue: request.method.rawValue)
        asked.headers.add(name: "User-Agent", value: Self.userAgent)
        if let accept = request.accept { asked.headers.add(name: "Accept", value: accept) }
        if let body = request.body {
            asked.headers.add(name: "Content-Type", value: "application/jose+json")
            asked.body = .bytes(ByteBuffer(bytes: body))
        }
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        let result: Result<ACMEAnswer, ACMEFailure>
        do {
            let response = try await client.execute(asked, timeout: .seconds(60))
            let body = try await response.body.collect(upTo: Self.mostOctets)
            let header = response.headers.map { ($0.name.lowercased(), $0.value) }
            result = .success(
                ACMEAnswer(
                    status: Int(response.status.code), header: Dictionary(header) { first, _ in first },
                    body: Data(body.readableBytesView)))
        } catch {
            result = .failure(Self.failure(JudgedHTTPS.failure(error)))
        }
        try? await client.shutdown()
        return try result.get()
    }

    private static func failure(_ failure: JudgedHTTPS.Failure) -> ACMEFailure {
        switch failure {
        case .unreachable(let words): .unreachable(words)
        case .certificate(let words): .untrusted(words)
        }
    }
}
