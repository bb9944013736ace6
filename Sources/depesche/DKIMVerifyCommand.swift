import ArgumentParser
import DNS
import Foundation
import MailAuth

/// `depesche dkim verify`
struct DKIMVerifyCommand: AsyncParsableCommand {
    /// What is printed with `--json`, one for each signature.
    private struct Verdict: Encodable {
        let result: String
        let reason: String?
        let explanation: String?
        let domain: String?
        let selector: String?
        let algorithm: String?
        let bits: Int?
    }

    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Verify the signatures of a message on standard input.",
        discussion: "One line for each signature. Exit code: 0 if one passes, 1 if none does, 3 if DNS cannot tell.")
    @OptionGroup var dns: ResolverOptions
    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        var verification = DKIMVerifier(resolver: try await dns.resolver()).begin(at: Date())
        while let piece = try FileHandle.standardInput.read(upToCount: 64 * 1_024), !piece.isEmpty {
            verification.append(piece)
        }
        let results = await verification.finish()
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            print(String(decoding: try encoder.encode(results.map(Self.verdict)), as: UTF8.self))
        } else {
            for result in results { print(result) }
            if results.isEmpty { print("dkim=none") }
        }
        if results.contains(where: { $0.status == .pass }) { return }
        throw ExitCode(results.contains { $0.status == .temperror } ? 3 : 1)
    }

    private static func verdict(_ result: DKIMResult) -> Verdict {
        Verdict(
            result: result.status.rawValue, reason: result.failure?.code, explanation: result.failure?.description,
            domain: result.domain?.key, selector: result.signature?.selector.key,
            algorithm: result.signature?.algorithmName, bits: result.keyBits)
    }
}
