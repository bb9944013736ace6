public import DNS
import MailMessage

/// The list of domains beneath which others register theirs, as RFC 7489, 3.2 uses it.
///
/// Debian keeps it at `/usr/share/publicsuffix/public_suffix_list.dat` (package `publicsuffix`). The caller reads the
/// file.
public struct PublicSuffixList: Sendable {
    private var rules: Set<DNSName> = []
    /// Rules such as `*.ck`, without the star.
    private var wildcards: Set<DNSName> = []
    /// Rules such as `!www.ck`, without the exclamation mark.
    private var exceptions: Set<DNSName> = []
    /// How many lines hold no rule that can be read.
    public private(set) var unreadableLines = 0

    /// Reads the list: a rule a line, up to the first blank; `//` starts a comment.
    public init(parsing text: String) {
        for line in text.utf8.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }) {
            let rule = line.drop { $0 == 0x20 || $0 == 0x09 }.prefix { $0 != 0x20 && $0 != 0x09 }
            guard !rule.isEmpty, !rule.starts(with: "//".utf8) else { continue }
            if rule.first == UInt8(ascii: "!") {
                add(rule.dropFirst(), to: \.exceptions)
            } else if rule.starts(with: "*.".utf8) {
                add(rule.dropFirst(2), to: \.wildcards)
            } else {
                add(rule[...], to: \.rules)
            }
        }
    }

    /// How many rules there are.
    public var count: Int { rules.count + wildcards.count + exceptions.count }

    /// The public suffix of a name: that of the rule with the most labels, an exception before all others; the last
    /// label where no rule fits.
    public func publicSuffix(of name: DNSName) -> DNSName {
        for count in stride(from: name.labelCount, to: 0, by: -1) {
            let candidate = name.suffix(count)
            if exceptions.contains(candidate) { return name.suffix(count - 1) }
            if rules.contains(candidate) || count > 1 && wildcards.contains(name.suffix(count - 1)) { return candidate }
        }
        return name.suffix(1)
    }

    /// The organizational domain: the public suffix and one label more (RFC 7489, 3.2); the name itself if it is a
    /// public suffix.
    public func organizationalDomain(of name: DNSName) -> DNSName {
        name.suffix(publicSuffix(of: name).labelCount + 1)
    }

    private mutating func add(_ rule: some Collection<UInt8>, to set: WritableKeyPath<PublicSuffixList, Set<DNSName>>) {
        let text = String(decoding: Array(rule), as: UTF8.self)
        // Internationalised names stand there as people read them.
        let ascii = text.utf8.allSatisfy { $0 < 0x80 } ? text : (try? MailDomain(parsing: text))?.ascii
        guard let ascii, let name = DNSName(ascii) else {
            unreadableLines += 1
            return
        }
        self[keyPath: set].insert(name)
    }
}
