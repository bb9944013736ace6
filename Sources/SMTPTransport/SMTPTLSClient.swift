import Glibc
import NIOCore
import NIOPosix
package import NIOSSL
package import SMTP

/// The client's side of TLS towards one host. Making one reads and parses certificates: it is done once, off the event
/// loops. Mailboxes are reached with it too.
package struct SMTPTLSClient: Sendable {
    private let context: NIOSSLContext
    private let serverName: String?
    private let dane: DANEVerification?

    /// - Throws: A failure of kind ``SMTPFailure/Kind/configuration`` if certificates cannot be read.
    static func make(for configuration: SMTPConnectionConfiguration) async throws(SMTPFailure) -> SMTPTLSClient? {
        guard configuration.session.security != .none else { return nil }
        return try await make(
            host: configuration.serverName ?? configuration.host, verification: configuration.verification,
            trust: configuration.trust)
    }

    /// - Throws: A failure of kind ``SMTPFailure/Kind/configuration`` if certificates cannot be read.
    package static func make(
        host: String, verification: SMTPConnectionConfiguration.CertificateVerification,
        trust: SMTPConnectionConfiguration.TrustRoots
    ) async throws(SMTPFailure) -> SMTPTLSClient {
        do {
            let context = try await NIOThreadPool.singleton.runIfActive {
                try NIOSSLContext(configuration: tlsConfiguration(verification, trust))
            }
            return SMTPTLSClient(
                context: context, serverName: serverName(for: host), dane: DANEVerification(verification))
        } catch is CancellationError {
            throw SMTPFailure(phase: .connect, kind: .cancelled, text: "The connection was cancelled.")
        } catch {
            throw SMTPFailure(
                phase: .tls, kind: .configuration, text: "The certificates of the configuration cannot be read.")
        }
    }

    /// The same client for another host, judged by the same authorities or by records.
    ///
    /// - Parameters:
    ///   - host: the name for the handshake, and for the certificate if that is checked.
    ///   - verification: `.dane` for a client that was made for `.dane`.
    package func with(host: String, verification: SMTPConnectionConfiguration.CertificateVerification) -> SMTPTLSClient
    {
        SMTPTLSClient(context: context, serverName: Self.serverName(for: host), dane: DANEVerification(verification))
    }

    /// A handler for one connection.
    package func makeHandler() throws -> NIOSSLClientHandler {
        guard let dane else { return try NIOSSLClientHandler(context: context, serverHostname: serverName) }
        return try NIOSSLClientHandler(context: context, serverHostname: serverName) { chain, verdict in
            // The handshake waits for this task by its promise.
            Task { verdict.succeed(await dane.accepts(chain) ? .certificateVerified : .failed) }
        }
    }

    private static func tlsConfiguration(
        _ verification: SMTPConnectionConfiguration.CertificateVerification,
        _ trust: SMTPConnectionConfiguration.TrustRoots
    ) throws -> TLSConfiguration {
        var tls = TLSConfiguration.makeClientConfiguration()
        // RFC 8996: nothing below TLS 1.2.
        tls.minimumTLSVersion = .tlsv12
        // A secret for each connection (BSI TR-02102-2, 3.3.1; RFC 9325, 4.1). The last ones are for old servers, which would
        // otherwise get the mail in the clear.
        tls.cipherSuiteValues = [
            .TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, .TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
            .TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, .TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
            .TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, .TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
            .TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA, .TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA,
            .TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA, .TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA,
        ]
        switch verification {
        case .full: tls.certificateVerification = .fullVerification
        case .none: tls.certificateVerification = .none
        // The chain is judged by the records alone; the library's own checks would demand a known issuer.
        case .dane: tls.certificateVerification = .noHostnameVerification
        }
        switch trust {
        case .system: break
        case .systemAnd(let certificates): tls.additionalTrustRoots = [.certificates(try parse(certificates))]
        case .only(let certificates): tls.trustRoots = .certificates(try parse(certificates))
        }
        return tls
    }

    private static func parse(_ certificates: SMTPConnectionConfiguration.Certificates) throws -> [NIOSSLCertificate] {
        let parsed =
            switch certificates {
            case .pem(let octets): try NIOSSLCertificate.fromPEMBytes(octets)
            case .file(let path): try NIOSSLCertificate.fromPEMFile(path)
            }
        guard !parsed.isEmpty else { throw NIOSSLError.failedToLoadCertificate }
        return parsed
    }

    /// RFC 6066, 3: no address literals in server_name. Without a name the certificate is checked for the address.
    private static func serverName(for host: String) -> String? {
        if (try? SocketAddress(ipAddress: host, port: 0)) != nil { return nil }
        return host.hasSuffix(".") ? String(host.dropLast()) : host
    }
}

