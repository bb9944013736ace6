import Foundation
import Logging
import NIOCertificateReloading
import NIOCore
import NIOSSL
import ServiceLifecycle

/// Our own TLS from a certificate and a key file, read again when they change, without a restart.
struct TLSFiles {
    /// Watches the files.
    let reloader: TimedCertificateReloader
    /// The server's side of TLS: 1.2 and newer.
    let configuration: TLSConfiguration

    /// - Returns: `nil` if no certificate is configured.
    init?(_ configuration: Configuration, logger: Logger) throws {
        guard let certificate = configuration.tlsCertificate, let key = configuration.tlsKey else { return nil }
        do {
            reloader = try TimedCertificateReloader.makeReloaderValidatingSources(
                refreshInterval: .seconds(30),
                certificateSource: .init(location: .file(path: certificate.path), format: .pem),
                privateKeySource: .init(location: .file(path: key.path), format: .pem), logger: logger)
            var tls = try TLSConfiguration.makeServerConfiguration(certificateReloader: reloader)
            tls.minimumTLSVersion = .tlsv12
            tls.applicationProtocols = ["http/1.1"]
            self.configuration = tls
        } catch {
            throw StartError(
                "The certificate \(certificate.path) or its key \(key.path) cannot be used: \(error)")
        }
    }
}
