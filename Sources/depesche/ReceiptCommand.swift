import ArgumentParser
import Composition
import Foundation

/// `depesche receipt`
struct ReceiptCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "receipt", abstract: "Receipts of deliveries: who fetched which file when, signed.",
        subcommands: [Verify.self, Key.self])

    struct Verify: ParsableCommand {
        /// Receipts are smaller.
        private static let largestFile = 64 << 20

        static let configuration = CommandConfiguration(
            abstract: "Check a receipt, as a page or as JSON; no server is asked.",
            discussion: "Exit 0: genuine; 1: not; 2: misuse; 3: the file cannot be read.")
        @Argument(help: "The file.") var file: String
        @Option(help: "The server's public key, base64, as its page /genuine or `depesche receipt key` names it.")
        var key: String?
        @Flag(name: .customLong("json"), help: "Print JSON.") var json = false

        func run() throws {
            let content: Data
            do {
                let handle = try FileHandle(forReadingFrom: URL(filePath: file))
                defer { try? handle.close() }
                content = try handle.read(upToCount: Self.largestFile + 1) ?? Data()
            } catch {
                Terminal.complain("depesche: \(file) cannot be read: \(error.localizedDescription)")
                throw ExitCode(3)
            }
            let reply = try ReceiptFile.check(content, key: key)
            if json {
                if reply.exitCode != 2 { print(reply.json) }
            } else {
                for line in reply.lines { print(line) }
            }
            if let error = reply.error { Terminal.complain("depesche: \(error)") }
            if reply.exitCode != 0 { throw ExitCode(reply.exitCode) }
        }
    }

    struct Key: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The public keys that check this server's receipts, the one in use first.")
        @OptionGroup var data: DataOptions
        func run() async throws { try await data.perform(.receiptKey) }
    }
}
