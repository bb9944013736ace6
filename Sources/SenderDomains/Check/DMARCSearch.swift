import DNS
import MailAuth

/// Looks for the DMARC policy of a domain, both ways, and keeps the texts that it rests on.
struct DMARCSearch: Sendable {
    /// What was found.
    struct Result: Sendable {
        /// The policy that holds; `nil` if there is none.
        var finding: DMARCFinding?
        /// The records at the domain's own name: one, none, or several by mistake.
        var own: [String] = []
        /// Why it could not be found out.
        var failure: DNSFailure?
    }

    let resolver: BudgetedResolver
    let suffixes: PublicSuffixList?

    /// Searches for the policy of a domain.
    func search(_ domain: DNSName) async -> Result {
        async let evaluation = DMARCEvaluator(resolver: resolver, suffixes: suffixes).evaluate(author: domain)
        var result = Result()
        do throws(DNSFailure) {
            result.own = try await texts(domain)
            let evaluation = await evaluation
            for case .dns(_, _, let failure)? in [evaluation.treeWalk.problem, evaluation.publicSuffixList?.problem] {
                throw failure
            }
            let walk = try await view(evaluation.treeWalk)
            var list: DMARCFinding.View?
            if let older = evaluation.publicSuffixList { list = try await view(older) }
            if walk != nil || list != nil {
                result.finding = DMARCFinding(treeWalk: walk, publicSuffix: list, differ: evaluation.isDifferent)
            }
        } catch {
            result.failure = error
        }
        return result
    }

    private func view(_ evaluation: DMARCEvaluation) async throws(DNSFailure) -> DMARCFinding.View? {
        guard let record = evaluation.record, let domain = evaluation.policyDomain,
            let name = domain.prefixed(by: "_dmarc")
        else { return nil }
        return DMARCFinding.View(
            name: name, text: try await texts(domain).first ?? record.description,
            policy: evaluation.policy.map(DMARCFinding.Policy.init) ?? .none,
            strictSPF: record.spfAlignment == .strict, strictDKIM: record.dkimAlignment == .strict)
    }

    private func texts(_ domain: DNSName) async throws(DNSFailure) -> [String] {
        guard let name = domain.prefixed(by: "_dmarc") else { return [] }
        return try await resolver.resolve(name, .txt).texts.filter(DMARCRecord.isRecord).map {
            String(decoding: $0, as: UTF8.self)
        }
    }
}
