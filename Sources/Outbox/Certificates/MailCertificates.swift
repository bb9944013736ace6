public import ACME
public import Deliveries
public import Foundation
import Logging
import MailTemplates
import Secrets

/// The certificate for mail that is taken in: from files, or from an authority that issues it by itself and again before
/// it ends (RFC 8555).
public struct MailCertificates: Sendable {
    /// The row by which one process at a time orders.
    public static let jobName = "mail-certificate"
    static let server = "mail"
    /// For how long one order may take, seconds; after that another process may begin it.
    static let leaseTime: TimeInterval = 900
    /// For how long an answer to a challenge stands, seconds.
    private static let answerLifetime: TimeInterval = 3_600
    /// Failures come closer together only when somebody asks for it, seconds.
    static let pauses: [TimeInterval] = [300, 900, 3_600, 14_400, 43_200, 86_400]
    /// A certificate that would be due at once is not ordered without a pause, seconds.
    private static let shortestLife: TimeInterval = 3_600
    /// Administrators are told after so many failures, and then once a week.
    private static let toldAfter = 3
    private static let toldEvery: TimeInterval = 7 * 86_400

    let parts: DeliveryParts
    private let exchange: any ACMEExchange
    private let clock: any Clock<Duration>
    private let file: @Sendable () -> MailServerCertificate?

    /// - Parameters:
    ///   - parts: where settings, keys and certificates are.
    ///   - exchange: asks the authority.
    ///   - clock: waits between questions.
    ///   - file: the certificate that the configuration names; `nil` if it names none.
    public init(
        _ parts: DeliveryParts, exchange: any ACMEExchange, clock: any Clock<Duration> = ContinuousClock(),
        file: @escaping @Sendable () -> MailServerCertificate?
    ) {
        self.parts = parts
        self.exchange = exchange
        self.clock = clock
        self.file = file
    }

    /// What is to be ordered.
    struct Wish: Sendable {
        let directory: String
        let names: [String]
        let contact: String?
        /// Another certificate is needed where this changes.
        var subject: String { "\(directory) \(names.joined(separator: " "))" }

        /// `nil` if the certificate comes from files, or nobody agreed to the terms.
        init?(_ settings: Settings) {
            guard settings.text(.mailServerCertificate) == "acme", settings.boolean(.mailServerACMETerms) else {
                return nil
            }
            directory = settings.text(.mailServerACMEDirectory)
            names = [settings.mailServerName.lowercased()]
            let contact = settings.text(.mailServerACMEContact)
            self.contact = contact.isEmpty ? nil : contact
        }
    }

    // MARK: In force

    /// The certificate of the authority with its key, both as PEM; `nil` where files are used, or before the first came.
    public func issued() async throws -> (chain: String, key: String)? {
        guard Wish(try await parts.settings.current()) != nil,
            let stored = try await parts.database.read({ try $0.certificates.certificate(of: Self.server) })
        else { return nil }
        let key = try parts.keys.open(stored.sealedKey, purpose: .column, context: Self.place)
        return (stored.chain, String(decoding: key, as: UTF8.self))
    }

    /// Tells whether ``issued()`` would give another one: when it came, `nil` if there is none.
    public func issuedAt() async throws -> Date? {
        guard Wish(try await parts.settings.current()) != nil else { return nil }
        return try await parts.database.read { try $0.certificates.issuedAt(of: Self.server) }
    }

    /// What stands at `/.well-known/acme-challenge/` and a token.
    public func answer(to token: String) async throws -> String? {
        guard HTTPChallenge.isToken(token) else { return nil }
        let now = parts.now()
        return try await parts.database.read { try $0.certificates.answer(to: token, now: now) }
    }

    /// How things stand, for the page.
    public func report() async throws -> MailCertificateReport {
        let wish = Wish(try await parts.settings.current())
        let (stored, order) = try await parts.database.read {
            (
                try $0.certificates.certificate(of: Self.server), try $0.certificates.order(of: Self.server)
            )
        }
        let fromAuthority = wish == nil ? nil : stored.flatMap { MailServerCertificate(pem: $0.chain) }
        return MailCertificateReport(
            certificate: fromAuthority ?? file(), isFromAuthority: fromAuthority != nil,
            directory: wish?.directory, order: order?.subject == wish?.subject ? order : nil, now: parts.now())
    }

