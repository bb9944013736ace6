import DNS
import Foundation
import MailAuth

/// Signatures and their verification.
enum DKIMBench {
    /// Signs a message again and again, as a whole each time.
    static func sign(key path: String, for time: Duration) async throws {
        let message = try standardInput()
        let key = try DKIMPrivateKey(pem: try String(contentsOfFile: path, encoding: .utf8))
        guard let signer = DKIMSigner(domain: "kunde.example", selector: "bench", key: key) else {
            throw BenchError("no signer")
        }
        let now = Date()
        print(try await rate(for: time) { _ = try DKIMSigner.fields(for: message, by: [signer], at: now) })
    }

    /// Verifies a message that comes in pieces, as it would from a connection.
    static func verify(name: String, record: String) async throws {
        guard let name = DNSName(name) else { throw BenchError("\(name) is no name") }
        let zone = InMemoryZone([DNSRecord(name, ttl: 600, .txt(record))])
        var piece = [UInt8](repeating: 1, count: 64 * 1_024)
        let before = try residentMemory("VmRSS")
        var verification = DKIMVerifier(resolver: zone).begin(at: Date())
        while true {
            let count = read(STDIN_FILENO, &piece, piece.count)
            guard count > 0 else { break }
            verification.append(piece[..<count])
        }
        for result in await verification.finish() { print(result) }
        let peak = try residentMemory("VmHWM")
        print(peak - before)
        print(peak)
    }

    /// A value of the kernel's about this process, in octets. (`getrusage` would count what the process was before it
    /// became this program.)
    private static func residentMemory(_ key: String) throws -> Int {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        for line in status.split(separator: "\n") where line.hasPrefix(key + ":") {
            if let kibibytes = line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap({
                Int($0)
            }) {
                return kibibytes * 1_024
            }
        }
        throw BenchError("/proc/self/status has no \(key)")
    }
}
