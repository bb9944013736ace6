import Deliveries
public import Foundation
import Secrets

/// The file of a receipt, checked without a server.
public enum ReceiptFile {
    private struct Line: Encodable {
        let genuine: Bool
        let fault: String?
        let keyId: String?
        let publicKey: String?
        let keyCompared: Bool
        let receipt: DeliveryReceipt?
    }

    /// Checks a file.
    ///
    /// - Parameters:
    ///   - content: all of it.
    ///   - key: the public key that the server named, base64; nil: none is known.
    /// - Returns: exit code 0 if it is genuine, 1 if not, 2 if the key is none.
    public static func check(_ content: Data, key: String?) throws -> AdminReply {
        var expected: PublicSigningKey?
        if let key {
            expected = Data(base64Encoded: key).flatMap { PublicSigningKey(bytes: $0) }
            guard expected != nil else {
                return .failure(
                    2, "\(key) is not a public key: 32 octets in base64, as `depesche receipt key` prints them.")
            }
        }
        let check = ReceiptCheck(content, expected: expected)
        var reply = try AdminReply(
            lines: lines(check, isCompared: expected != nil),
            json: Line(
                genuine: check.fault == nil, fault: check.fault?.rawValue, keyId: check.key?.id,
                publicKey: check.key.map { Data($0.bytes).base64EncodedString() }, keyCompared: expected != nil,
                receipt: check.fault == nil ? check.receipt : nil))
        if let fault = check.fault {
            reply.exitCode = 1
            reply.error = words(fault)
        }
        return reply
    }

    private static func lines(_ check: ReceiptCheck, isCompared: Bool) -> [String] {
        guard check.fault == nil, let receipt = check.receipt, let key = check.key else { return [] }
        let time = Date.ISO8601FormatStyle()
        let names = Dictionary(receipt.files.map { ($0.id, $0.name) }) { first, _ in first }
        func transfers(_ transfers: [DeliveryReceipt.Transfer], _ who: String) -> [String] {
            transfers.map { "\(who)\t\(names[$0.file] ?? $0.file)\t\($0.firstAt.formatted(time))" }
        }
        return [
            "The receipt is genuine: nothing in it was changed since \(receipt.server) signed it at \(receipt.issuedAt.formatted(time)).",
            isCompared
                ? "It was signed with the key that you named (\(key.id))."
                : "It was signed with the key \(Data(key.bytes).base64EncodedString()). Whether that is the server's, only "
                    + "a comparison shows: --key with what the server's page \(receipt.server)/genuine names.",
            "From: \(receipt.sender.email)", "Subject: \(receipt.delivery.subject)",
        ] + receipt.files.map { "File: \($0.name)\t\($0.size)\t\($0.sha256 ?? "-")" }
            + receipt.recipients.flatMap { reader in
                reader.transfers.isEmpty
                    ? ["\(reader.person.email)\t-\t-"] : transfers(reader.transfers, reader.person.email)
            } + transfers(receipt.bySharedLink, "someone with the link")
    }

    private static func words(_ fault: ReceiptCheck.Fault) -> String {
        switch fault {
        case .unreadable: "the file is not a receipt, or is damaged"
        case .unsupported: "the receipt is of a version that this program does not know"
        case .signature: "the receipt is not genuine: what it states is not what was signed"
        case .document: "the receipt is not genuine: its page was changed after it was signed"
        case .otherKey: "the receipt was signed with another key than the one that you named"
        }
    }
}
