import Foundation
import Logging
import NIOCertificateReloading
import NIOCore
import NIOSSL

/// Our own TLS from a certificate and a key file, read again when they change, without a restart.
struct TLSFiles {
    /// Watches the files.
    let watch: CertificateWatch
    /// The server's side of TLS.
    let configuration: TLSConfiguration

    /// The certificate of the pages; `nil` if none is configured.
    init?(_ configuration: Configuration, logger: Logger) throws {
        try self.init(configuration.tlsCertificate, configuration.tlsKey, protocols: ["http/1.1"], logger: logger)
    }

    /// The certificate of the mail server: its own, or that of the pages; `nil` if none is configured.
    static func mail(_ configuration: Configuration, logger: Logger) throws -> TLSFiles? {
        try TLSFiles(
            configuration.mailCertificate ?? configuration.tlsCertificate,
            configuration.mailKey ?? configuration.tlsKey, protocols: [], logger: logger)
    }

    private init?(_ certificate: URL?, _ key: URL?, protocols: [String], logger: Logger) throws {
        guard let certificate, let key else { return nil }
        do {
            let reloader = try TimedCertificateReloader.makeReloaderValidatingSources(
                refreshInterval: .seconds(30),
                certificateSource: .init(location: .file(path: certificate.path), format: .pem),
                privateKeySource: .init(location: .file(path: key.path), format: .pem), logger: logger)
            watch = CertificateWatch(reloader: reloader, files: [certificate, key], logger: logger)
            var tls = try TLSConfiguration.strongServer(reloader)
            tls.applicationProtocols = protocols
            self.configuration = tls
        } catch {
            throw StartError(
                "The certificate \(certificate.path) or its key \(key.path) cannot be used: \(error)")
        }
    }
}

extension TLSConfiguration {
    /// The server's side of TLS: 1.2 and newer, with a secret for each connection and authenticated encryption only
    /// (BSI TR-02102-2, 3.3.1; RFC 9325, 4.2). Those of TLS 1.3 are all like that.
    static func strongServer(_ reloader: some CertificateReloader) throws -> TLSConfiguration {
        var tls = try makeServerConfiguration(certificateReloader: reloader)
        tls.minimumTLSVersion = .tlsv12
        tls.cipherSuiteValues = [
            .TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, .TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
            .TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, .TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
            .TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, .TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
        ]
        return tls
    }
}
