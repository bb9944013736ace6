import Foundation
import NIOSSL
import SMTPTransport

/// The certificates beside this file, made by `Certificates/make.sh`.
enum TestCertificate: String, CaseIterable {
    case good, other, expired

    static func path(_ name: String) -> String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Certificates/\(name)").path
    }

    static let authority = SMTPConnectionConfiguration.TrustRoots.only(.file(path("ca.pem")))

    func serverContext() throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMFile(Self.path("\(rawValue).pem")).map { .certificate($0) },
            privateKey: .privateKey(
                try NIOSSLPrivateKey(file: Self.path("\(rawValue).key.pem"), format: .pem)))
        configuration.minimumTLSVersion = .tlsv12
        return try NIOSSLContext(configuration: configuration)
    }
}
