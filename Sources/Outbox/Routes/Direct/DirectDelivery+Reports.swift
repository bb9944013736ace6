import DNS
import MailRouting
import SMTP

/// What is counted for reports on TLS (RFC 8460, 4.3).
extension DirectDelivery {
    /// A session came about.
    func report(_ planned: DeliveryPlan.Host, isSecured: Bool) {
        note(planned, isSecured ? nil : detail(.startTLSNotSupported, planned, address: nil))
        // A policy that could not be fetched is told beside what was used instead.
        if let failure = plan.policyFailure, case .domain(let domain) = destination {
            route.sessions.note(
                TLSSession(
                    domain: domain, policy: TLSReportPolicy(.sts, domain: domain.key),
                    failure: TLSFailureDetail(failure.resultType)))
        }
    }

    /// A session did not come about, or not as it should.
    func report(_ planned: DeliveryPlan.Host, failure: SMTPFailure, address: IPAddress) {
        guard let result = failure.tlsResult else { return }
        note(planned, detail(result, planned, address: address))
    }

    /// A host was not used at all.
    func report(_ planned: DeliveryPlan.Host, refusal: HostRefusal) {
        guard let result = refusal.resultType else { return }
        note(planned, detail(result, planned, address: nil))
    }

    private func detail(
        _ result: TLSResultType, _ planned: DeliveryPlan.Host, address: IPAddress?
    ) -> TLSFailureDetail {
        TLSFailureDetail(
            result, host: planned.host.name?.description, receivingAddress: address?.description)
    }

    private func note(_ planned: DeliveryPlan.Host, _ failure: TLSFailureDetail?) {
        guard case .domain(let domain) = destination else { return }
        route.sessions.note(TLSSession(domain: domain, policy: policy(planned, domain), failure: failure))
    }

    private func policy(_ planned: DeliveryPlan.Host, _ domain: DNSName) -> TLSReportPolicy {
        switch planned.tlsa {
        case .records(let set, let baseName), .unusable(let set, let baseName):
            return TLSReportPolicy(set, baseName: baseName)
        case .temporary: return TLSReportPolicy(.tlsa, domain: (planned.host.name ?? domain).key)
        case .notApplicable, .none: break
        }
        return plan.policy.map { TLSReportPolicy($0, of: domain) } ?? TLSReportPolicy(.none, domain: domain.key)
    }
}

extension SMTPFailure {
    /// The name under which reports have it; nil for what is nothing of TLS.
    fileprivate var tlsResult: TLSResultType? {
        switch kind {
        case .tlsNotOffered: .startTLSNotSupported
        case .certificateExpired: .certificateExpired
        case .certificateName: .certificateHostMismatch
        case .certificateIssuer, .certificate: .certificateNotTrusted
        case .certificateTLSA: .validationFailure
        case .tls, .injection: .validationFailure
        default: phase == .tls || phase == .startTLS ? .validationFailure : nil
        }
    }
}