    /// The certificate in force.
    public func certificate() async -> MailServerCertificate? { try? await report().certificate }

    // MARK: Ordering

    /// Lets an order begin within seconds, unless the authority wants to be left alone for longer.
    ///
    /// - Throws: ``DeliveriesError`` `.conflict` if certificates come from files.
    public func orderNow(by actor: AccountID?, origin: RequestOrigin) async throws {
        guard let wish = Wish(try await parts.settings.current()) else { throw DeliveriesError(.conflict) }
        let now = parts.now()
        try await parts.database.write { transaction in
            var order = try Self.order(for: wish, in: transaction, now: now)
            order.dueAt = max(now, order.pausedUntil ?? now)
            try transaction.certificates.set(order)
            try transaction.ledger.append(
                AuditAction.certificateOrdered.record(
                    by: actor, target: wish.names.joined(separator: " "), origin: origin, at: now))
        }
    }

    /// Orders a certificate if it is time for one and no other process is at it.
    public func orderIfDue() async throws {
        guard let wish = Wish(try await parts.settings.current()) else { return }
        let now = parts.now()
        let isDue: @Sendable (any Transaction) throws -> Bool = {
            try Self.order(for: wish, in: $0, now: now).dueAt <= now
        }
        guard try await parts.database.read(isDue) else { return }
        let begun = try await parts.database.write { transaction -> CertificateOrder? in
            guard try isDue(transaction),
                try transaction.ledger.leaseJob(Self.jobName, now: now, until: now.addingTimeInterval(Self.leaseTime))
            else { return nil }
            var order = try Self.order(for: wish, in: transaction, now: now)
            (order.startedAt, order.endedAt, order.problem, order.detail) = (now, nil, "", "")
            order.step = ACMEStep.account.rawValue
            try transaction.certificates.set(order)
            return order
        }
        if let begun { try await carryOut(begun, wish) }
    }

    private static func order(
        for wish: Wish, in transaction: any Transaction, now: Date
    ) throws -> CertificateOrder {
        if let order = try transaction.certificates.order(of: server), order.subject == wish.subject { return order }
        return CertificateOrder(server: server, subject: wish.subject, dueAt: now)
    }

    private func carryOut(_ begun: CertificateOrder, _ wish: Wish) async throws {
        parts.log.info("a certificate is ordered", metadata: ["names": "\(wish.names)", "from": "\(wish.directory)"])
        do {
            let key = CertificateKey()
            let client = ACMEClient(
                directory: wish.directory, key: try await accountKey(at: wish.directory), contact: wish.contact,
                exchange: exchange, clock: clock, now: parts.now)
            let chain = try await client.certificate(
                for: wish.names, key: key, applicant: Applicant(order: begun, parts: parts))
            try await succeed(begun, chain, key)
        } catch  where Task.isCancelled {
            // The server stops. Waited for here, and not cancelled along: the next start begins the order again at once.
            try await Task { try await giveBack(begun) }.value
        } catch let failure as ACMEFailure {
            try await fail(begun, wish, CertificateProblem(failure), detail: failure.detail, pause: failure.pause)
        } catch {
            parts.log.error("a certificate cannot be ordered", metadata: ["reason": "\(error)"])
            try await fail(begun, wish, .trouble, detail: "", pause: nil)
        }
    }

    /// Answers challenges, and writes down how far the order is.
    private struct Applicant: ACMEApplicant {
        let order: CertificateOrder
        let parts: DeliveryParts

        func publish(_ challenge: HTTPChallenge) async throws {
            let until = parts.now().addingTimeInterval(MailCertificates.answerLifetime)
            try await parts.database.write {
                try $0.certificates.publish(challenge.answer, token: challenge.token, until: until)
            }
        }

        func reached(_ step: ACMEStep) async throws {
            var reached = order
            reached.step = step.rawValue
            let now = reached
            try await parts.database.write { try $0.certificates.set(now) }
        }
    }

    private func giveBack(_ begun: CertificateOrder) async throws {
        let now = parts.now()
        var order = begun
        order.endedAt = now
        let unchanged = order
        try await parts.database.write { transaction in
            try transaction.certificates.set(unchanged)
            try transaction.ledger.finishJob(Self.jobName, nextAt: now, failedAt: nil)
        }
    }

