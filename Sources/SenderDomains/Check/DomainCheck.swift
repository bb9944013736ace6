public import DNS
public import FoundationEssentials
public import MailAuth

/// Asks DNS about sender domains: the domain's own servers, which know what was published, and the resolver, which knows
/// what receivers see. All within a time budget, at the same time, and compared by meaning.
public struct DomainCheck: Sendable {
    /// For how long a check may take.
    public static let standardBudget: Duration = .seconds(8)
    /// So long a new key waits for servers that do not answer, in seconds; then they count as gone.
    public static let patience: TimeInterval = 86_400

    let resolver: any DNSResolver
    let access: any AuthoritativeAccess
    let budget: Duration
    let clock: any Clock<Duration>
    let now: @Sendable () -> Date
    let suffixes: PublicSuffixList?

    /// A check.
    ///
    /// - Parameters:
    ///   - resolver: the resolver of this installation; best one that validates DNSSEC.
    ///   - access: the way to the domains' own servers.
    ///   - budget: for how long a check may take.
    ///   - clock: what measures that.
    ///   - now: the time.
    ///   - suffixes: the list of public suffixes; without it the last label counts as one.
    public init(
        resolver: any DNSResolver, access: any AuthoritativeAccess, budget: Duration = standardBudget,
        clock: any Clock<Duration> = ContinuousClock(), now: @escaping @Sendable () -> Date = { Date() },
        suffixes: PublicSuffixList? = nil
    ) {
        self.resolver = resolver
        self.access = access
        self.budget = budget
        self.clock = clock
        self.now = now
        self.suffixes = suffixes
    }

    /// The name, at a domain or above it, that somebody registered.
    func registrable(_ name: DNSName) -> DNSName { suffixes?.organizationalDomain(of: name) ?? name.suffix(2) }

    /// Asks about a domain. Never fails: what could not be found out stands in the report.
    ///
    /// - Parameters:
    ///   - domain: the domain as it is.
    ///   - setup: what of the installation matters.
    /// - Returns: the report, for ``SenderDomain/received(_:setup:now:)``.
    public func report(on domain: SenderDomain, setup: DomainSetup) async -> DomainReport {
        let start = now()
        return await TimeBudget.run(budget, clock: clock) { budget in
            await DomainInquiry(domain, setup: setup, check: self, budget: budget, start: start).report()
        }
    }
}
