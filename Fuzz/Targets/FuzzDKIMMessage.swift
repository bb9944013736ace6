import DNS
import Dispatch
import Foundation
import FuzzDriver
import MailAuth

/// A message with whatever signatures is taken in without a trap, in one piece as in two.
@main
struct FuzzDKIMMessage {
    static func main() {
        let now = Date(timeIntervalSince1970: 1_795_600_000)
        let zone = InMemoryZone()
        let record = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
        if let name = DNSName("b._domainkey.a.example") { zone.add(DNSRecord(name, ttl: 600, .txt(record))) }
        let verifier = DKIMVerifier(resolver: zone)
        fuzz { octets in
            _ = try? DKIMSignature(parsing: octets)
            let half = octets.count / 2
            demand(
                results([octets[...]], verifier, now) == results([octets[..<half], octets[half...]], verifier, now),
                "pieces make a difference")
            zone.forgetQuestions()
        }
    }

    private static func results(_ pieces: [ArraySlice<UInt8>], _ verifier: DKIMVerifier, _ now: Date) -> [DKIMResult] {
        let found = Found()
        // The fuzzer's loop is not asynchronous; nothing else runs on this thread.
        Task {
            var verification = verifier.begin(at: now)
            for piece in pieces { verification.append(piece) }
            found.results = await verification.finish()
            found.isThere.signal()
        }
        found.isThere.wait()
        return found.results
    }

    /// `@unchecked Sendable`: written before the signal, read after it.
    private final class Found: @unchecked Sendable {
        var results: [DKIMResult] = []
        let isThere = DispatchSemaphore(value: 0)
    }
}
