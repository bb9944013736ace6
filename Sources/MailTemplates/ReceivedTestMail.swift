import Foundation
public import MailMessage

/// A test mail as it arrived, compared with what was sent: does a relay rewrite links?
///
/// Everything in it comes from outside: it is shown, never followed.
public struct ReceivedTestMail: Sendable, Equatable, Codable {
    /// What became of one link.
    public enum LinkState: Sendable, Equatable, Codable {
        /// It stands in the HTML and in the plain text as it was sent.
        case intact
        /// It leads elsewhere now; the value is where.
        case rewritten(to: String)
        /// It is gone.
        case missing
    }

    /// A link that was sent, and what became of it.
    public struct Link: Sendable, Equatable, Codable {
        /// As it was sent.
        public var sent: MailLink
        /// What became of it in the HTML; nil if no HTML arrived.
        public var inHTML: LinkState?
        /// What became of it in the plain text; nil if no plain text arrived.
        public var inPlainText: LinkState?

        /// Whether it arrived as it was sent, wherever it arrived.
        public var isIntact: Bool {
            (inHTML ?? .intact) == .intact && (inPlainText ?? .intact) == .intact
                && (inHTML != nil || inPlainText != nil)
        }
    }

    /// Whether the mail is the one with the marker.
    public let isTheTestMail: Bool
    /// The links that were sent.
    public let links: [Link]
    /// The hosts to which links were rewritten, in lower case, sorted.
    public let rewritingHosts: [String]
    /// What receiving servers wrote about authenticity (RFC 8601), in their order.
    public let authenticationResults: [String]
    /// The visible sender, if it can be read.
    public let from: Mailbox?

    /// Whether every link arrived as it was sent.
    public var areLinksIntact: Bool { isTheTestMail && links.allSatisfy(\.isIntact) }

    /// Compares a mail, as source text, with the test mail of a marker.
    ///
    /// - Parameters:
    ///   - source: the mail as it was pasted or fetched; line ends may be LF.
    ///   - marker: the marker of the test mail.
    ///   - sent: the links that stood in it, ``TestMail/links``.
    public init(source: [UInt8], marker: String, sent: [MailLink]) {
        let mail = MessageParser().parse(source)
        let html = mail.html
        let plain = mail.plainText
        isTheTestMail = [mail.subject, html, plain].contains { $0?.contains(marker) == true }
        let inHTML = html.map { HTMLLinks.find(in: $0) }
        let inPlain = plain.map { text in
            Markup.normalised(text).split(separator: "\n").flatMap { line in
                Markup.pieces(String(line)).compactMap { if case .link(let link) = $0 { link.text } else { nil } }
            }
        }
        links = sent.map { link in
            Link(
                sent: link, inHTML: inHTML.map { Self.state(of: link, in: $0, sent: sent) },
                inPlainText: inPlain.map { Self.state(of: link, in: $0, sent: sent) })
        }
        var hosts: Set<String> = []
        for state in links.flatMap({ [$0.inHTML, $0.inPlainText] }) {
            if case .rewritten(let target) = state, let host = HTMLLinks.host(of: target) { hosts.insert(host) }
        }
        rewritingHosts = hosts.sorted()
        authenticationResults = mail.headers.filter { $0.name.lowercased() == "authentication-results" }.prefix(20).map
        {
            HeaderText(cleaning: $0.value).truncated(toOctets: 998).value
        }
        from = mail.mailboxes(.from).first
    }

    /// A link counts as rewritten if a link that we did not send carries ours inside, or stands where ours is missing.
    private static func state(of link: MailLink, in found: [String], sent: [MailLink]) -> LinkState {
        if found.contains(link.text) { return .intact }
        let foreign = found.filter { candidate in !sent.contains { $0.text == candidate } }
        let path = link.text.split(separator: "/").last.map(String.init) ?? link.text
        let plainPath = path.removingPercentEncoding ?? path
        let carriers = foreign.filter { candidate in
            let decoded = candidate.removingPercentEncoding ?? candidate
            return [link.text, path, plainPath].contains { decoded.contains($0) || candidate.contains($0) }
        }
        if let carrier = carriers.first { return .rewritten(to: carrier) }
        let own = HTMLLinks.host(of: link.text)
        // An opaque rewriter hides ours completely; its links are those that lead to another host than our own.
        if let opaque = foreign.first(where: { HTMLLinks.host(of: $0) != own }) { return .rewritten(to: opaque) }
        return .missing
    }
}

