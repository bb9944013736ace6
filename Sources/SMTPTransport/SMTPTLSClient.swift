import NIOCore
import NIOPosix
import NIOSSL
import SMTP

/// The client's side of TLS for one configuration. Making one reads and parses certificates: it is done once, off the
/// event loops.
struct SMTPTLSClient: Sendable {
    private let context: NIOSSLContext
    private let serverName: String?

    /// - Throws: A failure of kind ``SMTPFailure/Kind/configuration`` if certificates cannot be read.
    static func make(for configuration: SMTPConnectionConfiguration) async throws(SMTPFailure) -> SMTPTLSClient? {
        guard configuration.session.security != .none else { return nil }
        do {
            let context = try await NIOThreadPool.singleton.runIfActive {
                try NIOSSLContext(configuration: tlsConfiguration(for: configuration))
            }
            return SMTPTLSClient(context: context, serverName: serverName(for: configuration.host))
        } catch is CancellationError {
            throw SMTPFailure(phase: .connect, kind: .cancelled, text: "The connection was cancelled.")
        } catch {
            throw SMTPFailure(
                phase: .tls, kind: .configuration, text: "The certificates of the configuration cannot be read.")
        }
    }

    func makeHandler() throws -> NIOSSLClientHandler {
        try NIOSSLClientHandler(context: context, serverHostname: serverName)
    }

    private static func tlsConfiguration(for configuration: SMTPConnectionConfiguration) throws -> TLSConfiguration {
        var tls = TLSConfiguration.makeClientConfiguration()
        // RFC 8996: nothing below TLS 1.2.
        tls.minimumTLSVersion = .tlsv12
        switch configuration.verification {
        case .full: tls.certificateVerification = .fullVerification
        case .none: tls.certificateVerification = .none
        }
        switch configuration.trust {
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
    init(channelError error: any Error, phase: SMTPPhase) {
        if let failure = error as? SMTPFailure {
            self = failure
            return
        }
        if let extra = error as? NIOSSLExtraError, extra == .failedToValidateHostname {
            self.init(
                phase: phase, kind: .certificate, text: "The server's certificate was issued for another name.")
            return
        }
        guard phase == .tls else {
            self.init(phase: phase, kind: .closed, text: "The connection broke (\(Self.brief(error))).")
            return
        }
        let detail = String(describing: error)
        if detail.contains("CERTIFICATE_VERIFY_FAILED") || detail.contains("unableToValidateCertificate") {
            self.init(
                phase: phase, kind: .certificate,
                text: "The server's certificate is not trusted: it has expired, or its issuer is not known here.")
        } else {
            self.init(phase: phase, kind: .tls, text: "The TLS handshake failed (\(detail)).")
        }
    }

    /// What an error while connecting means to the administrator.
    init(connectError error: any Error, host: String, port: Int) {
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
