public import DNS
import MailAuth
public import MailMessage

/// What stands in the operator's own zones: the texts that aliases of customers lead to, and our own SPF record.
public enum OperatorRecords {
    /// Where the text of a key stands in the operator's zone: `<selector>.<domain>.<zone>`.
    ///
    /// - Returns: `nil` if the name would be too long; then the key is published as text.
    public static func target(selector: String, domain: MailDomain, zone: DNSName) -> DNSName? {
        DNSName(domain.ascii).flatMap { domain in
            DNSName(labels: domain.labels + zone.labels)?.prefixed(by: selector)
        }
    }

    /// The records that must stand in the operator's zone for the keys of a domain that are published as aliases.
    /// Retired keys have none any more.
    public static func keys(of domain: SenderDomain, ttl: UInt32) -> [DNSRecord] {
        domain.keys.compactMap { key in
            guard case .cname(let target) = key.publication, key.phase != .retired, let text = key.publicRecord else {
                return nil
            }
            return DNSRecord(target, ttl: ttl, .txt(text))
        }
    }

    /// Our own SPF record, the one that customers include: only addresses, so that it costs receivers no look-up
    /// beyond the include itself (RFC 7208, 4.6.4).
    public static func spfText(addresses: [IPAddress]) -> String {
        let terms = addresses.map { address -> SPFTerm in
            let address = address.unmapped
            return .directive(SPFDirective(.pass, address.family == .v4 ? .ip4(address) : .ip6(address)))
        }
        return SPFRecord(terms: terms + [.directive(SPFDirective(.fail, .all))]).description
    }
}
