import DNS
import Deliveries
import Foundation
import MailAuth
import MailMessage
import SenderDomains

/// What the system sender's domain says of us, where reports go, and our own certificate.
extension MailServerInquiry {
    /// A certificate that ends sooner than this is told, seconds.
    private static let certificateWarning: TimeInterval = 14 * 86_400

    private var senderName: DNSName? { sender.flatMap { DNSName($0.domain.ascii) } }

    /// Evaluated, not compared: whatever the record says, the outgoing addresses must pass (RFC 7208, 4).
    func spf() async -> Line {
        guard let sender, let domain = senderName else { return Line(.spf, .bad, "no-sender") }
        guard !addresses.isEmpty else { return Line(.spf, .bad, "no-addresses") }
        let evaluator = SPFEvaluator(resolver: resolver)
        var failing: [IPAddress] = []
        for address in addresses {
            let result = await evaluator.evaluate(
                SPFRequest(clientAddress: address, mailFrom: sender.wireForm, helo: identity.name))
            switch result.code {
            case .pass: continue
            case .temperror:
                return Line(.spf, .unknown, "unanswered", ["domain": sender.domain.unicode])
            case .none, .neutral, .fail, .softfail, .permerror: failing.append(address)
            }
        }
        guard let first = failing.first else {
            return Line(.spf, .good, "good", ["domain": sender.domain.unicode])
        }
        let values = ["domain": sender.domain.unicode, "address": first.description]
        do throws(DNSFailure) {
            let records = try await texts(domain).filter { SPFRecord.isRecord(Array($0.utf8)) }
            // Two records are an error whatever they say (RFC 7208, 4.5): first one of them must go.
            guard records.count < 2 else { return Line(.spf, .bad, "several", values) }
            return Line(
                .spf, .bad, records.isEmpty ? "missing" : "not-allowed", values,
                Self.merged(records.first, with: failing).map {
                    [Record(name: "\(domain).", type: "TXT", value: $0)]
                } ?? [])
        } catch {
            return Line(.spf, unanswered: domain, error)
        }
    }

    /// The live record with our addresses put in before what decides about everybody else; nil for one that cannot be
    /// read.
    static func merged(_ live: String?, with addresses: [IPAddress]) -> String? {
        let ours = addresses.map { address -> SPFTerm in
            .directive(SPFDirective(.pass, address.family == .v4 ? .ip4(address) : .ip6(address)))
        }
        guard let live else {
            return SPFRecord(terms: ours + [.directive(SPFDirective(.softfail, .all))]).description
        }
        guard let record = try? SPFRecord(parsing: live) else { return nil }
        let place = record.terms.firstIndex { term in
            switch term {
            case .directive(let directive): directive.mechanism == .all
            case .redirect: true
            case .explanation, .unknown: false
            }
        }
        var terms = record.terms
        terms.insert(contentsOf: ours, at: place ?? terms.count)
        return SPFRecord(terms: terms).description
    }

    /// Each key that signs must be found as receivers look for it (RFC 6376, 3.6.2).
    func dkim() async -> Line {
        guard let sender, let domain = senderName else { return Line(.dkim, .bad, "no-sender") }
        let values = ["domain": sender.domain.unicode]
        guard let keys else { return Line(.dkim, .bad, "no-domain", values) }
        let signing = keys.filter { $0.phase == .active }
        guard !signing.isEmpty else { return Line(.dkim, .bad, "no-keys", values) }
        for key in signing {
            guard let name = DKIMKeyRecord.name(selector: key.selector, domain: domain), let text = key.publicRecord
            else { continue }
            do throws(DNSFailure) {
                let found = try await texts(name)
                guard !found.contains(where: { Self.isSameKey($0, text) }) else { continue }
                return Line(
                    .dkim, .bad, found.isEmpty ? "missing" : "other",
                    ["domain": sender.domain.unicode, "selector": key.selector],
                    [Record(name: "\(name).", type: "TXT", value: text)])
            } catch {
                return Line(.dkim, unanswered: name, error)
            }
        }
        return Line(
            .dkim, .good, "good",
            ["domain": sender.domain.unicode, "selectors": Self.list(signing.map(\.selector))])
    }

    private static func isSameKey(_ found: String, _ ours: String) -> Bool {
        guard let found = try? DKIMKeyRecord(parsing: Array(found.utf8)),
            let ours = try? DKIMKeyRecord(parsing: Array(ours.utf8))
        else { return false }
        return found.publicKey == ours.publicKey && found.keyTypeName == ours.keyTypeName
    }

    /// A policy of any kind: receivers of much mail ask for one.
    func dmarc() async -> Line {
        guard let sender, let domain = senderName, let name = domain.prefixed(by: "_dmarc") else {
            return Line(.dmarc, .bad, "no-sender")
        }
        let result = await DMARCEvaluator(resolver: resolver, suffixes: access.suffixes).evaluate(author: domain)
        let values = ["domain": sender.domain.unicode]
        if let policy = result.treeWalk.policy ?? result.publicSuffixList?.policy {
            return Line(.dmarc, .good, "good", values.merging(["policy": policy.rawValue]) { $1 })
        }
        switch result.treeWalk.problem {
        case .dns(let asked, _, let failure)?: return Line(.dmarc, unanswered: asked, failure)
        case .severalRecords?: return Line(.dmarc, .bad, "several", values)
        case .invalidPolicy?: return Line(.dmarc, .bad, "unreadable", values)
        case .noRecord?, nil:
            return Line(
                .dmarc, .bad, "missing", values, [Record(name: "\(name).", type: "TXT", value: "v=DMARC1; p=none")])
        }
    }

    /// Reports on mail that did not arrive must find their way back to us.
    func returnPath() async -> Line {
        guard settings.returnPath != .account else { return Line(.returnPath, .unused, "account") }
        guard let domain = settings.returnPathDomain, let asked = DNSName(domain.ascii) else {
            return Line(.returnPath, .bad, "no-domain")
        }
        do throws(DNSFailure) {
            let records = try await resolver.resolve(asked, .mx).records
            let hosts = records.prefix(20).compactMap { record -> DNSName? in
                if case .mx(_, let exchange) = record.data, exchange != .root { exchange } else { nil }
            }
            let values = ["domain": domain.unicode, "hosts": Self.list(hosts)]
            guard hosts.isEmpty else { return Line(.returnPath, .good, "good", values) }
            return Line(
                .returnPath, .bad, "missing", values,
                name.map { [Record(name: "\(asked).", type: "MX", value: "10 \($0).")] } ?? [])
        } catch {
            return Line(.returnPath, unanswered: asked, error)
        }
    }

    /// Mail goes out encrypted without a certificate of ours; those who come to us see one.
    func tls() async -> Line {
        guard let certificate = await access.certificate() else { return Line(.tls, .unused, "none") }
        let values = ["name": identity.name, "names": Self.list(certificate.names)]
        if certificate.notAfter <= now { return Line(.tls, .bad, "expired", values) }
        if certificate.notAfter.timeIntervalSince(now) < Self.certificateWarning {
            return Line(.tls, .bad, "ends-soon", values)
        }
        return certificate.covers(identity.name)
            ? Line(.tls, .good, "good", values) : Line(.tls, .bad, "other-name", values)
    }
}
