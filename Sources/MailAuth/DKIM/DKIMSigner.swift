import Crypto
public import DNS
public import Foundation

/// Signs messages for a domain (RFC 6376, 5): relaxed/relaxed, the whole body, with the time.
///
/// Each field of ``signedNames`` is signed once more often than it stands there, so that none can be added
/// (RFC 6376, 8.15). Fields that mail servers add on the way are not among them.
public struct DKIMSigner: Sendable {
    /// The domain that takes responsibility.
    public let domain: DNSName
    /// The selector of the key.
    public let selector: DNSName
    /// The key.
    public let key: DKIMPrivateKey

    /// The fields that are signed.
    public static let signedNames = [
        "From", "Sender", "Reply-To", "Subject", "Date", "Message-ID", "To", "Cc", "MIME-Version", "Content-Type",
        "Content-Transfer-Encoding", "In-Reply-To", "References", "List-Unsubscribe", "List-Unsubscribe-Post",
        "Auto-Submitted",
    ]

    private static let lowercasedNames = signedNames.map { $0.lowercased() }

    /// A signer.
    ///
    /// - Parameters:
    ///   - domain: the domain; internationalised labels become A-labels.
    ///   - selector: the selector, one label or several.
    ///   - key: the key whose public half stands at `<selector>._domainkey.<domain>`.
    /// - Returns: `nil` if that is no name.
    public init?(domain: String, selector: String, key: DKIMPrivateKey) {
        guard let domain = DKIMSignature.domain(domain)?.lowercased, let selector = DKIMSignature.domain(selector),
            !domain.labels.isEmpty, !selector.labels.isEmpty,
            DNSName(labels: selector.labels + [Array("_domainkey".utf8)] + domain.labels) != nil
        else { return nil }
        self.domain = domain
        self.selector = selector
        self.key = key
    }

    /// The DKIM-Signature fields for a whole message: see ``DKIMSigning``.
    ///
    /// - Parameters:
    ///   - message: the message, header and body.
    ///   - signers: who signs; each makes one field.
    ///   - now: the time that the signatures name.
    /// - Returns: the fields in the order of the signers, each ended by CR LF, to be put in front of the message.
    /// - Throws: ``DKIMSigningProblem``.
    public static func fields(
        for message: some Collection<UInt8>, by signers: [DKIMSigner], at now: Date
    ) throws(DKIMSigningProblem) -> [UInt8] {
        var signing = DKIMSigning(signers, at: now)
        signing.append(message)
        return try signing.finish()
    }

    /// The field over a header and the hash of a body.
    func field(over header: DKIMHeader, bodyHash: [UInt8], at now: Date) throws(DKIMKeyProblem) -> [UInt8] {
        var names: [String] = []
        var selected: [String] = []
        for (name, lowercased) in zip(Self.signedNames, Self.lowercasedNames) {
            for _ in 0...header.count(lowercased) {
                names.append(name)
                selected.append(lowercased)
            }
        }
        let seconds = Int(min(max(now.timeIntervalSince1970, 0), 999_999_999_999).rounded(.down))
        var lines = FoldedText("DKIM-Signature:")
        lines.append([
            "v=1;", "a=\(key.algorithm.rawValue);", "c=relaxed/relaxed;", "d=\(domain);", "s=\(selector);",
            "t=\(seconds);",
        ])
        lines.startLine()
        lines.append(
            joining: names.enumerated().map { ($0 == 0 ? "h=" : "") + $1 + ($0 < names.count - 1 ? ":" : ";") })
        lines.startLine()
        lines.append(["bh=\(DKIMBase64.encode(bodyHash));"])
        lines.startLine()
        lines.append(["b="])
        let unsigned = Array(lines.text.utf8)

        var hash = SHA256()
        for field in header.selected(by: selected) { hash.update(data: field.canonical(.relaxed)) }
        // RFC 6376, 3.7: the field itself comes last, with b= empty and without its line end.
        if let field = DKIMHeaderField(raw: unsigned) { hash.update(data: field.canonical(.relaxed).dropLast(2)) }
        let signature = DKIMBase64.encode(try key.sign(digest: Array(hash.finalize())))
        lines.append(cutting: signature)
        return Array(lines.text.utf8) + [0x0D, 0x0A]
    }
}
