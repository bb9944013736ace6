import ArgumentParser
import Foundation
import MailAuth

/// `depesche dkim sign`
struct DKIMSignCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign", abstract: "Sign a message: standard input to standard output.",
        discussion: "Lines of the output end with CR LF, as they are signed.")
    @Option(help: "The domain that signs.") var domain: String
    @Option(help: "The selector of the key.") var selector: String
    @Option(help: "The private key (PEM).") var key: String
    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("One signature more; may be repeated.", valueName: "domain selector file"))
    var and: [String] = []

    func validate() throws {
        guard and.count % 3 == 0 else { throw ValidationError("--and takes a domain, a selector and a file.") }
    }

    func run() throws {
        var signers = [try Self.signer(domain, selector, key)]
        for start in stride(from: 0, to: and.count, by: 3) {
            signers.append(try Self.signer(and[start], and[start + 1], and[start + 2]))
        }
        let message = LineEndNormalizer.normalized(FileHandle.standardInput.readDataToEndOfFile())
        let fields: [UInt8]
        do {
            fields = try DKIMSigner.fields(for: message, by: signers, at: Date())
        } catch {
            Terminal.complain("depesche: \(error)")
            throw ExitCode(1)
        }
        try FileHandle.standardOutput.write(contentsOf: Data(fields + message))
    }

    private static func signer(_ domain: String, _ selector: String, _ path: String) throws -> DKIMSigner {
        let pem: String
        do {
            pem = try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            Terminal.complain("depesche: \(path) cannot be read")
            throw ExitCode(3)
        }
        let key: DKIMPrivateKey
        do {
            key = try DKIMPrivateKey(pem: pem)
        } catch {
            Terminal.complain("depesche: \(path): \(error)")
            throw ExitCode(1)
        }
        guard let signer = DKIMSigner(domain: domain, selector: selector, key: key) else {
            throw ValidationError("That is no domain and selector: \(domain) \(selector)")
        }
        return signer
    }
}