/// Reads links out of HTML that came back from outside, to compare them.
enum HTMLLinks {
    /// The values of all `href` attributes of `a` elements, with character references undone; at most 1,000.
    static func find(in html: String) -> [String] {
        var result: [String] = []
        let bytes = Array(html.utf8)
        var index = 0
        while index < bytes.count, result.count < 1_000 {
            guard bytes[index] == UInt8(ascii: "<"), index + 2 < bytes.count,
                bytes[index + 1] | 0x20 == UInt8(ascii: "a"),
                isSpace(bytes[index + 2])
            else {
                index += 1
                continue
            }
            index += 2
            if let href = attribute("href", bytes, &index) { result.append(href) }
        }
        return result
    }

    /// The host of a web address in lower case.
    static func host(of link: String) -> String? {
        guard let range = link.range(of: "://") else { return nil }
        let rest = link[range.upperBound...].prefix { !"/?#".contains($0) }
        let host = rest.split(separator: "@").last?.prefix { $0 != ":" } ?? ""
        return host.isEmpty ? nil : HeaderText(cleaning: host.lowercased()).truncated(toOctets: 253).value
    }

    /// Walks through the attributes of one element, to its end, and gives the value of one of them.
    private static func attribute(_ wanted: String, _ bytes: [UInt8], _ index: inout Int) -> String? {
        var found: String?
        while index < bytes.count, bytes[index] != UInt8(ascii: ">") {
            while index < bytes.count, isSpace(bytes[index]) || bytes[index] == UInt8(ascii: "/") { index += 1 }
            let nameStart = index
            while index < bytes.count, !isSpace(bytes[index]), !Array("=>/".utf8).contains(bytes[index]) { index += 1 }
            let name = String(decoding: bytes[nameStart..<index], as: UTF8.self).lowercased()
            while index < bytes.count, isSpace(bytes[index]) { index += 1 }
            guard index < bytes.count, bytes[index] == UInt8(ascii: "=") else {
                // A stray character must not stop the walk.
                if index == nameStart, index < bytes.count, bytes[index] != UInt8(ascii: ">") { index += 1 }
                continue
            }
            index += 1
            while index < bytes.count, isSpace(bytes[index]) { index += 1 }
            guard index < bytes.count else { break }
            let quote = bytes[index]
            let isQuoted = quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'")
            if isQuoted { index += 1 }
            let start = index
            while index < bytes.count {
                if isQuoted ? bytes[index] == quote : isSpace(bytes[index]) || bytes[index] == UInt8(ascii: ">") {
                    break
                }
                index += 1
            }
            if name == wanted, found == nil {
                found = unescaped(String(decoding: bytes[start..<index].prefix(4_096), as: UTF8.self))
            }
            if isQuoted, index < bytes.count { index += 1 }
        }
        return found
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D || byte == 0x0C
    }

    /// Undoes the character references that stand in links.
    private static func unescaped(_ text: String) -> String {
        var result = ""
        var rest = text[...]
        while let ampersand = rest.firstIndex(of: "&") {
            result += rest[..<ampersand]
            rest = rest[ampersand...]
            guard let end = rest.prefix(12).firstIndex(of: ";") else {
                result += "&"
                rest = rest.dropFirst()
                continue
            }
            let name = rest[rest.index(after: ampersand)..<end].lowercased()
            let known = ["amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'"]
            let number =
                name.hasPrefix("#x")
                ? UInt32(name.dropFirst(2), radix: 16) : name.hasPrefix("#") ? UInt32(name.dropFirst()) : nil
            if let character = known[name] ?? number.flatMap(Unicode.Scalar.init).map({ String(Character($0)) }) {
                result += character
                rest = rest[rest.index(after: end)...]
            } else {
                result += "&"
                rest = rest.dropFirst()
            }
        }
        return result + rest
    }
}
