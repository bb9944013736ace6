import Foundation
import MailMessage

/// An address of the web as settings hold it: `http` or `https`, a host, and whatever follows.
struct WebAddress: Equatable {
    /// What is wrong with a text; the raw value is the reason of a `FieldError`.
    enum Mistake: String, Error {
        case malformed = "not-a-web-address"
        case hasPath = "web-address-without-path"
        case needsEncryption = "web-address-needs-https"
    }

    /// `http` or `https`.
    let scheme: String
    /// The host as it stands in the address: an A-label name, an IPv4 address, or an IPv6 address in brackets.
    let host: String
    /// The port, unless it is the scheme's own.
    let port: Int?
    /// Path, query and fragment; empty or from `/`, `?` or `#` on.
    let tail: String

    /// Reads an address, strictly about the host and leniently about letters beyond ASCII.
    init(parsing text: String) throws(Mistake) {
        guard text.utf8.count <= 2_000, !text.unicodeScalars.contains(where: Self.isForbidden),
            let separator = text.range(of: "://")
        else { throw .malformed }
        scheme = text[..<separator.lowerBound].lowercased()
        guard scheme == "http" || scheme == "https" else { throw .malformed }
        let rest = text[separator.upperBound...]
        let end = rest.firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? rest.endIndex
        let authority = String(rest[..<end])
        tail = Self.encoded(rest[end...])
        // User information in an address is only ever used to deceive.
        guard !authority.isEmpty, !authority.contains("@") else { throw .malformed }
        var name = authority
        var digits: Substring?
        let afterBracket = authority.lastIndex(of: "]").map { authority.index(after: $0) } ?? authority.startIndex
        if let colon = authority[afterBracket...].lastIndex(of: ":") {
            name = String(authority[..<colon])
            digits = authority[authority.index(after: colon)...]
        }
        guard let host = Self.host(name) else { throw .malformed }
        self.host = host
        guard let digits else {
            port = nil
            return
        }
        guard digits.utf8.count <= 5, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = Int(digits),
            (1...65_535).contains(port)
        else { throw .malformed }
        self.port = port == (scheme == "https" ? 443 : 80) ? nil : port
    }

    /// The address in its canonical form.
    var text: String { origin + tail }

    /// Scheme, host and port.
    var origin: String { "\(scheme)://\(host)\(port.map { ":\($0)" } ?? "")" }

    /// Whether it is this machine itself.
    var isLoopback: Bool {
        let bare = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        return bare == "localhost" || NetworkAddress(parsing: bare)?.isLoopback == true
    }

    private static func host(_ name: String) -> String? {
        if name.hasPrefix("["), name.hasSuffix("]") {
            guard let address = NetworkAddress(parsing: String(name.dropFirst().dropLast())), address.bytes.count == 16
            else { return nil }
            return "[\(address.text)]"
        }
        if let address = NetworkAddress(parsing: name) { return address.bytes.count == 4 ? address.text : nil }
        return (try? MailDomain(parsing: name))?.ascii
    }

    private static func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value <= 0x20 || (0x7F...0xA0).contains(scalar.value) || scalar == "\\" || scalar == "\u{2028}"
            || scalar == "\u{2029}"
    }

    /// RFC 3986, 2.1: what may not stand in an address is percent-encoded; what is encoded already stays.
    private static func encoded(_ tail: Substring) -> String {
        var result = ""
        for byte in tail.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "^"), UInt8(ascii: "`"),
                UInt8(ascii: "{"), UInt8(ascii: "|"), UInt8(ascii: "}"), 0x80...:
                result += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            default:
                result.unicodeScalars.append(Unicode.Scalar(byte))
            }
        }
        return result
    }
}
