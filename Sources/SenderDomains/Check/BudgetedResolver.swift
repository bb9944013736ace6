package import DNS

/// A resolver whose questions share a budget: what evaluators of SPF and DMARC get.
package struct BudgetedResolver: DNSResolver {
    private let base: any DNSResolver
    private let budget: TimeBudget
    /// What is said instead of asking: a record as one server has it, or one that is not published yet.
    private var instead: [DNSQuestion: DNSAnswer] = [:]

    package init(_ base: any DNSResolver, _ budget: TimeBudget) {
        self.base = base
        self.budget = budget
    }

    /// The same resolver, with one answer given beforehand.
    func saying(_ answer: DNSAnswer, to question: DNSQuestion) -> BudgetedResolver {
        var copy = self
        copy.instead[question] = answer
        return copy
    }

    package func resolve(_ name: DNSName, _ type: DNSRecordType) async throws(DNSFailure) -> DNSAnswer {
        if let answer = instead[DNSQuestion(name, type)] { return answer }
        return try await budget.ask(base, name, type).get()
    }
}
