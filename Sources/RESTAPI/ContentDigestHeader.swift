import Deliveries
import FileVault
import Foundation

/// The digest in a Content-Digest header (RFC 9530, 2): `sha-256=:<base64>:`.
enum ContentDigestHeader {
    /// The SHA-256 of the body; `nil` if the header names none. Other algorithms are allowed beside it and not checked.
    static func sha256(in header: String?) throws -> ContentDigest? {
        guard let header else { return nil }
        for member in header.split(separator: ",") {
            let pair = member.split(separator: "=", maxSplits: 1).map { $0.filter { $0 != " " } }
            guard pair.count == 2, pair[0].lowercased() == "sha-256" else { continue }
            guard pair[1].count > 2, pair[1].hasPrefix(":"), pair[1].hasSuffix(":"),
                let data = Data(base64Encoded: String(pair[1].dropFirst().dropLast())),
                let digest = ContentDigest(bytes: data)
            else { throw DeliveriesError(.invalid, fields: [FieldError("content-digest", "malformed")]) }
            return digest
        }
        return nil
    }
}
