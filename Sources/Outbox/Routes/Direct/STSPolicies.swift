public import DNS
import Deliveries
public import Foundation
public import MailRouting
import Synchronization

/// Fetches the text of an MTA-STS policy over HTTPS, with a certificate that is valid for the host (RFC 8461, 3.3).
public protocol STSPolicyFetcher: Sendable {
    /// Fetches it; never longer than `STSFetch.timeout`.
    func fetch(_ fetch: STSFetch) async throws(STSFetch.Failure) -> STSFetch.Response
}

/// The MTA-STS policies of destinations: looked up, fetched, and kept also over a restart (RFC 8461, 5.1).
public final class STSPolicies: Sendable {
    private static let mostKnown = 20_000

    private let resolver: any DNSResolver
    private let fetcher: any STSPolicyFetcher
    private let store: any STSPolicyKeeper
    private let now: @Sendable () -> Date
    private let known = Mutex<[DNSName: STSState]>([:])

    /// - Parameters:
    ///   - resolver: who is asked for the records.
    ///   - fetcher: fetches policies.
    ///   - store: keeps them.
    ///   - now: the clock.
    public init(
        resolver: any DNSResolver, fetcher: any STSPolicyFetcher, store: any STSPolicyKeeper,
        now: @escaping @Sendable () -> Date
    ) {
        self.resolver = resolver
        self.fetcher = fetcher
        self.store = store
        self.now = now
    }

    /// The policy in force for a destination, and why a newer one could not be fetched.
    func policy(of destination: MailDestination) async -> (STSPolicy?, STSFetch.Failure?) {
        guard case .domain(let domain) = destination, let owner = STSRecord.owner(for: domain) else {
            return (nil, nil)
        }
        let state = await state(of: domain)
        let answer: Result<DNSAnswer, DNSFailure>
        do throws(DNSFailure) {
            answer = .success(try await resolver.resolve(owner, .txt))
        } catch {
            answer = .failure(error)
        }
        switch state.look(STSState.Look(answer), at: now()) {
        case .use(let policy): return (policy, nil)
        // What is half as old as it may become is fetched again at once: the mail waits a moment, once in weeks.
        case .refresh(_, let fetch), .fetch(let fetch): return await perform(fetch, for: domain)
        }
    }

    private func perform(_ fetch: STSFetch, for domain: DNSName) async -> (STSPolicy?, STSFetch.Failure?) {
        let result: Result<STSPolicy, STSFetch.Failure>
        do throws(STSFetch.Failure) {
            result = fetch.judge(try await fetcher.fetch(fetch))
        } catch {
            result = .failure(error)
        }
        let time = now()
        let (state, policy) = known.withLock { known in
            var state = known[domain] ?? STSState(domain: domain)
            let policy = state.finish(fetch, result, at: time)
            known[domain] = state
            return (state, policy)
        }
        guard case .failure(let failure) = result else {
            await store.keep(state)
            return (policy, nil)
        }
        return (policy, failure)
    }

    private func state(of domain: DNSName) async -> STSState {
        if let state = known.withLock({ $0[domain] }) { return state }
        let stored = await store.state(of: domain) ?? STSState(domain: domain)
        return known.withLock { known in
            if let state = known[domain] { return state }
            if known.count >= Self.mostKnown { known.removeAll() }
            known[domain] = stored
            return stored
        }
    }
}

/// Keeps what is known of MTA-STS policies.
public protocol STSPolicyKeeper: Sendable {
    /// What is kept of a domain.
    func state(of domain: DNSName) async -> STSState?
    /// Keeps what is known; where that fails, the policy is fetched again after a restart.
    func keep(_ state: STSState) async
}
