import Crypto
import Foundation

@testable import MailAuth

/// Makes signatures with any tags, also such as nobody should make.
struct HandSigner {
    let key: DKIMPrivateKey

    /// - Parameter tags: all tags but `b=`; `{bh}` stands for the hash of the body as `c=` and `l=` say.
    func sign(_ tags: String, _ message: String) throws -> [UInt8] {
        let end = message.range(of: "\r\n\r\n")
        let head = end.map { message[..<$0.lowerBound] + "\r\n" } ?? message[...]
        let body = Array((end.map { message[$0.upperBound...] } ?? "").utf8)
        let list = try TagList(parsing: tags.utf8)
        let ways =
            DKIMCanonicalization(list["c"] ?? "simple/simple") ?? DKIMCanonicalization(header: .simple, body: .simple)
        var hash = DKIMBodyHash(.init(canonicalization: ways.body, limit: list["l"].flatMap { UInt64($0) }))
        body.withUnsafeBufferPointer { hash.append($0) }
        let digest = Data(hash.finish().digest).base64EncodedString()
        let field = "DKIM-Signature: " + tags.replacingOccurrences(of: "{bh}", with: digest) + "; b="
        var reader = DKIMMessageReader()
        _ = Array((head + "\r\n").utf8).withUnsafeBufferPointer { reader.append($0) }
        let names = (list["h"] ?? "").split(separator: ":").map { $0.trimmingCharacters(in: .whitespaces).lowercased() }
        var signed = reader.header.selected(by: names).flatMap { $0.canonical(ways.header) }
        signed += DKIMHeaderField(raw: Array(field.utf8))?.canonical(ways.header).dropLast(2) ?? []
        let signature = try key.sign(digest: Array(SHA256.hash(data: signed)))
        return Array((field + Data(signature).base64EncodedString() + "\r\n" + message).utf8)
    }
}
