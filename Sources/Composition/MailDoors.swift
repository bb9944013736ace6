import Deliveries
import Foundation
import Logging
import MailIntake
import NIOSSL
import SMTP
import ServiceLifecycle

/// Listens for mail where the settings say, and follows them: a change holds within seconds, without a restart.
struct MailDoors: Service {
    /// How often the settings are looked at.
    private static let interval = Duration.seconds(2)
    /// How long is waited after an address could not be listened on.
    private static let pause = Duration.seconds(15)

    /// What is listened on, as the settings say.
    struct Plan: Equatable, Sendable {
        struct Place: Equatable, Sendable {
            enum Kind: String, Equatable, Sendable {
                case submissionTLS = "submission, TLS"
                case submissionSTARTTLS = "submission, STARTTLS"
                case submissionPlain = "submission, trusted networks"
                case returnPath = "return path"
            }

            let kind: Kind
            let endpoint: NetworkEndpoint
        }

        let places: [Place]
        let hostName: String
        let trustedNetworks: [String]
        let limits: SubmissionLimits
        let connections: Int
        let connectionsPerAddress: Int
        let hasCertificate: Bool

        init(_ settings: Settings, hasCertificate: Bool) {
            let keys: [(Place.Kind, SettingKey)] = [
                (.submissionTLS, .submissionTLSListen), (.submissionSTARTTLS, .submissionSTARTTLSListen),
                (.submissionPlain, .submissionPlainListen), (.returnPath, .returnPathListen),
            ]
            places = keys.flatMap { kind, key in
                settings.endpoints(key).map { Place(kind: kind, endpoint: $0) }
            }
            hostName = settings.mailServerName
            trustedNetworks = settings.list(.submissionTrustedNetworks)
            limits = settings.submissionLimits
            connections = settings.integer(.mailIntakeConnections)
            connectionsPerAddress = settings.integer(.mailIntakeConnectionsPerAddress)
            self.hasCertificate = hasCertificate
        }
    }

    private let installation: Installation
    private let tls: MailTLS

    /// - Parameters:
    ///   - installation: whose mail it is.
    ///   - tls: the certificate.
    init(_ installation: Installation, tls: MailTLS) {
        self.installation = installation
        self.tls = tls
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    let plan = try await plan()
                    let listeners = try self.listeners(plan)
                    if listeners.isEmpty {
                        await wait(while: plan)
                    } else {
                        try await listen(on: listeners, plan)
                    }
                } catch {
                    installation.logger.failure("mail is not taken in", error)
                    // Cut short only by the end of the server, which the loop sees.
                    try? await Task.sleep(for: Self.pause)
                }
            }
        }
    }

    /// Listens until the settings say something else, or everything stops; messages that are being stored then are still
    /// answered.
    private func listen(on listeners: [MailListener], _ plan: Plan) async throws {
        var limits = MailIntakeLimits()
        limits.connections = plan.connections
        limits.connectionsPerAddress = plan.connectionsPerAddress
        let server = MailIntakeServer(listeners: listeners, limits: limits, logger: installation.logger)
        let group = ServiceGroup(services: [server], logger: installation.logger)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            // Outside of this task's cancellation: the group is told to stop, and stops when it is ready.
            let running = Task { try await group.run() }
            tasks.addTask {
                try await withTaskCancellationHandler {
                    try await running.value
                } onCancel: {
                    // Waited for by the value above.
                    Task { await group.triggerGracefulShutdown() }
                }
            }
            tasks.addTask {
                await wait(while: plan)
                await group.triggerGracefulShutdown()
            }
            // Whichever is first: the other one follows.
            try await tasks.next()
            await group.triggerGracefulShutdown()
            tasks.cancelAll()
            try await tasks.waitForAll()
        }
    }

    /// Waits until the settings say something else.
    private func wait(while plan: Plan) async {
        while !Task.isCancelled {
            // Nothing tells of a changed setting. Cut short only by the end of the server, which the loop sees.
            try? await Task.sleep(for: Self.interval)
            guard let current = try? await self.plan() else { continue }
            if current != plan { return }
        }
    }

    /// What is to be listened on now. A certificate that is there by now is used from the next connection on.
    private func plan() async throws -> Plan {
        try await tls.refresh()
        return Plan(try await installation.settings.current(), hasCertificate: tls.hasCertificate)
    }

    private func listeners(_ plan: Plan) throws -> [MailListener] {
        let tls = try tls.context()
        guard let hostName = SMTPHelloName(plan.hostName) else { return [] }
        let parts = installation.accounts
        return plan.places.compactMap { place in
            let security: MailListener.Security
            let desk: any MailIntakeDesk
            switch place.kind {
            case .submissionPlain:
                security = .none
                desk = SubmissionDesk(
                    access: .networks(plan.trustedNetworks.compactMap { AddressBlock($0) }), hostName: hostName,
                    limits: plan.limits, parts: parts)
            case .returnPath:
                security = tls.map { .startTLS($0) } ?? .none
                desk = ReturnPathDesk(
                    hostName: hostName, offersTLS: tls != nil, taker: OwnMail(installation), parts: parts)
            case .submissionTLS, .submissionSTARTTLS:
                guard let tls else {
                    installation.logger.error(
                        "there is no certificate for mail: set mail-certificate and mail-key, or mailserver.certificate",
                        metadata: ["listener": "\(place.kind.rawValue)"])
                    return nil
                }
                security = place.kind == .submissionTLS ? .tls(tls) : .startTLS(tls)
                desk = SubmissionDesk(access: .credentials, hostName: hostName, limits: plan.limits, parts: parts)
            }
            return MailListener(
                name: place.kind.rawValue, host: place.endpoint.host, port: place.endpoint.port, security: security,
                desk: desk)
        }
    }
}
