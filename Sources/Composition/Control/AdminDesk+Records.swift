import Deliveries
import Foundation
import Secrets

/// Commands about records: the audit trail, receipts.
extension AdminDesk {
    private struct VerdictLine: Encodable {
        let inOrder: Bool
        let entries: Int64
        let removedUpTo: Int64
        let verifiedUpTo: Int64
        let hash: String
        let firstBad: Int64?
        let fault: String?

        init(_ verdict: AuditVerdict) {
            inOrder = verdict.isInOrder
            entries = verdict.entries
            removedUpTo = verdict.removedUpTo
            verifiedUpTo = verdict.verifiedUpTo
            hash = verdict.hash
            firstBad = verdict.failure?.number
            fault = verdict.failure?.fault.rawValue
        }
    }

    private struct KeyLine: Encodable {
        let keyId: String
        let publicKey: String
    }

    func receiptKey() throws -> AdminReply {
        let lines = Receipts(installation.deliveries).publicKeys.map { key in
            KeyLine(keyId: key.id, publicKey: Data(key.bytes).base64EncodedString())
        }
        return try AdminReply(lines: lines.map { "\($0.keyId)\t\($0.publicKey)" }, json: lines)
    }

    func auditVerify(witness text: String?) async throws -> AdminReply {
        let witness = text.flatMap { AuditVerification.Witness($0) }
        if let text, witness == nil {
            throw Misuse(text: "\(text) is not NUMBER:HASH as an earlier verification printed it.")
        }
        let verdict = try await AuditVerification(database: installation.database, keys: installation.keyRing)
            .verify(witness: witness)
        let kept = "Keep elsewhere, for --expect: \(verdict.verifiedUpTo):\(verdict.hash)"
        guard let failure = verdict.failure else {
            var lines = [
                "The audit trail is in order up to entry \(verdict.verifiedUpTo) (\(verdict.entries) entries)."
            ]
            if verdict.removedUpTo > 0 {
                lines.append("Entries up to \(verdict.removedUpTo) were removed because their time was over.")
            }
            return try AdminReply(lines: lines + [kept], json: VerdictLine(verdict))
        }
        var reply = try AdminReply(
            lines: ["Entry \(failure.number): \(Self.words(failure.fault))"], json: VerdictLine(verdict))
        reply.exitCode = 1
        reply.error = "the audit trail is not in order"
        return reply
    }

    private static func words(_ fault: AuditVerdict.Fault) -> String {
        switch fault {
        case .changed: "it was changed, or put there by somebody else."
        case .missing: "it is missing."
        case .surplus: "it stands behind the newest entry that this server wrote."
        case .truncated: "it and all behind it are missing."
        case .resumed: "when it was written, the entries before it had been tampered with."
        case .head: "the sealed mark of the newest entry is missing or not this server's."
        case .anchor: "the sealed mark of the entries that were removed is not this server's."
        }
    }
}
