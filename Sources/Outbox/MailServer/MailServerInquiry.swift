import DNS
import Deliveries
import Foundation
import MailMessage
import MailRouting
import SenderDomains

/// The questions of one check: what the name and the addresses say of each other, and whether mail gets out.
struct MailServerInquiry: Sendable {
    typealias Line = MailServerReport.Line
    typealias Record = MailServerReport.Record

    /// How many addresses are looked at: a list may be long.
    private static let mostAddresses = 16
    /// How many names one address is taken to lead to: a reverse zone may be hostile.
    private static let mostNames = 8
    /// How many mail hosts are knocked at.
    private static let mostKnocks = 3

    let identity: MailServerIdentity
    let sender: EmailAddress?
    /// The keys of the system sender's domain; nil if it is no sender domain here.
    let keys: [DomainKey]?
    let settings: Settings
    let access: MailServerCheck.Access
    let resolver: BudgetedResolver
    let now: Date

    var addresses: [IPAddress] { Array(identity.addresses.prefix(Self.mostAddresses)) }

    /// The name, if it is one that DNS can have.
    var name: DNSName? {
        guard IPAddress(identity.name) == nil, let name = DNSName(identity.name), name.labelCount > 1 else {
            return nil
        }
        return name
    }

    /// The name in EHLO must lead to us: receivers look it up (RFC 5321, 4.1.1.1; RFC 7208, 2.3).
    func hello() async -> Line {
        guard let name else { return Line(.hello, .bad, "no-name", ["name": identity.name]) }
        guard !addresses.isEmpty else { return Line(.hello, .bad, "no-addresses") }
        do throws(DNSFailure) {
            let found = try await hostAddresses(name)
            let missing = addresses.filter { !found.contains($0) }
            let values = ["name": name.description, "found": Self.list(found)]
            if missing.count < addresses.count {
                return Line(.hello, .good, "good", values)
            }
            return Line(
                .hello, .bad, found.isEmpty ? "missing" : "elsewhere", values, missing.map { Self.record(name, $0) })
        } catch {
            return Line(.hello, unanswered: name, error)
        }
    }

    /// Each address must lead to the name and the name back to the address: large receivers refuse mail otherwise.
    func reverse() async -> Line {
        guard let name else { return Line(.reverse, .bad, "no-name", ["name": identity.name]) }
        guard !addresses.isEmpty else { return Line(.reverse, .bad, "no-addresses") }
        var wrong: [(address: IPAddress, names: [DNSName])] = []
        do throws(DNSFailure) {
            for address in addresses {
                let names = try await pointers(address)
                if !names.contains(name) { wrong.append((address, names)) }
            }
        } catch {
            return Line(.reverse, unanswered: name, error)
        }
        if let first = wrong.first {
            return Line(
                .reverse, .bad, first.names.isEmpty ? "missing" : "elsewhere",
                [
                    "address": first.address.description, "name": name.description,
                    "found": Self.list(first.names.map(\.description)),
                ], wrong.map { Record(name: $0.address.reverseName.description, type: "PTR", value: "\(name).") })
        }
        do throws(DNSFailure) {
            let found = try await hostAddresses(name)
            let missing = addresses.filter { !found.contains($0) }
            guard let address = missing.first else {
                return Line(.reverse, .good, "good", ["name": name.description, "addresses": Self.list(addresses)])
            }
            return Line(
                .reverse, .bad, "not-back", ["address": address.description, "name": name.description],
                missing.map { Self.record(name, $0) })
        } catch {
            return Line(.reverse, unanswered: name, error)
        }
    }

    /// A real connection to a mail server elsewhere: many providers close port 25 until they are asked.
    func port25(_ domain: MailDomain?) async -> Line {
        guard let domain, let destination = MailDestination(domain.ascii) else {
            return Line(.port25, .unknown, "no-domain")
        }
        var egress = access.egress
        egress.own.formUnion(identity.addresses)
        let router = MailRouter(
            resolver: resolver, egress: egress, ownNames: Set([name].compactMap(\.self)),
            preference: AddressPreference(rawValue: identity.family) ?? .v4First)
        var generator = SystemRandomNumberGenerator()
        let route: MailRoute
        do throws(RoutingFailure) {
            route = try await router.route(to: destination, using: &generator)
        } catch {
            let values = ["domain": domain.unicode]
            if let cause = error.cause, let asked = DNSName(domain.ascii) {
                return Line(.port25, unanswered: asked, cause)
            }
            // Our own mail server is no proof that mail gets out.
            return Line(.port25, .unknown, "no-host", values)
        }
        let hosts = route.hosts.flatMap { host in host.addresses.map { (host.name?.description ?? "\($0)", $0) } }
        var tried: [String] = []
        var isSilent = false
        for (host, address) in hosts.prefix(Self.mostKnocks) {
            let told = ["host": host, "address": address.description]
            switch await access.probe.knock(at: address) {
            case .greeted: return Line(.port25, .good, "good", told)
            case .silent: isSilent = true
            case .refused: break
            }
            tried.append("\(host) (\(address))")
        }
        return Line(.port25, .bad, isSilent ? "silent" : "refused", ["hosts": Self.list(tried)])
    }

    // MARK: DNS

    func hostAddresses(_ name: DNSName) async throws(DNSFailure) -> [IPAddress] {
        var found: [IPAddress] = []
        for type in [DNSRecordType.a, .aaaa] {
            for record in try await resolver.resolve(name, type).records {
                switch record.data {
                case .a(let address), .aaaa(let address): found.append(address.unmapped)
                default: continue
                }
            }
        }
        return found
    }

    private func pointers(_ address: IPAddress) async throws(DNSFailure) -> [DNSName] {
        let records = try await resolver.resolve(address.reverseName, .ptr).records
        return records.prefix(Self.mostNames).compactMap { record in
            if case .ptr(let name) = record.data { name } else { nil }
        }
    }

    func texts(_ name: DNSName) async throws(DNSFailure) -> [String] {
        try await resolver.resolve(name, .txt).records.prefix(Self.mostAddresses).compactMap { record in
            record.data.joinedText.map { String(decoding: $0, as: UTF8.self) }
        }
    }

    static func record(_ name: DNSName, _ address: IPAddress) -> Record {
        Record(
            name: "\(name).", type: address.family == .v4 ? "A" : "AAAA", value: address.description)
    }

    static func list(_ things: [some CustomStringConvertible]) -> String {
        things.prefix(mostNames).map(\.description).joined(separator: ", ")
    }
}
