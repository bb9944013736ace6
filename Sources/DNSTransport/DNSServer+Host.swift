public import DNS
import NIOCore
import NIOPosix

extension DNSServer {
    /// The servers behind `HOST` or `HOST:PORT`, where the host may be a name that the operating system knows.
    ///
    /// - Throws: ``DNSFailure`` with ``DNSFailure/Code/unreachable`` if the text is none or the name has no address.
    public static func servers(of text: String) async throws(DNSFailure) -> [DNSServer] {
        if let server = DNSServer(text) { return [server] }
        guard let (host, port) = split(text), !host.contains(":"), !host.isEmpty else {
            throw DNSFailure(.unreachable, server: text, detail: "this is no HOST or HOST:PORT")
        }
        let addresses: [IPAddress]
        do {
            // getaddrinfo blocks.
            addresses = try await NIOThreadPool.singleton.runIfActive { IPAddress.system(host) }
        } catch {
            throw DNSFailure(.cancelled, server: text, detail: "\(error)")
        }
        if addresses.isEmpty { throw DNSFailure(.unreachable, server: text, detail: "\(host) has no address") }
        return addresses.map { DNSServer($0, port: port) }
    }

    /// The address as sockets want it.
    var socketAddress: SocketAddress {
        get throws { try SocketAddress(ipAddress: address.description, port: Int(port)) }
    }
}
