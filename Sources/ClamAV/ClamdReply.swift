/// What clamd answered to a command.
public enum ClamdReply: Equatable, Sendable {
    /// Its version, with that of its signatures: `ClamAV 1.4.3/27500/Mon Jan  5 09:12:03 2026`.
    case version(String)
    /// Nothing was found in the stream.
    case clean
    /// Something was found: the name of the signature.
    case found(String)
    /// The stream is longer than clamd takes, or its content larger than it looks into.
    case tooLarge
}

extension ClamdReply {
    /// The longest name of a signature that is kept, characters.
    static let longestName = 200
    /// Signatures of this name say that a limit was met, not that something was found.
    private static let limits = "Heuristics.Limits.Exceeded"

    /// Reads an answer to `INSTREAM`, without its terminator.
    ///
    /// - Throws: ``ClamdFailure``: clamd told of an error, or what came is no answer.
    static func toStream(_ text: String) throws(ClamdFailure) -> ClamdReply {
        if text == "stream: OK" { return .clean }
        if text.hasSuffix(" ERROR") {
            if text.hasPrefix("INSTREAM size limit exceeded") { return .tooLarge }
            throw ClamdFailure(.refused, printable(text))
        }
        guard text.hasPrefix("stream: "), text.hasSuffix(" FOUND") else {
            throw ClamdFailure(.malformed, printable(text))
        }
        let name = printable(text.dropFirst("stream: ".count).dropLast(" FOUND".count))
        guard !name.isEmpty else { throw ClamdFailure(.malformed, printable(text)) }
        return name.hasPrefix(limits) ? .tooLarge : .found(name)
    }

    /// Reads an answer to `VERSION`, without its terminator.
    ///
    /// - Throws: ``ClamdFailure``: clamd told of an error, or what came is no answer.
    static func toVersion(_ text: String) throws(ClamdFailure) -> ClamdReply {
        guard text.hasPrefix("ClamAV ") else {
            throw ClamdFailure(text.hasSuffix("ERROR") ? .refused : .malformed, printable(text))
        }
        return .version(printable(text))
    }

    /// What may be shown and logged of an answer: one short line of printable ASCII.
    static func printable(_ text: some StringProtocol) -> String {
        String(decoding: text.utf8.prefix(longestName).map { (0x20...0x7E).contains($0) ? $0 : 0x3F }, as: UTF8.self)
    }
}
