public import FileVault
public import Foundation

/// Looks for viruses in files.
public protocol VirusScanner: Sendable {
    /// Which scanner answers at an address, with the version of its signatures.
    ///
    /// - Parameters:
    ///   - address: where it listens.
    ///   - patience: how long nothing may happen, seconds.
    /// - Throws: ``ScannerFailure``.
    func version(at address: ScannerAddress, patience: TimeInterval) async throws -> String

    /// Has a file looked at.
    ///
    /// - Parameters:
    ///   - content: its octets.
    ///   - address: where the scanner listens.
    ///   - patience: how long nothing may happen, seconds.
    /// - Returns: what it says.
    /// - Throws: ``ScannerFailure``, or what reading throws.
    func scan(_ content: VaultBytes, at address: ScannerAddress, patience: TimeInterval) async throws -> ScanVerdict
}

/// What the scanner says of a file.
public enum ScanVerdict: Equatable, Sendable {
    /// Nothing was found.
    case clean
    /// Something was found: the name of the signature.
    case found(String)
    /// It is larger than the scanner takes.
    case tooLarge
}

/// The scanner gives no answer.
public struct ScannerFailure: Error, Equatable, Sendable {
    /// Why, as a word: `unreachable`, `closed`, `timeout`, `refused`, `malformed`, `cancelled`.
    public let reason: String
    /// For the log.
    public let detail: String

    /// A failure.
    public init(reason: String, detail: String) {
        self.reason = reason
        self.detail = detail
    }
}
