import DNS
import MailRouting

/// Where mail to a destination goes, and how each host may be used.
struct DeliveryPlan: Sendable {
    /// One host of the destination.
    struct Host: Sendable {
        let host: MailHost
        let tlsa: TLSAFinding
        let security: Result<HostSecurity, HostRefusal>
    }

    let route: MailRoute
    let hosts: [Host]
    /// The domain's MTA-STS policy in force.
    let policy: STSPolicy?
    /// Why its policy could not be fetched.
    let policyFailure: STSFetch.Failure?

    var hostSet: HostSet { route.hostSet }

    /// Whether it says all that there is to know, and may be used again.
    var isComplete: Bool {
        policyFailure == nil
            && hosts.allSatisfy { host in
                if case .success = host.security { true } else { false }
            }
    }
}
