import Deliveries
import MailTemplates

/// Takes what grants access out of a mail that is shown to an administrator: the last part of our links, and codes.
///
/// Links are known by their path, whatever their host: the public address may have changed since the mail was composed.
struct SecretMask {
    private static let mask = Array("••••••".utf8)
    private static let paths = ["/l/", "/m/", "/password/", "/invitation/", "/setup/"].map { Array($0.utf8) }
    /// Shorter ones are no tokens of ours, damaged ones still are.
    private static let shortestToken = 12

    /// The mail with masks for tokens and codes.
    func masking(_ mail: OutgoingMail) -> OutgoingMail {
        var mail = mail
        mail.plainText = masking(mail.plainText, kind: mail.kind)
        mail.html = masking(mail.html, kind: mail.kind)
        mail.subject = masking(mail.subject, kind: mail.kind)
        return mail
    }

    private func masking(_ text: String, kind: MailKind) -> String {
        let octets = maskingLinks(Array(text.utf8))
        return String(decoding: kind == .code ? maskingCodes(octets) : octets, as: UTF8.self)
    }

    private func maskingLinks(_ octets: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(octets.count)
        var index = 0
        while index < octets.count {
            guard octets[index] == UInt8(ascii: "/"),
                let path = Self.paths.first(where: { octets[index...].starts(with: $0) })
            else {
                result.append(octets[index])
                index += 1
                continue
            }
            result += path
            index += path.count
            let end = octets[index...].firstIndex { !Self.isTokenOctet($0) } ?? octets.count
            if end - index >= Self.shortestToken {
                result += Self.mask
                index = end
            }
        }
        return result
    }

    /// Six digits that stand alone, also as two groups of three.
    private func maskingCodes(_ octets: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(octets.count)
        var index = 0
        while index < octets.count {
            guard Self.isDigit(octets[index]) else {
                result.append(octets[index])
                index += 1
                continue
            }
            let end = Self.endOfDigits(octets, index)
            let next = Self.endOfGap(octets, end)
            let nextEnd = Self.endOfDigits(octets, next)
            if end - index == 6 {
                result += Self.mask
                index = end
            } else if end - index == 3, next > end, nextEnd - next == 3 {
                result += Self.mask
                index = nextEnd
            } else {
                result += octets[index..<end]
                index = end
            }
        }
        return result
    }

    private static func endOfDigits(_ octets: [UInt8], _ start: Int) -> Int {
        octets[start...].firstIndex { !isDigit($0) } ?? octets.count
    }

    /// Behind what may stand between two groups: spaces of all kinds, as octets or as entities, or a hyphen.
    private static func endOfGap(_ octets: [UInt8], _ start: Int) -> Int {
        let gaps = [" ", "\u{A0}", "\u{202F}", "\u{2009}", "-", "&nbsp;", "&#160;", "&#8239;", "&thinsp;"]
        return gaps.first { octets[start...].starts(with: $0.utf8) }.map { start + $0.utf8.count } ?? start
    }

    private static func isDigit(_ octet: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(octet) }

    private static func isTokenOctet(_ octet: UInt8) -> Bool {
        switch octet {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"),
            UInt8(ascii: "_"), UInt8(ascii: "%"), UInt8(ascii: "="):
            true
        default: isDigit(octet)
        }
    }
}
