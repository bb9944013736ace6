import MailMessage

/// The addresses in a From or Sender field, read as the grammar says and in no other way (RFC 5322, 3.4).
///
/// Who may send in whose name depends on them. What two readers could read differently is therefore refused instead of
/// read kindly: the recipient's program might see another address in it than we do.
struct HeaderAddresses {
    /// Why a field is refused.
    enum Problem: Error {
        case malformed
    }

    private let octets: [UInt8]
    private var index = 0

    private init(_ value: some Sequence<UInt8>) {
        octets = Array(value)
    }

    /// Reads `mailbox *("," mailbox)` with comments and folding white space between. Groups (RFC 6854) name nobody who
    /// sends, and are refused.
    static func mailboxes(_ value: some Sequence<UInt8>) throws(Problem) -> [EmailAddress] {
        var reader = HeaderAddresses(value)
        var addresses: [EmailAddress] = []
        while true {
            addresses.append(try reader.mailbox())
            guard addresses.count <= 100 else { throw .malformed }
            if reader.index == reader.octets.count { return addresses }
            guard reader.next == UInt8(ascii: ",") else { throw .malformed }
            reader.index += 1
        }
    }

    private var next: UInt8? { index < octets.count ? octets[index] : nil }

    /// `mailbox = name-addr / addr-spec`
    private mutating func mailbox() throws(Problem) -> EmailAddress {
        try skipBlanks()
        var words: [Word] = []
        while let octet = next {
            switch octet {
            case UInt8(ascii: "<"):
                index += 1
                return try bracketed()
            case UInt8(ascii: "\""): words.append(.quoted(try quotedString()))
            case UInt8(ascii: "@"):
                // Behind a blank or a comment it would be obsolete, too (RFC 5322, 4.4).
                guard let before = octets[..<index].last, !Self.isBlank(before), before != UInt8(ascii: ")") else {
                    throw .malformed
                }
                index += 1
                return try bare(words)
            default: words.append(.atom(try atom()))
            }
            try skipBlanks()
        }
        throw .malformed
    }

    /// What stands before a bracket or an `@`.
    private enum Word {
        case atom(String)
        case quoted(String)
    }

    /// `local-part "@" domain` without brackets: one word before the `@`, the domain behind it.
    private mutating func bare(_ words: [Word]) throws(Problem) -> EmailAddress {
        guard words.count == 1, let word = words.first else { throw .malformed }
        let domain = try domainText()
        try skipBlanks()
        return try address(word, domain)
    }

    private mutating func bracketed() throws(Problem) -> EmailAddress {
        guard let octet = next else { throw .malformed }
        let word: Word = octet == UInt8(ascii: "\"") ? .quoted(try quotedString()) : .atom(try atom())
        guard next == UInt8(ascii: "@") else { throw .malformed }
        index += 1
        let domain = try domainText()
        guard next == UInt8(ascii: ">") else { throw .malformed }
        index += 1
        try skipBlanks()
        return try address(word, domain)
    }

    private func address(_ word: Word, _ domain: String) throws(Problem) -> EmailAddress {
        guard let domain = try? MailDomain(parsing: domain) else { throw .malformed }
        switch word {
        case .atom(let text):
            guard let address = try? EmailAddress(parsing: "\(text)@\(domain.ascii)") else { throw .malformed }
            return address
        case .quoted(let text):
            guard let address = try? EmailAddress(localPart: text, domain: domain) else { throw .malformed }
            return address
        }
    }

    private mutating func domainText() throws(Problem) -> String {
        // White space within an address is obsolete (RFC 5322, 4.4), and a favourite of those who deceive.
        let text = try atom()
        guard !text.isEmpty else { throw .malformed }
        return text
    }

    /// A run of characters that stand for themselves, dots among them (RFC 5322, 3.2.3; 4.1 for dots in names).
    private mutating func atom() throws(Problem) -> String {
        let start = index
        while let octet = next, Self.isAtomText(octet) { index += 1 }
        guard index > start, let text = String(validating: octets[start..<index], as: UTF8.self) else {
            throw .malformed
        }
        return text
    }

    private static func isAtomText(_ octet: UInt8) -> Bool {
        switch octet {
        case 0...0x20, 0x7F: false
        case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "["),
            UInt8(ascii: "]"), UInt8(ascii: ":"), UInt8(ascii: ";"), UInt8(ascii: "@"), UInt8(ascii: "\\"),
            UInt8(ascii: ","), UInt8(ascii: "\""):
            false
        default: true
        }
    }

    private static func isBlank(_ octet: UInt8) -> Bool { [0x20, 0x09, 0x0D, 0x0A].contains(octet) }

    private mutating func quotedString() throws(Problem) -> String {
        index += 1
        var content: [UInt8] = []
        while let octet = next {
            index += 1
            switch octet {
            case UInt8(ascii: "\""):
                guard let text = String(validating: content, as: UTF8.self) else { throw .malformed }
                return text
            case UInt8(ascii: "\\"):
                guard let escaped = next else { throw .malformed }
                content.append(escaped)
                index += 1
            default: content.append(octet)
            }
        }
        throw .malformed
    }

    /// Folding white space and comments (RFC 5322, 3.2.2). A comment may have comments in it.
    private mutating func skipBlanks() throws(Problem) {
        var depth = 0
        while let octet = next {
            switch octet {
            case _ where Self.isBlank(octet): break
            case UInt8(ascii: "("): depth += 1
            case UInt8(ascii: ")") where depth > 0: depth -= 1
            case UInt8(ascii: "\\") where depth > 0: index += 1
            default: guard depth > 0 else { return }
            }
            index += 1
        }
        guard depth == 0 else { throw .malformed }
    }
}
