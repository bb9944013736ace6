public import DNS
public import Foundation

/// Remembers at which addresses nobody answered lately, so that one dead host of two does not slow the mail down.
///
/// Only what concerns the host counts (``AttemptOutcome/trouble(_:)``): a reply to a mail, however unfriendly, shows
/// that it lives.
public struct DeadHosts: Sendable, Hashable {
    /// The bounds.
    public struct Limits: Sendable, Hashable {
        /// How long an address is left alone after its first failure, seconds; twice as long after each further one.
        public var first: TimeInterval
        /// How long at most, seconds.
        public var longest: TimeInterval
        /// How long a connection may take to come about (RFC 5321, 4.5.3.2.1 counts from there), seconds.
        public var connectTimeout: TimeInterval
        /// How long where it failed lately, seconds.
        public var shortConnectTimeout: TimeInterval
        /// How many addresses are remembered.
        public var addresses: Int

        /// Bounds.
        public init(
            first: TimeInterval = 60, longest: TimeInterval = 3_600, connectTimeout: TimeInterval = 30,
            shortConnectTimeout: TimeInterval = 5, addresses: Int = 10_000
        ) {
            self.first = max(1, first)
            self.longest = max(self.first, longest)
            self.connectTimeout = connectTimeout
            self.shortConnectTimeout = shortConnectTimeout
            self.addresses = max(1, addresses)
        }
    }

    /// What remains of a list of hosts.
    public enum Arrangement: Sendable, Hashable {
        /// These, in their order, with the addresses that are worth a try.
        case hosts([MailHost])
        /// None: all were tried in vain lately. The first is worth a try again then.
        case wait(until: Date)
    }

    private struct Memory: Sendable, Hashable {
        var failures: Int
        var failed: Date
        var until: Date
    }

    private let limits: Limits
    private var memories: [IPAddress: Memory] = [:]

    /// Nothing is remembered yet.
    public init(limits: Limits = Limits()) {
        self.limits = limits
    }

    /// How many addresses are remembered.
    public var count: Int { memories.count }

    /// Takes what an attempt says of an address.
    ///
    /// - Parameters:
    ///   - outcome: what it says.
    ///   - address: the address that was dialled.
    ///   - now: when it was over.
    ///   - generator: draws the time out by up to a quarter.
    public mutating func learn(
        _ outcome: AttemptOutcome, of address: IPAddress, at now: Date,
        using generator: inout some RandomNumberGenerator
    ) {
        guard case .trouble = outcome else {
            memories[address] = nil
            return
        }
        let old = memories[address]
        // Several attempts that were under way at once fail for one reason.
        if let old, now < old.until { return }
        let failures = min((old?.failures ?? 0) + 1, 30)
        let wait = min(limits.longest, limits.first * pow(2, Double(failures - 1)))
        let until = now.addingTimeInterval(wait * Double.random(in: 1...1.25, using: &generator))
        memories[address] = Memory(failures: failures, failed: now, until: until)
        if memories.count > limits.addresses { forgetOldest() }
    }

    /// Until when an address is left alone; `nil` if it is worth a try.
    public func avoided(_ address: IPAddress, at now: Date) -> Date? {
        guard let memory = memories[address], now < memory.until else { return nil }
        return memory.until
    }

    /// How long a connection to an address may take to come about, seconds.
    public func connectTimeout(for address: IPAddress) -> TimeInterval {
        memories[address] == nil ? limits.connectTimeout : limits.shortConnectTimeout
    }

    /// Leaves out the addresses that are left alone, and hosts that have no other.
    public func arrange(_ hosts: [MailHost], at now: Date) -> Arrangement {
        var kept: [MailHost] = []
        var soonest: Date?
        for host in hosts {
            var host = host
            host.addresses.removeAll { address in
                guard let until = avoided(address, at: now) else { return false }
                soonest = min(soonest ?? until, until)
                return true
            }
            if !host.addresses.isEmpty { kept.append(host) }
        }
        if kept.isEmpty, let soonest { return .wait(until: soonest) }
        return .hosts(kept)
    }

    /// Forgets addresses at which nobody failed for long; call it now and then.
    public mutating func forget(before date: Date) {
        memories = memories.filter { $0.value.failed >= date || $0.value.until > date }
    }

    private mutating func forgetOldest() {
        guard let oldest = memories.min(by: { $0.value.failed < $1.value.failed })?.key else { return }
        memories[oldest] = nil
    }
}