    private func succeed(_ begun: CertificateOrder, _ chain: CertificateChain, _ key: CertificateKey) async throws {
        let now = parts.now()
        let certificate = IssuedCertificate(
            server: Self.server, subject: begun.subject, chain: chain.pem,
            sealedKey: try parts.keys.seal(Data(key.pem.utf8), purpose: .column, context: Self.place), issuedAt: now)
        var order = CertificateOrder(
            server: Self.server, subject: begun.subject,
            dueAt: max(chain.renewalAt, now.addingTimeInterval(Self.shortestLife)))
        (order.startedAt, order.endedAt) = (begun.startedAt, now)
        let done = order
        try await parts.database.write { transaction in
            try transaction.certificates.keep(certificate)
            try transaction.certificates.set(done)
            try transaction.ledger.finishJob(Self.jobName, nextAt: now, failedAt: nil)
        }
        parts.log.info(
            "a certificate was issued", metadata: ["names": "\(chain.names)", "valid until": "\(chain.notAfter)"])
    }

    private func fail(
        _ begun: CertificateOrder, _ wish: Wish, _ problem: CertificateProblem, detail: String, pause: TimeInterval?
    ) async throws {
        let now = parts.now()
        parts.log.warning(
            "no certificate", metadata: ["problem": "\(problem.rawValue)", "detail": "\(detail)"])
        let parts = parts
        let mailed = try await parts.database.write { transaction -> Bool in
            // How far it came stands there by now.
            var order = try Self.order(for: wish, in: transaction, now: now)
            order.startedAt = begun.startedAt
            order.endedAt = now
            order.problem = problem.rawValue
            order.detail = detail
            order.failures = begun.failures + 1
            order.pausedUntil = pause.map { now.addingTimeInterval($0) }
            let own = Self.pauses[min(order.failures, Self.pauses.count) - 1]
            order.dueAt = now.addingTimeInterval(max(own, pause ?? 0))
            try transaction.certificates.set(order)
            try transaction.ledger.finishJob(Self.jobName, nextAt: now, failedAt: now)
            guard order.failures >= Self.toldAfter,
                try transaction.ledger.countThrottle(Self.jobName, window: Self.toldEvery, now: now).count == 1
            else { return false }
            try Self.tell(of: order, wish, parts: parts, in: transaction, now: now)
            return true
        }
        if mailed { parts.mailQueued() }
    }

    /// Tells administrators, or whom the settings name.
    private static func tell(
        of order: CertificateOrder, _ wish: Wish, parts: DeliveryParts, in transaction: any Transaction, now: Date
    ) throws {
        let settings = try parts.settings.current(in: transaction)
        let chain = try transaction.certificates.certificate(of: server).flatMap { CertificateChain(pem: $0.chain) }
        let content = CertificateMail(
            name: wish.names.joined(separator: ", "), problem: order.problem, detail: order.detail,
            expiresAt: chain?.notAfter, link: try MailComposer.link(settings.addresses.mailServer))
        try transaction.tell(
            transaction.readers(of: .certificate, settings: settings).map { Notice(content, to: $0) },
            by: parts.composer, settings: settings, at: now)
    }

    private func accountKey(at directory: String) async throws -> ACMEAccountKey {
        let place = SealContext(table: "certificate_account", row: directory, column: "sealed_key")
        if let sealed = try await parts.database.read({ try $0.certificates.accountKey(at: directory) }) {
            let pem = try parts.keys.open(sealed, purpose: .column, context: place)
            guard let key = ACMEAccountKey(pem: String(decoding: pem, as: UTF8.self)) else {
                throw DeliveriesError(.trouble, detail: "the key of the account cannot be read")
            }
            return key
        }
        let key = ACMEAccountKey()
        let sealed = try parts.keys.seal(Data(key.pem.utf8), purpose: .column, context: place)
        try await parts.database.write { try $0.certificates.keepAccountKey(sealed, at: directory) }
        return key
    }

    private static var place: SealContext {
        SealContext(table: "certificate", row: server, column: "sealed_key")
    }
}
