import ACME
import Deliveries
public import Foundation

/// How it stands with the certificate for mail that is taken in.
public struct MailCertificateReport: Sendable {
    /// How the order of the next one stands.
    public enum Order: Sendable, Equatable {
        /// It is under way, and came so far: the texts are `page.mailserver.certificate.step.<step>`.
        case underWay(step: String)
        /// It begins within seconds, or then.
        case waits(until: Date)
        /// The last one failed.
        ///
        /// - Parameters:
        ///   - problem: what at.
        ///   - detail: what the authority said.
        ///   - at: when.
        ///   - next: when it is tried again.
        case failed(CertificateProblem, detail: String, at: Date, next: Date)
    }

    /// The one in force; `nil` if there is none.
    public let certificate: MailServerCertificate?
    /// Whether it came from the authority rather than from a file.
    public let isFromAuthority: Bool
    /// The authority's directory; `nil` where certificates come from files.
    public let directory: String?
    /// How the order of the next one stands; `nil` where certificates come from files.
    public let order: Order?

    init(
        certificate: MailServerCertificate?, isFromAuthority: Bool, directory: String?, order: CertificateOrder?,
        now: Date
    ) {
        self.certificate = certificate
        self.isFromAuthority = isFromAuthority
        self.directory = directory
        guard directory != nil else {
            self.order = nil
            return
        }
        guard let order else {
            self.order = .waits(until: now)
            return
        }
        if let started = order.startedAt, order.endedAt == nil,
            now.timeIntervalSince(started) < MailCertificates.leaseTime
        {
            self.order = .underWay(step: (ACMEStep(rawValue: order.step) ?? .account).rawValue)
        } else if order.dueAt > now, !order.problem.isEmpty, let ended = order.endedAt {
            self.order = .failed(
                CertificateProblem(rawValue: order.problem) ?? .trouble, detail: order.detail, at: ended,
                next: order.dueAt)
        } else {
            self.order = .waits(until: order.dueAt)
        }
    }
}

extension MailServerCertificate {
    /// What matters of a certificate in PEM, the first one of several; `nil` for what is none.
    public init?(pem: String) {
        guard let chain = CertificateChain(pem: pem) else { return nil }
        self.init(names: chain.names, notAfter: chain.notAfter, issuer: chain.issuer)
    }
}
