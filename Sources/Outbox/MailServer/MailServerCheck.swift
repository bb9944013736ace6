public import DNS
public import Deliveries
public import Foundation
public import MailAuth
public import MailMessage
public import MailRouting
import SenderDomains

/// Looks at the built-in mail server with the eyes of those who receive its mail. All within a time budget and at the
/// same time: a server that does not answer makes one line unknown, and no more.
public struct MailServerCheck: Sendable {
    /// For how long the questions to DNS may take.
    public static let standardBudget: Duration = .seconds(15)

    /// How the check reaches out.
    public struct Access: Sendable {
        let resolver: any DNSResolver
        let probe: any OutwardProbe
        let egress: EgressPolicy
        let suffixes: PublicSuffixList?
        let certificate: @Sendable () async -> MailServerCertificate?

        /// - Parameters:
        ///   - resolver: whom it asks.
        ///   - probe: knocks at a mail server elsewhere.
        ///   - egress: which addresses may be dialled.
        ///   - suffixes: the list of public suffixes.
        ///   - certificate: our own certificate in force; `nil` if there is none.
        public init(
            resolver: any DNSResolver, probe: any OutwardProbe, egress: EgressPolicy,
            suffixes: PublicSuffixList? = nil,
            certificate: @escaping @Sendable () async -> MailServerCertificate? = { nil }
        ) {
            self.resolver = resolver
            self.probe = probe
            self.egress = egress
            self.suffixes = suffixes
            self.certificate = certificate
        }
    }

    private let database: any Database
    private let settings: SettingsService
    private let access: Access
    private let budget: Duration
    private let clock: any Clock<Duration>
    private let now: @Sendable () -> Date

    /// - Parameters:
    ///   - database: where the keys of the sender domains are.
    ///   - settings: how the mail server is set up.
    ///   - access: how it reaches out.
    ///   - budget: for how long the questions to DNS may take.
    ///   - clock: measures that.
    ///   - now: the time.
    public init(
        database: any Database, settings: SettingsService, access: Access, budget: Duration = standardBudget,
        clock: any Clock<Duration> = ContinuousClock(), now: @escaping @Sendable () -> Date
    ) {
        self.database = database
        self.settings = settings
        self.access = access
        self.budget = budget
        self.clock = clock
        self.now = now
    }

    /// What the mail server is, as it is set up.
    public static func identity(_ settings: Settings) -> MailServerIdentity {
        let addresses = settings.list(.mailSPFAddresses).compactMap { IPAddress($0)?.unmapped }
        return MailServerIdentity(
            name: settings.mailServerName, addresses: addresses, family: settings.text(.mailServerAddresses),
            spf: addresses.isEmpty ? nil : OperatorRecords.spfText(addresses: addresses),
            returnPathDomain: settings.returnPathDomain?.unicode)
    }

    /// Looks at everything.
    ///
    /// - Parameter testDomain: whose mail server is knocked at; `nil`: that of the system sender's domain.
    public func run(testDomain: MailDomain? = nil) async throws -> MailServerReport {
        let current = try await settings.current()
        let sender = current.systemSender?.address
        let keys = try await database.read { transaction in
            try sender.map { try transaction.senderDomains.domain($0.domain)?.keys } ?? nil
        }
        let end = now
        return await TimeBudget.run(budget, clock: clock) { budget in
            let inquiry = MailServerInquiry(
                identity: Self.identity(current), sender: sender, keys: keys, settings: current, access: access,
                resolver: BudgetedResolver(access.resolver, budget), now: now())
            async let hello = inquiry.hello()
            async let reverse = inquiry.reverse()
            async let port25 = inquiry.port25(testDomain ?? sender?.domain)
            async let spf = inquiry.spf()
            async let dkim = inquiry.dkim()
            async let dmarc = inquiry.dmarc()
            async let returnPath = inquiry.returnPath()
            async let tls = inquiry.tls()
            return MailServerReport(
                lines: await [hello, reverse, port25, spf, dkim, dmarc, returnPath, tls], checkedAt: end())
        }
    }
}
