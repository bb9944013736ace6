public import DNS
import MailMessage

/// What is known of a client that delivers mail (RFC 7208, 4.1).
public struct SPFRequest: Sendable, Hashable {
    /// Whose authorization is asked about (RFC 7208, 2.3 and 2.4).
    public enum Identity: String, Sendable, Hashable {
        /// The domain of MAIL FROM.
        case mailFrom = "mail-from"
        /// The name in HELO or EHLO: there is no MAIL FROM.
        case helo
    }

    /// The address from which it came.
    public var clientAddress: IPAddress
    /// The name in HELO or EHLO.
    public var helo: String
    /// The name of the host that checks, for explanations.
    public var receiver: String
    /// Seconds since 1970, for explanations.
    public var time: Int
    /// Whose authorization is asked about.
    public let identity: Identity
    /// The local part of the sender, `postmaster` where there is none (RFC 7208, 4.3).
    public let localPart: [UInt8]
    /// The domain whose record is asked for: that of MAIL FROM, or the name in HELO where MAIL FROM is empty
    /// (RFC 7208, 2.4). Internationalised labels stand as A-labels (RFC 7208, 4.3).
    public let domain: [UInt8]

    /// A request.
    ///
    /// - Parameters:
    ///   - clientAddress: the address from which the client came.
    ///   - mailFrom: the address in MAIL FROM, without angle brackets; empty for a bounce.
    ///   - helo: the name in HELO or EHLO.
    ///   - receiver: the name of the host that checks.
    ///   - time: seconds since 1970.
    public init(
        clientAddress: IPAddress, mailFrom: String, helo: String, receiver: String = "unknown", time: Int = 0
    ) {
        self.clientAddress = clientAddress
        self.helo = helo
        self.receiver = receiver
        self.time = time
        identity = mailFrom.isEmpty ? .helo : .mailFrom
        let bytes = Array(mailFrom.utf8)
        let at = bytes.lastIndex(of: UInt8(ascii: "@"))
        let local = at.map { bytes[..<$0] } ?? []
        localPart = local.isEmpty ? Array("postmaster".utf8) : Array(local)
        let domain = mailFrom.isEmpty ? Array(helo.utf8) : Array(bytes[(at.map { $0 + 1 } ?? 0)...])
        self.domain = Self.aLabels(domain)
    }

    /// The name to start with; `nil` if it is malformed, an address, or has one label only (RFC 7208, 4.3).
    var target: SPFTarget? {
        guard let name = SPFDomainSpec.name(domain), name.labelCount > 1, domain.first != UInt8(ascii: "[") else {
            return nil
        }
        return SPFTarget(name: name, text: domain.last == UInt8(ascii: ".") ? domain.dropLast() : domain)
    }

    /// Whether the local part has characters beyond ASCII: macros made of it match nothing (RFC 8616, 4).
    var hasLocalPartBeyondASCII: Bool { localPart.contains { $0 >= 0x80 } }

    private static func aLabels(_ domain: [UInt8]) -> [UInt8] {
        guard domain.contains(where: { $0 >= 0x80 }),
            let parsed = try? MailDomain(parsing: String(decoding: domain, as: UTF8.self))
        else { return domain }
        return Array(parsed.ascii.utf8)
    }
}
