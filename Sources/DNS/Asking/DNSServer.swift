/// A server that can be asked: an address and a port.
public struct DNSServer: Sendable, Hashable, CustomStringConvertible {
    /// Its address.
    public let address: IPAddress
    /// Its port; 53 as a rule.
    public let port: UInt16

    /// A server.
    public init(_ address: IPAddress, port: UInt16 = 53) {
        self.address = address
        self.port = port
    }

    /// Reads `192.0.2.53`, `192.0.2.53:5353`, `2001:db8::53` or `[2001:db8::53]:5353`; `nil` for anything else, also
    /// for host names: those have to be looked up.
    public init?(_ text: String) {
        guard let (host, port) = Self.split(text), let address = IPAddress(host) else { return nil }
        self.init(address, port: port)
    }

    /// Address and port.
    public var description: String { address.family == .v4 ? "\(address):\(port)" : "[\(address)]:\(port)" }

    /// Host and port of a text; the port is 53 where it has none.
    package static func split(_ text: String) -> (host: String, port: UInt16)? {
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
            let host = String(text[text.index(after: text.startIndex)..<end])
            let rest = text[text.index(after: end)...]
            if rest.isEmpty { return (host, 53) }
            return rest.hasPrefix(":") ? number(rest.dropFirst()).map { (host, $0) } : nil
        }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        // Several colons without brackets: an IPv6 address without a port.
        if parts.count == 2 { return number(parts[1]).map { (String(parts[0]), $0) } }
        return (text, 53)
    }

    private static func number(_ text: Substring) -> UInt16? {
        guard let port = UInt16(text), port > 0 else { return nil }
        return port
    }
}
