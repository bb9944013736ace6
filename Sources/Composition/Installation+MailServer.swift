import Foundation
import MailRouting
import Outbox

/// How the check of the built-in mail server reaches out.
extension Installation {
    static func checkAccess(
        _ configuration: Configuration, dns: LiveDNS, certificates: MailCertificates
    ) -> MailServerCheck.Access {
        MailServerCheck.Access(
            resolver: dns.resolver, probe: LiveOutwardProbe(port: configuration.mxPort),
            egress: configuration.allowsPrivateDestinations ? .everything : .public, suffixes: dns.suffixes,
            certificate: { await certificates.certificate() })
    }
}

extension MailServerCertificate {
    /// The first certificate of a file, PEM; `nil` for what is none.
    init?(file: URL) {
        guard let pem = try? String(contentsOf: file, encoding: .utf8) else { return nil }
        self.init(pem: pem)
    }
}
