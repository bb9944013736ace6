public import DNS
public import MailMessage

/// Where a domain wants its reports on TLS (RFC 8460, 3).
public struct TLSReportRecord: Sendable, Hashable {
    /// Where reports go.
    public enum Destination: Sendable, Hashable, CustomStringConvertible {
        /// To an address, by mail.
        case mail(EmailAddress)
        /// To a URI, by HTTPS POST.
        case https(String)

        /// As a URI.
        public var description: String {
            switch self {
            case .mail(let address): "mailto:\(address)"
            case .https(let uri): uri
            }
        }
    }

    /// So many destinations are read; the rest is passed over.
    public static let limit = 10

    /// The destinations in their order; at least one.
    public let destinations: [Destination]

    /// Reads one text; `nil` if it is no valid record. Destinations of other schemes are passed over.
    public init?(parsing text: [UInt8]) {
        guard let fields = PolicyFields(text), fields.version == "TLSRPTv1", let rua = fields["rua"] else { return nil }
        let destinations = rua.split(separator: ",").compactMap { Self.destination($0) }
        guard !destinations.isEmpty else { return nil }
        self.destinations = Array(destinations.prefix(Self.limit))
    }

    /// The name at which a domain's record stands; `nil` if it would be too long.
    public static func owner(for domain: DNSName) -> DNSName? { domain.prefixed(by: "_smtp._tls") }

    /// The record among all texts of a name. Texts that do not begin with the version are passed over; of several that
    /// do, none counts (RFC 8460, 3).
    public static func find(in texts: [[UInt8]]) -> TLSReportRecord? {
        let candidates = texts.filter { PolicyFields.hasVersion($0, "TLSRPTv1") }
        return candidates.count == 1 ? TLSReportRecord(parsing: candidates[0]) : nil
    }

    private static func destination(_ text: Substring) -> Destination? {
        var uri = text.drop { $0 == " " || $0 == "\t" }
        while let last = uri.last, last == " " || last == "\t" { uri.removeLast() }
        let lower = uri.lowercased()
        if lower.hasPrefix("mailto:") {
            // Header fields behind a question mark are nobody's business (RFC 6068, 2).
            guard let text = percentDecoded(uri.dropFirst(7).prefix { $0 != "?" }) else { return nil }
            return (try? EmailAddress(parsing: text)).map(Destination.mail)
        }
        return lower.hasPrefix("https://") && uri.utf8.count > 8 ? .https(String(uri)) : nil
    }

    private static func percentDecoded(_ text: Substring) -> String? {
        var octets: [UInt8] = []
        var rest = text.utf8[...]
        while let octet = rest.popFirst() {
            guard octet == UInt8(ascii: "%") else {
                octets.append(octet)
                continue
            }
            guard rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else {
                return nil
            }
            octets.append(value)
            rest = rest.dropFirst(2)
        }
        return String(validating: octets, as: UTF8.self)
    }
}