extension SMTPFailure {
    /// What an error of the channel means to the administrator.
    ///
    /// - Parameter certificate: The server's certificate, if it has shown one.
    package init(channelError error: any Error, phase: SMTPPhase, certificate: NIOSSLCertificate? = nil) {
        if let failure = error as? SMTPFailure {
            self = failure
            return
        }
        if let extra = error as? NIOSSLExtraError, extra == .failedToValidateHostname {
            self.init(
                phase: phase, kind: .certificateName, text: "The server's certificate was issued for another name.")
            return
        }
        guard phase == .tls else {
            self.init(phase: phase, kind: .closed, text: "The connection broke (\(Self.brief(error))).")
            return
        }
        let detail = String(describing: error)
        if detail.contains("CERTIFICATE_VERIFY_FAILED") || detail.contains("unableToValidateCertificate") {
            self.init(untrusted: certificate, phase: phase)
        } else {
            self.init(phase: phase, kind: .tls, text: "The TLS handshake failed (\(detail)).")
        }
    }

    /// Says why a certificate did not pass, which the library keeps to itself. It went by the clock of the system, and
    /// so does this.
    private init(untrusted certificate: NIOSSLCertificate?, phase: SMTPPhase) {
        let now = time(nil)
        switch certificate {
        case nil:
            self.init(phase: phase, kind: .certificate, text: "The server's certificate is not trusted.")
        case let certificate? where now > certificate.notValidAfter:
            self.init(phase: phase, kind: .certificateExpired, text: "The server's certificate has expired.")
        case let certificate? where now < certificate.notValidBefore:
            self.init(phase: phase, kind: .certificateExpired, text: "The server's certificate is not valid yet.")
        default:
            self.init(
                phase: phase, kind: .certificateIssuer,
                text: "The server's certificate is not trusted: its issuer is not known here.")
        }
    }

    /// Whether the trouble is the certificate that the server has shown.
    var isAboutCertificate: Bool {
        switch kind {
        case .certificate, .certificateExpired, .certificateIssuer, .certificateName: true
        default: false
        }
    }

    /// What an error while connecting means to the administrator.
    package init(connectError error: any Error, host: String, port: Int) {
        switch error {
        case let failure as SMTPFailure:
            self = failure
        case let connection as NIOConnectionError where connection.connectionErrors.isEmpty:
            self.init(phase: .connect, kind: .dns, text: "The host name \(host) cannot be resolved.")
        case let connection as NIOConnectionError:
            let reasons = connection.connectionErrors.map { "\($0.target): \(Self.brief($0.error))" }
            let isTimeout = connection.connectionErrors.allSatisfy { Self.isTimeout($0.error) }
            self.init(
                phase: .connect, kind: isTimeout ? .timeout : .connect,
                text: "No connection to \(host) port \(port): \(reasons.joined(separator: "; "))")
        default:
            self.init(
                phase: .connect, kind: Self.isTimeout(error) ? .timeout : .connect,
                text: "No connection to \(host) port \(port): \(Self.brief(error))")
        }
    }

    private static func isTimeout(_ error: any Error) -> Bool {
        if case .connectTimeout = error as? ChannelError { return true }
        return false
    }

    private static func brief(_ error: any Error) -> String {
        switch error {
        case let error as IOError: error.description
        case .connectTimeout as ChannelError: "no answer in time"
        default: String(describing: error)
        }
    }
}
