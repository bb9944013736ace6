import DNS
import Foundation
import MailRouting
import SMTP
import SMTPTransport

/// Opens connections to mail hosts as their security demands.
actor MXConnector {
    /// A connection, and how it came about.
    struct Opened: Sendable {
        let connection: SMTPConnection
        /// What failed before, and was passed over: TLS where it is not demanded, or the check of a policy that is only
        /// tested.
        let passedOver: SMTPFailure?
        /// Whether the certificate was checked.
        let isAuthenticated: Bool
    }

    /// Where a connection goes.
    struct Target: Sendable {
        let host: MailHost
        let address: IPAddress
        let security: HostSecurity
    }

    private let port: Int
    private let trust: SMTPConnectionConfiguration.TrustRoots
    private let timeouts: SMTPTimeouts
    private var clients: [Kind: SMTPTLSClient] = [:]

    private enum Kind: Hashable {
        case unchecked
        case verified
        case dane
    }

    init(port: Int, trust: SMTPConnectionConfiguration.TrustRoots, timeouts: SMTPTimeouts) {
        self.port = port
        self.trust = trust
        self.timeouts = timeouts
    }

    /// Connects and opens the session.
    ///
    /// - Throws: the failure of the last try, with the conversation of all.
    func open(
        _ target: Target, helloName: SMTPHelloName, connectTimeout: Duration, isInteractive: Bool
    ) async throws(SMTPFailure) -> Opened {
        var limits = isInteractive ? timeouts.interactive : timeouts
        limits.connect = min(limits.connect, connectTimeout)
        var passedOver: SMTPFailure?
        for (index, step) in Self.steps(for: target).enumerated() {
            do throws(SMTPFailure) {
                let connection = try await connect(target, step, helloName: helloName, timeouts: limits)
                return Opened(
                    connection: connection, passedOver: passedOver,
                    isAuthenticated: step.isChecked && connection.tlsVersion != nil)
            } catch {
                // Only what TLS itself broke may be better without it (RFC 7435, 3).
                guard error.isAboutTLS, index < Self.steps(for: target).count - 1 else {
                    var failure = error
                    if var earlier = passedOver?.conversation {
                        earlier.append(contentsOf: failure.conversation)
                        failure.conversation = earlier
                    }
                    throw failure
                }
                passedOver = passedOver ?? error
            }
        }
        throw SMTPFailure(phase: .connect, kind: .configuration, text: "There is no way to connect.")
    }

    /// One way to connect; the next is taken only where TLS fails.
    private struct Step {
        let security: SMTPSecurity
        let verification: SMTPConnectionConfiguration.CertificateVerification
        let isChecked: Bool
    }

    private static func steps(for target: Target) -> [Step] {
        let open = [
            Step(security: .opportunistic, verification: .none, isChecked: false),
            Step(security: .none, verification: .none, isChecked: false),
        ]
        switch target.security.transport {
        case .opportunistic:
            // A policy that is tested is held to first, so that its domain learns what would fail (RFC 8461, 5).
            guard let tested = target.security.tested, let name = target.host.name, tested.permits(name) else {
                return open
            }
            return [Step(security: .startTLS, verification: .full, isChecked: true)] + open
        case .encrypted: return [Step(security: .startTLS, verification: .none, isChecked: false)]
        case .verified: return [Step(security: .startTLS, verification: .full, isChecked: true)]
        case .dane(let records, let names):
            return [Step(security: .startTLS, verification: .dane(records, names: names), isChecked: true)]
        }
    }

    private func connect(
        _ target: Target, _ step: Step, helloName: SMTPHelloName, timeouts: SMTPTimeouts
    ) async throws(SMTPFailure) -> SMTPConnection {
        let name = (target.security.transport.serverName ?? target.host.name)?.description
        let host = target.address.description
        let configuration = SMTPConnectionConfiguration(
            host: host, port: port, serverName: name,
            session: SMTPClientSession.Configuration(helloName: helloName, security: step.security),
            verification: step.verification, trust: trust, timeouts: timeouts)
        let tls = try await client(for: step)?.with(host: name ?? host, verification: step.verification)
        return try await SMTPConnection.connect(configuration, tls: tls)
    }

    /// Reading all authorities takes long: it is done once for each kind of check.
    private func client(for step: Step) async throws(SMTPFailure) -> SMTPTLSClient? {
        guard step.security != .none else { return nil }
        let kind: Kind =
            switch step.verification {
            case .none: .unchecked
            case .full: .verified
            case .dane: .dane
            }
        if let client = clients[kind] { return client }
        let client = try await SMTPTLSClient.make(host: "", verification: step.verification, trust: trust)
        clients[kind] = client
        return client
    }
}

extension SMTPFailure {
    /// Whether TLS did not come about, or not with whom it should.
    var isAboutTLS: Bool {
        switch kind {
        case .tls, .certificate, .certificateExpired, .certificateName, .certificateIssuer, .certificateTLSA,
            .tlsNotOffered:
            true
        case .closed, .timeout: phase == .tls || phase == .startTLS
        default: phase == .startTLS && reply != nil
        }
    }
}
