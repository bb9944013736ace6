/// Reads one question's answer out of messages, following aliases from one to the next.
package struct DNSAnswerReader {
    /// What a message led to.
    package enum Step: Sendable, Hashable {
        case finish(DNSAnswer)
        /// The message ends at an alias: ask for this name too.
        case ask(DNSName)
    }

    private let type: DNSRecordType
    private var chain: DNSAliasChain

    package init(_ question: DNSQuestion) {
        type = question.type
        chain = DNSAliasChain(from: question.name)
    }

    /// Takes the answer to the question for the name that the last step asked for.
    package mutating func take(_ message: DNSMessage, server: String? = nil) throws(DNSFailure) -> Step {
        let before = chain.aliases.count
        while true {
            let here = message.answers.filter { $0.name == chain.name }
            let found = here.filter { $0.type == type }
            if !found.isEmpty {
                var unique: [DNSRecord] = []
                for record in found where !unique.contains(record) { unique.append(record) }
                return .finish(answer(.found, unique, ttl: unique.map(\.ttl).min() ?? 0))
            }
            guard let alias = here.first(where: { $0.type == .cname }), case .cname(let target) = alias.data else {
                break
            }
            try chain.follow(alias, to: target, server: server)
        }
        // The code speaks of the name at the end of the aliases (RFC 6604, 3).
        if message.responseCode == .noSuchName {
            return .finish(answer(.noSuchName, ttl: negativeTTL(in: message) ?? 0))
        }
        if let ttl = negativeTTL(in: message) { return .finish(answer(.noSuchRecord, ttl: ttl)) }
        if chain.aliases.count > before { return .ask(chain.name) }
        // "Ask them" is no answer, least of all "there is none" (RFC 2308, 2.2).
        if !message.isAuthoritative, message.authorities.contains(where: { $0.type == .ns }) {
            throw DNSFailure(.refused, server: server, detail: "the server only refers to others for \(chain.name)")
        }
        return .finish(answer(.noSuchRecord, ttl: 0))
    }

    private func answer(
        _ outcome: DNSAnswer.Outcome, _ records: [DNSRecord] = [], ttl: UInt32
    ) -> DNSAnswer {
        DNSAnswer(
            outcome: outcome, records: records, aliases: chain.aliases,
            ttl: chain.aliases.map(\.ttl).reduce(ttl, min), verdict: .insecure)
    }

    /// For how long "there is none" may be kept, by the SOA record of the zone of the last name (RFC 2308, 5).
    private func negativeTTL(in message: DNSMessage) -> UInt32? {
        for record in message.authorities where chain.name.isSubdomain(of: record.name) {
            if case .soa(let start) = record.data { return min(record.ttl, start.minimum) }
        }
        return nil
    }
}
