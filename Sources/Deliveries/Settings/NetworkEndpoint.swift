import MailMessage

/// A host and a port, as settings hold them: `192.0.2.1`, `[2001:db8::1]:5353`, `ns1.operator.example:53`.
public struct NetworkEndpoint: Equatable, Sendable {
    /// A host name as A-labels, or an IP address without brackets.
    public let host: String
    /// The port.
    public let port: Int
    private let defaultPort: Int

    /// Reads the text form; `nil` for anything else.
    ///
    /// - Parameters:
    ///   - text: the host, and a port behind a colon if it is not the usual one.
    ///   - defaultPort: the usual one.
    public init?(_ text: String, defaultPort: Int) {
        self.defaultPort = defaultPort
        if let address = NetworkAddress(parsing: text) {
            host = address.text
            port = defaultPort
            return
        }
        var name = text
        var number = defaultPort
        if let colon = text.lastIndex(of: ":"), !text.hasSuffix("]") {
            let digits = text[text.index(after: colon)...]
            guard (1...5).contains(digits.utf8.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                let parsed = Int(digits), (1...65_535).contains(parsed)
            else { return nil }
            name = String(text[..<colon])
            number = parsed
        }
        if name.hasPrefix("["), name.hasSuffix("]") {
            guard let address = NetworkAddress(parsing: String(name.dropFirst().dropLast())),
                address.bytes.count == 16
            else { return nil }
            host = address.text
        } else if let address = NetworkAddress(parsing: name) {
            guard address.bytes.count == 4 else { return nil }
            host = address.text
        } else {
            guard let domain = try? MailDomain(parsing: name) else { return nil }
            host = domain.ascii
        }
        port = number
    }

    /// Host and port, whatever the usual one is.
    public var textWithPort: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// The canonical text form; the usual port is left out.
    public var text: String {
        guard port != defaultPort else { return host }
        return host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}
