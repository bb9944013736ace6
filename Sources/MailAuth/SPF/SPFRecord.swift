/// An SPF record: which servers may send mail in the name of a domain (RFC 7208, 3 and 4.5).
///
/// `description` writes the record in its canonical form; reading that again gives an equal record.
public struct SPFRecord: Sendable, Hashable, CustomStringConvertible {
    /// The terms in their order.
    public let terms: [SPFTerm]

    /// A record of terms.
    public init(terms: [SPFTerm]) {
        self.terms = terms
    }

    /// Reads the text of a record: the strings of a TXT record joined (RFC 7208, 3.3).
    ///
    /// The whole record is read before anything is evaluated, so that a mistake anywhere in it is found (RFC 7208, 4.6).
    ///
    /// - Throws: ``SPFSyntaxError`` with the first term that is wrong.
    public init(parsing text: some Collection<UInt8>) throws(SPFSyntaxError) {
        var parser = SPFParser(Array(text))
        terms = try parser.record()
    }

    /// Reads the text of a record.
    ///
    /// - Throws: ``SPFSyntaxError`` with the first term that is wrong.
    public init(parsing text: String) throws(SPFSyntaxError) {
        try self.init(parsing: Array(text.utf8))
    }

    /// Whether a text is meant as an SPF record: `v=spf1` and then a blank or the end (RFC 7208, 4.5).
    public static func isRecord(_ text: some Collection<UInt8>) -> Bool {
        var index = text.startIndex
        for letter in "v=spf1".utf8 {
            guard index != text.endIndex else { return false }
            let byte = text[index]
            guard ((0x41...0x5A).contains(byte) ? byte | 0x20 : byte) == letter else { return false }
            text.formIndex(after: &index)
        }
        return index == text.endIndex || text[index] == UInt8(ascii: " ")
    }

    /// The directives in their order.
    public var directives: [SPFDirective] {
        terms.compactMap { term in
            if case .directive(let directive) = term { directive } else { nil }
        }
    }

    /// Where evaluation goes on if nothing matches (RFC 7208, 6.1). Has no effect beside an `all`.
    public var redirect: SPFDomainSpec? {
        for case .redirect(let target) in terms { return target }
        return nil
    }

    /// Where the explanation of a failure stands (RFC 7208, 6.2).
    public var explanation: SPFDomainSpec? {
        for case .explanation(let target) in terms { return target }
        return nil
    }

    /// The `all` that decides when nothing before it matches.
    public var all: SPFDirective? { directives.first { $0.mechanism == .all } }

    /// The record as text, in canonical form.
    public var description: String { (["v=spf1"] + terms.map(\.description)).joined(separator: " ") }
}
