/// One question to one or several servers, asked again over TCP, without EDNS, or of the next server as it comes.
package struct StubQuery: DNSConversation, Sendable {
    package typealias Step = DNSStep<DNSMessage>

    private let question: DNSQuestion
    private let options: StubOptions
    /// The servers that may still be asked, the next one first.
    private var candidates: [DNSServer]
    private var asked: Set<DNSServer> = []
    private var round = 0
    private var usesEDNS = true
    private var request: DNSMessage
    private var transport: DNSCarrier = .udp
    private var server: DNSServer?
    /// The worst that was heard of a server so far; what a question that has run out of servers or time fails with.
    private var lastFailure: DNSFailure?
    private let makeID: @Sendable () -> UInt16

    package init(
        _ question: DNSQuestion, servers: [DNSServer], options: StubOptions, makeID: @escaping @Sendable () -> UInt16
    ) {
        self.question = question
        self.options = options
        candidates = servers
        self.makeID = makeID
        request = DNSMessage(id: 0, questions: [question])
    }

    package mutating func start() -> Step { askNext(elapsed: .zero) }

    package mutating func received(_ octets: [UInt8], elapsed: Duration) -> Step {
        guard let server else { return .wait }
        let message: DNSMessage
        do throws(DNSMessageError) {
            message = try DNSMessage(decoding: octets)
        } catch {
            return unusable("an answer that cannot be read: \(error)", elapsed: elapsed)
        }
        guard message.answers(request) else {
            return unusable("an answer to another question", elapsed: elapsed)
        }
        if message.isTruncated {
            guard transport == .udp else { return drop(.malformed, "a truncated answer over TCP", elapsed: elapsed) }
            return ask(server, over: .tcp, elapsed: elapsed)
        }
        switch message.responseCode {
        case .noError, .noSuchName: return .finish(message)
        case .formatError, .notImplemented, .badVersionOrSignature:
            // A server from before EDNS (RFC 6891, 7).
            if usesEDNS {
                usesEDNS = false
                return ask(server, over: transport, elapsed: elapsed)
            }
            return drop(.refused, "\(message.responseCode)", elapsed: elapsed)
        case .serverFailure:
            let reasons = message.edns?.extendedErrors ?? []
            // The server validates and found a forgery; others would hide it from us (RFC 8914, 4).
            if let reason = reasons.first(where: { (6...12).contains($0.code) }) {
                return .fail(DNSFailure(.bogus, server: "\(server)", detail: "\(reason)"))
            }
            return drop(.serverFailure, reasons.map(\.description).joined(separator: "; "), elapsed: elapsed)
        default: return drop(.refused, "\(message.responseCode)", elapsed: elapsed)
        }
    }

    package mutating func timedOut(elapsed: Duration) -> Step {
        if lastFailure == nil {
            lastFailure = DNSFailure(.timeout, server: server?.description, detail: "no answer in time")
        }
        return askNext(elapsed: elapsed)
    }

    package mutating func broke(_ detail: String, elapsed: Duration) -> Step {
        lastFailure = DNSFailure(.unreachable, server: server?.description, detail: detail)
        return askNext(elapsed: elapsed)
    }

    /// Over UDP anybody may have sent it: the right one may still come (RFC 5452, 9.1). Over TCP it was the server.
    private mutating func unusable(_ detail: String, elapsed: Duration) -> Step {
        if transport == .tcp { return drop(.malformed, detail, elapsed: elapsed) }
        lastFailure = DNSFailure(.malformed, server: server?.description, detail: detail)
        return .wait
    }

    /// Asks this server no more: it would say the same again.
    private mutating func drop(_ code: DNSFailure.Code, _ detail: String, elapsed: Duration) -> Step {
        lastFailure = DNSFailure(code, server: server?.description, detail: detail)
        candidates.removeAll { $0 == server }
        return askNext(elapsed: elapsed)
    }

    private mutating func askNext(elapsed: Duration) -> Step {
        if !candidates.isEmpty, candidates.allSatisfy(asked.contains) {
            round += 1
            asked = []
        }
        guard round < options.rounds, let next = candidates.first(where: { !asked.contains($0) }) else {
            return .fail(lastFailure ?? DNSFailure(.unreachable, detail: "there is no server to ask"))
        }
        asked.insert(next)
        usesEDNS = true
        return ask(next, over: .udp, elapsed: elapsed)
    }

    private mutating func ask(_ server: DNSServer, over transport: DNSCarrier, elapsed: Duration) -> Step {
        let left = options.timeout - elapsed
        guard left > .zero else {
            return .fail(lastFailure ?? DNSFailure(.timeout, server: "\(server)", detail: "no answer in time"))
        }
        self.server = server
        self.transport = transport
        request = DNSMessage(id: makeID(), questions: [question])
        request.isRecursionDesired = options.isRecursionDesired
        if usesEDNS {
            request.edns = DNSExtension(
                payloadSize: options.payloadSize, wantsSignatures: options.wantsSignatures)
        }
        do throws(DNSMessageError) {
            let patience = options.patience * (1 << min(round, 8))
            return .send(try request.encoded(), to: server, over: transport, patience: min(patience, left))
        } catch {
            return .fail(DNSFailure(.malformed, detail: "the question cannot be encoded: \(error)"))
        }
    }
}
