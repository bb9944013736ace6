import Foundation
import NIOCertificateReloading
import NIOSSL
import Outbox
import Synchronization

/// The certificate that those see who bring mail: from the authority, else from files. A new one is used from the next
/// connection on.
final class MailTLS: CertificateReloader {
    private struct Issued {
        let at: Date
        let override: NIOSSLContextConfigurationOverride
    }

    private let files: TLSFiles?
    private let certificates: MailCertificates
    private let issued = Mutex<Issued?>(nil)

    /// - Parameters:
    ///   - files: the certificate that the configuration names.
    ///   - certificates: those of the authority.
    init(files: TLSFiles?, certificates: MailCertificates) {
        self.files = files
        self.certificates = certificates
    }

    /// Whether there is any.
    var hasCertificate: Bool { files != nil || issued.withLock { $0 != nil } }

    var sslContextConfigurationOverride: NIOSSLContextConfigurationOverride {
        issued.withLock { $0?.override } ?? files?.watch.reloader.sslContextConfigurationOverride ?? .noChanges
    }

    /// Takes up what the authority issued since.
    func refresh() async throws {
        let at = try await certificates.issuedAt()
        guard at != issued.withLock({ $0?.at }) else { return }
        guard let at, let (chain, key) = try await certificates.issued() else {
            issued.withLock { $0 = nil }
            return
        }
        var override = NIOSSLContextConfigurationOverride()
        override.certificateChain = try NIOSSLCertificate.fromPEMBytes(Array(chain.utf8)).map { .certificate($0) }
        override.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: Array(key.utf8), format: .pem))
        let new = Issued(at: at, override: override)
        issued.withLock { $0 = new }
    }

    /// The server's side of TLS, 1.2 and newer; `nil` without a certificate.
    func context() throws -> NIOSSLContext? {
        guard hasCertificate else { return nil }
        return try NIOSSLContext(configuration: .strongServer(self))
    }
}
