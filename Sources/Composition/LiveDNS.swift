import DNS
import DNSTransport
import Deliveries
import Foundation
import Logging
import MailAuth
import MailMessage
import MailRouting
import SenderDomains
import UnboundDNS

/// The live way to DNS: the validating resolver, the domains' own servers, and the list of public suffixes.
final class LiveDNS: DomainProbe {
    /// Where Debian's package `publicsuffix` keeps the list.
    private static let suffixFile = "/usr/share/publicsuffix/public_suffix_list.dat"

    /// The validating resolver of this installation.
    let resolver: UnboundResolver
    /// The list of public suffixes; `nil` if this machine has none.
    let suffixes: PublicSuffixList?
    private let access: DomainServerAccess
    private let now: @Sendable () -> Date

    /// Starts the resolver; asks nobody yet.
    ///
    /// - Throws: `StartError` if its configuration cannot be read.
    init(_ configuration: Configuration, logger: Logger, now: @escaping @Sendable () -> Date) throws {
        let file = configuration.unboundFile?.path
        do {
            resolver = try UnboundResolver(UnboundConfiguration(file: file))
        } catch {
            throw StartError("The resolver cannot be started: \(error)")
        }
        var stubs: [DomainServerAccess.Stub] = []
        if let file {
            guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
                throw StartError("The resolver's configuration \(file) cannot be read.")
            }
            stubs = DomainServerAccess.stubs(in: text)
        }
        access = DomainServerAccess(
            stubs: stubs, allowsPrivateAddresses: configuration.allowsPrivateDestinations)
        suffixes = (try? String(contentsOfFile: Self.suffixFile, encoding: .utf8)).map(PublicSuffixList.init(parsing:))
        if suffixes == nil {
            logger.warning("the list of public suffixes is missing", metadata: ["file": "\(Self.suffixFile)"])
        }
        self.now = now
    }

    func report(on domain: SenderDomain, setup: DomainSetup, resolver endpoint: NetworkEndpoint?) async -> DomainReport
    {
        await check(endpoint).report(on: domain, setup: setup)
    }

    func look(at domain: MailDomain, setup: DomainSetup) async -> DomainLook {
        await check(nil).look(at: domain, setup: setup)
    }

    /// Whether anybody can register a domain beneath one.
    func isPublicSuffix(_ domain: MailDomain) -> Bool {
        guard let suffixes, let name = DNSName(domain.ascii) else { return false }
        return suffixes.publicSuffix(of: name) == name
    }

    /// Ends the resolver's threads.
    func shutDown() async { await resolver.shutDown() }

    private func check(_ endpoint: NetworkEndpoint?) async -> DomainCheck {
        guard let endpoint, let servers = try? await DNSServer.servers(of: endpoint.textWithPort) else {
            return DomainCheck(resolver: resolver, access: access, now: now, suffixes: suffixes)
        }
        let stub = StubResolver(servers)
        return DomainCheck(resolver: stub, access: OneServerAccess(server: stub), now: now, suffixes: suffixes)
    }
}

/// The way to the domains' own servers: by their public addresses, or as the resolver's configuration says.
struct DomainServerAccess: AuthoritativeAccess {
    /// A zone whose server the resolver's configuration names.
    struct Stub: Equatable {
        let zone: DNSName
        let server: DNSServer
    }

    /// How a domain's own servers are asked: for what they have, not for what others say.
    static let options = StubOptions(
        timeout: .seconds(5), patience: .seconds(2), rounds: 2, isRecursionDesired: false)

    let stubs: [Stub]
    let allowsPrivateAddresses: Bool

    func resolver(for server: DNSName, addresses: [IPAddress]) -> (any DNSResolver)? {
        let known = stubs.filter { server.isSubdomain(of: $0.zone) }
        let longest = known.map(\.zone.labelCount).max()
        let configured = known.filter { $0.zone.labelCount == longest }.map(\.server)
        if !configured.isEmpty { return StubResolver(configured, options: Self.options) }
        // Nobody may lead us into our own network.
        let allowed = addresses.filter { allowsPrivateAddresses || EgressPolicy.public.refusal(of: $0) == nil }
        return allowed.isEmpty ? nil : StubResolver(allowed.map { DNSServer($0) }, options: Self.options)
    }

    /// The stub zones of a configuration of unbound with an address each (unbound.conf(5)).
    static func stubs(in text: String) -> [Stub] {
        var stubs: [Stub] = []
        var zone: DNSName?
        for line in text.split(whereSeparator: \.isNewline) {
            let words = line.prefix { $0 != "#" }.split(separator: ":", maxSplits: 1).map {
                $0.trimmingCharacters(in: .whitespaces).trimmingCharacters(in: CharacterSet(charactersIn: "\""))
            }
            guard let word = words.first else { continue }
            let value = words.count > 1 ? words[1] : ""
            switch word {
            case "stub-zone", "forward-zone", "server": zone = nil
            case "name": zone = DNSName(value)
            case "stub-addr":
                let parts = value.split(separator: "@")
                guard let zone, let first = parts.first, let address = IPAddress(String(first)) else { continue }
                let port = parts.count > 1 ? UInt16(parts[1]) ?? 53 : 53
                stubs.append(Stub(zone: zone, server: DNSServer(address, port: port)))
            default: continue
            }
        }
        return stubs
    }
}

/// One server that answers for everything, such as that of `--resolver`.
struct OneServerAccess: AuthoritativeAccess {
    let server: StubResolver

    func resolver(for name: DNSName, addresses: [IPAddress]) -> (any DNSResolver)? { server }
}
