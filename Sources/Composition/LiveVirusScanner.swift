import ClamAV
import Deliveries
import FileVault
import Foundation
import NIOCore

/// The virus scanner: clamd, over its socket.
struct LiveVirusScanner: VirusScanner {
    func version(at address: ScannerAddress, patience: TimeInterval) async throws -> String {
        try await asking { try await client(address, patience).version() }
    }

    func scan(_ content: VaultBytes, at address: ScannerAddress, patience: TimeInterval) async throws -> ScanVerdict {
        switch try await asking({ try await client(address, patience).scan(content) }) {
        case .clean: return .clean
        case .found(let name): return .found(name)
        case .tooLarge: return .tooLarge
        case .version: throw ScannerFailure(reason: "malformed", detail: "The answer is none to this question.")
        }
    }

    private func client(_ address: ScannerAddress, _ patience: TimeInterval) -> ClamdClient {
        let endpoint: ClamdEndpoint =
            switch address {
            case .socket(let path): .socket(path: path)
            case .endpoint(let endpoint): .host(endpoint.host, port: endpoint.port)
            }
        return ClamdClient(endpoint, timeout: .milliseconds(Int64(patience * 1_000)))
    }

    private func asking<Answer>(_ question: () async throws -> Answer) async throws -> Answer {
        do {
            return try await question()
        } catch let failure as ClamdFailure {
            throw ScannerFailure(reason: failure.kind.rawValue, detail: failure.detail)
        }
    }
}
