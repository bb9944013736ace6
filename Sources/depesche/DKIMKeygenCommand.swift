import ArgumentParser
import DNS
import Foundation
import MailAuth

/// `depesche dkim keygen`
struct DKIMKeygenCommand: ParsableCommand {
    /// The kinds of key, as they are written on the command line.
    enum Algorithm: String, ExpressibleByArgument, CaseIterable {
        case rsa
        case ed25519
    }

    /// What is printed with `--json`.
    private struct Record: Encodable {
        let name: String
        let type: String
        let value: String
        let ttl: Int
    }

    static let configuration = CommandConfiguration(
        commandName: "keygen", abstract: "Make a key, and print the record to publish.",
        discussion: "The private key is written to a new file that only you can read; a file that is there stays.")
    @Option(help: "rsa or ed25519.") var algorithm: Algorithm
    @Option(help: "The domain that signs.") var domain: String
    @Option(help: "The selector of the key.") var selector: String
    @Option(help: "Where to write the private key (PEM).") var out: String
    @Flag(help: "Print JSON.") var json = false

    /// The default of `mail.md`, seconds.
    private static let ttl = 600

    func run() throws {
        let key = try DKIMPrivateKey.generate(algorithm == .rsa ? .rsaSHA256 : .ed25519SHA256)
        guard let signer = DKIMSigner(domain: domain, selector: selector, key: key),
            let name = DKIMKeyRecord.name(selector: selector, domain: signer.domain)
        else { throw ValidationError("That is no domain and selector.") }
        try write(key)
        let record = key.record
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            let made = Record(name: name.key, type: "TXT", value: record.text, ttl: Self.ttl)
            print(String(decoding: try encoder.encode(made), as: UTF8.self))
        } else {
            guard case .txt(let strings) = record.data else { return }
            let quoted = strings.map { "\"" + String(decoding: $0, as: UTF8.self) + "\"" }
            print("\(name.key). \(Self.ttl) IN TXT ( \(quoted.joined(separator: " ")) )")
        }
    }

    private func write(_ key: DKIMPrivateKey) throws {
        let descriptor = open(out, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            let code = errno
            Terminal.complain("depesche: \(out): \(String(cString: strerror(code)))")
            throw ExitCode(code == EEXIST ? 1 : 3)
        }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        try file.write(contentsOf: Data(key.pem.utf8))
        try file.close()
    }
}
