import ArgumentParser
import DNS
import DNSTransport
import Foundation
import UnboundDNS

/// Whom the commands about DNS ask.
struct ResolverOptions: ParsableArguments {
    @Option(
        name: .customLong("resolver"),
        help: ArgumentHelp(
            "Ask this server, as it is; by default names are resolved and validated here.",
            valueName: "host[:port]"))
    var server: String?

    /// The resolver; for DNS servers given by name, the operating system is asked for their addresses.
    func resolver() async throws -> any DNSResolver {
        if let server { return StubResolver(try await DNSServer.servers(of: server)) }
        let file = ProcessInfo.processInfo.environment["DEPESCHE_UNBOUND_CONF"]
        return try UnboundResolver(UnboundConfiguration(file: file))
    }
}
