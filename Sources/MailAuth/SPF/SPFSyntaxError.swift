/// Why a text is no valid SPF record. For a receiver that is "permerror" (RFC 7208, 4.6).
public struct SPFSyntaxError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong.
    public enum Reason: String, Sendable, Hashable, CaseIterable {
        /// It does not start with `v=spf1` and a blank.
        case noVersion = "no-version"
        /// Octets beyond ASCII (RFC 7208, 3.1).
        case notASCII = "not-ascii"
        /// There is no such mechanism.
        case unknownMechanism = "unknown-mechanism"
        /// A mechanism or modifier that needs a name or an address has none.
        case missingArgument = "missing-argument"
        /// Something follows a mechanism that takes nothing.
        case unexpectedArgument = "unexpected-argument"
        /// The name does not end in a proper top-level label, or has octets that may not stand there (RFC 7208, 7.1).
        case badName = "bad-name"
        /// An address where a name is expected: `a:192.0.2.1` for `ip4:192.0.2.1`.
        case addressAsName = "address-as-name"
        /// No IPv4 or IPv6 address.
        case badAddress = "bad-address"
        /// A prefix length that is no number of the right size.
        case badPrefix = "bad-prefix"
        /// A `%` that starts no macro, or a macro that is malformed (RFC 7208, 7.1).
        case badMacro = "bad-macro"
        /// A macro that may stand in explanations only (RFC 7208, 7.2).
        case explanationMacro = "explanation-macro"
        /// `redirect` or `exp` stands there twice (RFC 7208, 6).
        case repeatedModifier = "repeated-modifier"
        /// What stands before `=` is no name of a modifier.
        case badModifier = "bad-modifier"
    }

    /// What is wrong.
    public var reason: Reason
    /// The term that is wrong, at most 100 characters of it, with `?` for what cannot be printed.
    public var term: String

    init(_ reason: Reason, _ term: some Collection<UInt8>) {
        self.reason = reason
        self.term = String(
            decoding: term.prefix(100).map { (0x20...0x7E).contains($0) ? $0 : UInt8(ascii: "?") }, as: UTF8.self)
    }

    /// What is wrong and where, in English.
    public var description: String {
        let words =
            switch reason {
            case .noVersion: "it does not start with v=spf1"
            case .notASCII: "there are characters beyond ASCII"
            case .unknownMechanism: "there is no such mechanism"
            case .missingArgument: "a name or an address is missing"
            case .unexpectedArgument: "nothing may follow here"
            case .badName: "this is no valid name"
            case .addressAsName: "an address must be written with ip4: or ip6:"
            case .badAddress: "this is no valid address"
            case .badPrefix: "this is no valid prefix length"
            case .badMacro: "a macro is malformed"
            case .explanationMacro: "this macro is allowed in explanations only"
            case .repeatedModifier: "this may stand there only once"
            case .badModifier: "this is no name of a modifier"
            }
        return "\(words): \(term)"
    }
}
