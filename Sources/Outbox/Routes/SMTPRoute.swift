public import Deliveries
import Foundation
import Logging
public import MailMessage
public import SMTP
import SMTPTransport

/// Hands mail to the SMTP interface that the administrator set; keeps its connections until the settings change.
public actor SMTPRoute: OutgoingRoute {
    private let settings: SettingsService
    private let accessTokens: AccessTokenSource
    private let timeouts: SMTPTimeouts
    private let trustFile: String?
    private var relay: SMTPRelay?

    /// - Parameters:
    ///   - settings: where host, security and sign-in are set.
    ///   - accessTokens: for XOAUTH2.
    ///   - trustFile: more trusted authorities of the installation, PEM.
    ///   - timeouts: how long each phase may take.
    public init(
        settings: SettingsService, accessTokens: AccessTokenSource, trustFile: String? = nil,
        timeouts: SMTPTimeouts = .standard
    ) {
        self.settings = settings
        self.accessTokens = accessTokens
        self.trustFile = trustFile
        self.timeouts = timeouts
    }

    /// Hands one mail for one recipient to the SMTP interface.
    public func send(
        to recipient: EmailAddress, protection: StoredMessage.Protection, settings current: Settings,
        isInteractive: Bool,
        start: @escaping @Sendable () async throws(RouteStop) -> OutboundMessage,
        beforeDot: @escaping @Sendable () async throws -> Void
    ) async -> RouteOutcome {
        let message: OutboundMessage
        do throws(RouteStop) {
            message = try await start()
        } catch {
            return error.outcome
        }
        let relay: SMTPRelay
        do {
            relay = try await isInteractive ? freshRelay(for: current) : self.relay(for: current)
        } catch let failure as SMTPFailure {
            return RouteOutcome(failure)
        } catch {
            return RouteOutcome(
                SMTPFailure(phase: .connect, kind: .configuration, text: "The SMTP interface is not set up."))
        }
        let result = await relay.send(message.transaction, content: message.content, beforeDot: beforeDot)
        if isInteractive { await relay.shutDown() }
        let outcome = RouteOutcome(result)
        if outcome.failure?.kind == .authentication { await accessTokens.forget() }
        if relay.configuration.connection.session.credentials == nil, outcome.lacksSignIn { return outcome.waiting }
        return outcome
    }

    /// All mail goes to one server.
    public nonisolated var pacing: (any DestinationPacing)? { nil }

    /// Closes the connections; mail under way goes on to its end.
    public func shutDown() async {
        await relay?.shutDown()
        relay = nil
    }

    private func relay(for current: Settings) async throws -> SMTPRelay {
        let configuration = try await configuration(current)
        if let relay, relay.configuration == configuration { return relay }
        let old = relay
        let fresh = SMTPRelay(configuration: configuration)
        relay = fresh
        await old?.shutDown()
        return fresh
    }

    /// A relay of its own for somebody who waits: nothing of earlier connections, and limits of seconds.
    private func freshRelay(for current: Settings) async throws -> SMTPRelay {
        var configuration = try await configuration(current)
        configuration.connection.timeouts = timeouts.interactive
        return SMTPRelay(configuration: configuration)
    }

    private func configuration(_ current: Settings) async throws -> SMTPRelay.Configuration {
        let security: SMTPSecurity =
            switch current.smtpSecurity {
            case .none: .none
            case .startTLS: .startTLS
            case .tls: .tls
            }
        var session = SMTPClientSession.Configuration(
            helloName: try helloName(current), security: security, credentials: try await credentials(current))
        session.allowsCleartextAuthentication = security == .none
        return SMTPRelay.Configuration(
            connection: SMTPConnectionConfiguration(
                host: current.text(.smtpHost), port: current.integer(.smtpPort), session: session,
                verification: current.boolean(.smtpVerifyCertificate) ? .full : .none, trust: trust(current),
                timeouts: timeouts),
            maximumConnections: current.integer(.smtpConnections),
            mailsPerConnection: current.integer(.smtpMailsPerConnection))
    }

    private func trust(_ current: Settings) -> SMTPConnectionConfiguration.TrustRoots {
        let own = current.text(.smtpCACertificates)
        if !own.isEmpty { return .systemAnd(.pem(Array(own.utf8))) }
        return trustFile.map { .systemAnd(.file($0)) } ?? .system
    }

    private func helloName(_ current: Settings) throws -> SMTPHelloName {
        let set = current.text(.smtpEHLOName)
        guard let name = SMTPHelloName(set.isEmpty ? current.messageIDDomain : set) else {
            throw SMTPFailure(phase: .hello, kind: .configuration, text: "The EHLO name is not valid.")
        }
        return name
    }

    private func credentials(_ current: Settings) async throws -> SMTPCredentials? {
        let user = current.text(.smtpUser)
        let kind = current.text(.smtpAuthentication)
        guard kind != "none", !user.isEmpty else { return nil }
        if kind == "xoauth2" {
            do throws(AccessTokenError) {
                return .xoauth2(user: user, accessToken: try await accessTokens.token())
            } catch {
                throw SMTPFailure(phase: .authentication, kind: .configuration, text: error.text)
            }
        }
        return .password(
            user: user, password: try await settings.secret(.smtpPassword) ?? "",
            mechanisms: kind == "auto" ? nil : [kind.uppercased()])
    }
}

extension SMTPTimeouts {
    /// The same, but none longer than somebody waits before a page.
    var interactive: SMTPTimeouts {
        var limits = self
        limits.connect = min(connect, .seconds(15))
        limits.tls = min(tls, .seconds(15))
        limits.greeting = min(greeting, .seconds(20))
        limits.hello = min(hello, .seconds(20))
        limits.startTLS = min(startTLS, .seconds(20))
        limits.authentication = min(authentication, .seconds(20))
        limits.reset = min(reset, .seconds(20))
        limits.mail = min(mail, .seconds(20))
        limits.recipient = min(recipient, .seconds(30))
        limits.data = min(data, .seconds(20))
        limits.content = min(content, .seconds(30))
        limits.finalDot = min(finalDot, .seconds(120))
        limits.quit = min(quit, .seconds(2))
        return limits
    }
}

extension RouteOutcome {
    /// Whether the server, which offers a sign-in, refused the sender or recipient of somebody who did not sign in:
    /// that is a mistake in the settings and no fault of the mail.
    fileprivate var lacksSignIn: Bool {
        guard let failure, failure.kind == .rejected, [.mail, .recipient].contains(failure.phase),
            let reply = failure.reply, conversation.offersSignIn
        else { return false }
        if let status = failure.enhancedStatus { return status.subject == 7 && [0, 1].contains(status.detail) }
        return reply.lines.joined(separator: " ").lowercased().contains("relay")
    }

    /// The same as a trouble of the sign-in, which waits.
    fileprivate var waiting: RouteOutcome {
        let waiting = failure.map { failure in
            SMTPFailure(
                phase: failure.phase, kind: .authentication, reply: failure.reply, text: failure.text)
        }
        return RouteOutcome(
            .deferred(answer: answer, failureClass: .authentication, concernsHost: false), conversation: conversation,
            failure: waiting)
    }
}

extension SMTPConversation {
    /// Whether the server's answer to EHLO has AUTH in it (RFC 4954, 3).
    fileprivate var offersSignIn: Bool {
        entries.contains { entry in
            entry.side == .server
                && ["250-AUTH ", "250 AUTH ", "250-AUTH=", "250 AUTH="].contains { start in
                    entry.text.uppercased().hasPrefix(start)
                }
        }
    }
}
