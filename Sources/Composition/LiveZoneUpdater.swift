import DNS
import DNSTransport
import Deliveries

/// Changes the operator's zone by signed dynamic updates (RFC 2136, RFC 8945).
struct LiveZoneUpdater: ZoneUpdater {
    func replaceText(at name: DNSName, with text: String?, ttl: UInt32, by access: ZoneAccess) async throws {
        guard let algorithm = TSIGKey.Algorithm(rawValue: access.algorithm) else {
            throw ZoneUpdateFailure("The TSIG algorithm \(access.algorithm) is not known.")
        }
        let servers: [DNSServer]
        do throws(DNSFailure) {
            servers = try await DNSServer.servers(of: access.server.textWithPort)
        } catch {
            throw ZoneUpdateFailure("\(access.server.text): \(error)")
        }
        guard let server = servers.first else { throw ZoneUpdateFailure("\(access.server.text) has no address.") }
        var update = DNSUpdate(zone: access.zone)
        update.remove(name, .txt)
        if let text { update.add(DNSRecord(name, ttl: ttl, .txt(text))) }
        let key = TSIGKey(name: access.keyName, algorithm: algorithm, secret: access.secret)
        do throws(DNSUpdateFailure) {
            try await DNSUpdateClient(server: server, key: key).send(update)
        } catch {
            throw ZoneUpdateFailure("\(access.server.text): \(error)")
        }
    }
}
