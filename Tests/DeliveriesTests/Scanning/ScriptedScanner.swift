import FileVault
import Foundation
import NIOCore
import Synchronization

@testable import Deliveries

/// A virus scanner that says what a test wants.
final class ScriptedScanner: VirusScanner {
    private let isThere = Mutex(true)
    private let verdicts = Mutex<[Int64: ScanVerdict]>([:])
    private let breaks = Mutex<Set<Int64>>([])
    private let seen = Mutex<[Int64]>([])

    /// The sizes of the files that were looked at, in their order.
    var sizes: [Int64] { seen.withLock { $0 } }

    /// Lets it answer, or not.
    func answer(_ answers: Bool) { isThere.withLock { $0 = answers } }

    /// What it says of files of a size.
    func say(_ verdict: ScanVerdict, ofSize size: Int64) { verdicts.withLock { $0[size] = verdict } }

    /// Whether it breaks off at files of a size.
    func breakOff(atSize size: Int64, _ breaksOff: Bool = true) {
        breaks.withLock { if breaksOff { $0.insert(size) } else { $0.remove(size) } }
    }

    func version(at address: ScannerAddress, patience: TimeInterval) async throws -> String {
        guard isThere.withLock({ $0 }) else { throw ScannerFailure(reason: "unreachable", detail: "") }
        return "ClamAV 1"
    }

    func scan(_ content: VaultBytes, at address: ScannerAddress, patience: TimeInterval) async throws -> ScanVerdict {
        _ = try await version(at: address, patience: patience)
        var size: Int64 = 0
        for try await piece in content { size += Int64(piece.readableBytes) }
        let whole = size
        seen.withLock { $0.append(whole) }
        if breaks.withLock({ $0.contains(whole) }) { throw ScannerFailure(reason: "closed", detail: "") }
        return verdicts.withLock { $0[whole] } ?? .clean
    }
}
