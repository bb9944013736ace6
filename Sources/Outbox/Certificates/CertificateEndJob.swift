public import Deliveries
public import Foundation
import Logging
import MailTemplates

/// Tells administrators that a certificate from a file runs out: 21, 7 and 1 days before, each once. One that an
/// authority renews by itself is told of when that fails.
public struct CertificateEndJob: LeasedJob {
    /// How often it looks, seconds.
    static let interval: TimeInterval = 3_600
    /// How many days before the end it is told.
    static let days = [21, 7, 1]
    /// For how long it is remembered what was told, seconds.
    private static let remembered: TimeInterval = 400 * 86_400

    private let parts: DeliveryParts
    private let certificates: ServerCertificates

    /// - Parameters:
    ///   - parts: where settings and the outbox are.
    ///   - certificates: those that may run out.
    public init(_ parts: DeliveryParts, certificates: ServerCertificates) {
        self.parts = parts
        self.certificates = certificates
    }

    /// The name of its row.
    public var name: String { "certificate-end" }

    /// Looks and tells.
    public func run(now: Date) async throws -> Date {
        for shown in await certificates.all() where shown.isFromFile {
            try await look(at: shown.certificate, now: now)
        }
        return now.addingTimeInterval(Self.interval)
    }

    /// The last of the days that have come; `nil` before the first.
    static func stage(of end: Date, now: Date) -> Int? {
        days.last { end.timeIntervalSince(now) <= Double($0) * 86_400 }
    }

    private func look(at certificate: MailServerCertificate, now: Date) async throws {
        guard let stage = Self.stage(of: certificate.notAfter, now: now) else { return }
        let name = certificate.names.first ?? certificate.issuer
        // Another file, another end: what was told of the old one does not count for it.
        let mark = "\(self.name):\(Int64(certificate.notAfter.timeIntervalSince1970)):\(stage):\(name)"
        let parts = parts
        guard try await parts.database.read({ try $0.ledger.throttleCount(mark, now: now) == nil }) else { return }
        let isTold = try await parts.database.write { transaction in
            let settings = try parts.settings.current(in: transaction)
            let readers = try transaction.readers(of: .certificate, settings: settings)
            guard !readers.isEmpty,
                try transaction.ledger.countThrottle(mark, window: Self.remembered, now: now).count == 1
            else { return false }
            let content = CertificateMail(
                name: certificate.names.joined(separator: ", "), ending: certificate.notAfter,
                link: try MailComposer.link(settings.addresses.mailServer))
            try transaction.tell(
                readers.map { Notice(content, to: $0) }, by: parts.composer, settings: settings, at: now)
            return true
        }
        guard isTold else { return }
        parts.log.warning(
            "a certificate runs out", metadata: ["name": "\(name)", "valid until": "\(certificate.notAfter)"])
        parts.mailQueued()
    }
}
