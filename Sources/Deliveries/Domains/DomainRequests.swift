public import Foundation
public import MailMessage
import MailTemplates
import Secrets
public import SenderDomains

/// Sender domains on request: somebody names a domain, the operator approves or refuses. The operator is here, or at
/// another installation whose mail server this one uses; then request and answer travel in signed links.
public struct DomainRequests: Sendable {
    /// What became of a wish.
    public struct Asked: Equatable, Sendable {
        /// The request.
        public let request: DomainRequest
        /// Where the requester takes it to the operator of another installation; `nil` if the operator is here.
        public let link: URL?
    }

    let parts: DomainParts
    let administration: DomainAdministration

    /// Works with the given parts.
    public init(_ parts: DomainParts) {
        self.parts = parts
        administration = DomainAdministration(parts)
    }

    /// Asks for a domain.
    ///
    /// - Parameters:
    ///   - name: the domain, cleaned and judged before.
    ///   - words: what the operator should know; may be empty.
    ///   - account: who asks.
    ///   - origin: from where.
    /// - Throws: ``DeliveriesError`` `.invalid` at `domain` if it is there already (`domain-taken`) or asked for
    ///   (`request-open`).
    public func ask(
        for name: MailDomain, words: String, by account: Account, origin: RequestOrigin
    ) async throws -> Asked {
        let parts = parts
        let now = parts.base.now()
        let nonce = Token(random: parts.base.random).text
        let asked = try await parts.base.database.write { transaction in
            let settings = try parts.base.settings.current(in: transaction)
            let store = transaction.senderDomains
            if try store.domain(name) != nil { throw Self.refusal("domain-taken") }
            if try store.requests(for: name).contains(where: { $0.state == .open && $0.way != .outgoing }) {
                throw Self.refusal("request-open")
            }
            let operatorURL = settings.text(.domainsOperatorURL)
            let request = DomainRequest(
                id: parts.base.newID(now), domain: name, way: operatorURL.isEmpty ? .inside : .outgoing,
                requester: account.id, email: account.email, name: account.name, words: String(words.prefix(2_000)),
                installation: operatorURL, nonce: nonce, createdAt: now)
            try store.insert(request)
            let recorder = DomainRecorder(parts: parts, domain: name, transaction: transaction, now: now)
            try recorder.note(.requested, by: account.id, detail: request.words)
            try recorder.audit(.domainRequested, by: account.id, origin: origin)
            if request.way == .inside {
                try notifyOperator(of: request, settings: settings, in: transaction, now: now)
                return Asked(request: request, link: nil)
            }
            return Asked(request: request, link: try link(of: request, settings: settings, in: transaction))
        }
        parts.base.mailQueued()
        return asked
    }

    /// Requests, newest first, and how many match.
    public func list(
        state: DomainRequest.State?, offset: Int = 0, limit: Int = 50
    ) async throws -> (requests: [DomainRequest], total: Int) {
        try await parts.base.database.read { transaction in
            (
                try transaction.senderDomains.requests(state: state, offset: max(0, offset), limit: min(limit, 200)),
                try transaction.senderDomains.requestCount(state: state)
            )
        }
    }

    /// A request.
    ///
    /// - Throws: ``DeliveriesError`` `.notFound`.
    public func request(_ id: DomainRequestID) async throws -> DomainRequest {
        try await parts.base.database.read { transaction in
            guard let request = try transaction.senderDomains.request(id) else { throw DeliveriesError(.notFound) }
            return request
        }
    }

    /// Approves a request: the domain is added, and the requester gets the records and a link.
    ///
    /// - Returns: the domain after its first check.
    /// - Throws: ``DeliveriesError`` `.notFound`, `.conflict` if it was answered already or went elsewhere.
    public func approve(
        _ id: DomainRequestID, by actor: AccountID?, origin: RequestOrigin
    ) async throws -> SenderDomain {
        let request = try await openRequest(id)
        if try await parts.base.database.read({ try $0.senderDomains.domain(request.domain) }) == nil {
            _ = try await administration.add(request.domain, by: actor, origin: origin)
        }
        let token = Token(random: parts.base.random)
        let link = try administration.newLink(token, for: request.domain, purpose: .records, by: actor)
        let requests = self
        return try await parts.change(request.domain) { domain, recorder in
            let transaction = recorder.transaction
            let answered = try requests.answer(id, .approved, reason: "", by: actor, recorder)
            try recorder.note(.approved, by: actor)
            try recorder.audit(.domainApproved, by: actor, origin: origin)
            let settings = try requests.parts.base.settings.current(in: transaction)
            let records = (domain.lastReport?.plan.records ?? []).filter(\.isWanted)
            try recorder.endLinks(purpose: .records)
            try transaction.senderDomains.insert(link)
            let answer =
                answered.way == .incoming
                ? try requests.answerLink(
                    answered, isApproved: true, selectors: domain.keys.filter { $0.phase != .retired }.map(\.selector),
                    settings: settings, in: transaction) : nil
            let content = DomainApprovedMail(
                domain: domain.domain.unicode, records: records.map { MailRecord($0, finding: nil) },
                link: try MailComposer.link(settings.addresses.handOver(token)), expiresAt: link.expiresAt,
                answer: try answer.map(MailComposer.link))
            try requests.mail(content, to: answered, settings: settings, in: transaction, now: recorder.now)
            return []
        }.domain
    }

    /// Refuses a request; the requester reads the reason.
    ///
    /// - Throws: ``DeliveriesError`` `.notFound`, `.conflict` if it was answered already or went elsewhere, `.invalid`
    ///   at `reason` if there is none.
    public func refuse(
        _ id: DomainRequestID, reason: String, by actor: AccountID?, origin: RequestOrigin
    ) async throws {
        let reason = String(reason.trimmingCharacters(in: .whitespacesAndNewlines).prefix(2_000))
        guard !reason.isEmpty else { throw DeliveriesError(.invalid, fields: [FieldError("reason", "reason-needed")]) }
        let request = try await openRequest(id)
        let parts = parts
        let requests = self
        let now = parts.base.now()
        try await parts.base.database.write { transaction in
            let recorder = DomainRecorder(
                parts: parts, domain: request.domain, transaction: transaction, now: now)
            let answered = try requests.answer(id, .refused, reason: reason, by: actor, recorder)
            try recorder.note(.refused, by: actor, detail: reason)
            try recorder.audit(.domainRefused, by: actor, origin: origin)
            let settings = try parts.base.settings.current(in: transaction)
            let link =
                answered.way == .incoming
                ? try requests.answerLink(
                    answered, isApproved: false, selectors: [], settings: settings, in: transaction) : nil
            try requests.mail(
                DomainRefusedMail(
                    domain: request.domain.unicode, reason: reason, link: try link.map(MailComposer.link)),
                to: answered, settings: settings, in: transaction, now: now)
        }
        parts.base.mailQueued()
    }

    // MARK: Parts

    static func refusal(_ reason: String) -> DeliveriesError {
        DeliveriesError(.invalid, fields: [FieldError("domain", reason)])
    }

    private func openRequest(_ id: DomainRequestID) async throws -> DomainRequest {
        let request = try await request(id)
        guard request.state == .open, request.way != .outgoing else { throw DeliveriesError(.conflict) }
        return request
    }

    private func answer(
        _ id: DomainRequestID, _ state: DomainRequest.State, reason: String, by actor: AccountID?,
        _ recorder: DomainRecorder
    ) throws -> DomainRequest {
        guard var request = try recorder.transaction.senderDomains.request(id), request.state == .open else {
            throw DeliveriesError(.conflict)
        }
        request.state = state
        request.reason = reason
        request.answeredAt = recorder.now
        request.answeredBy = actor
        try recorder.transaction.senderDomains.update(request)
        return request
    }

    /// The operator's mail, or a mail to each administrator.
    func notifyOperator(
        of request: DomainRequest, settings: Settings, in transaction: any Transaction, now: Date
    ) throws {
        let content = DomainRequestedMail(
            domain: request.domain.unicode,
            requester: MailPerson(Mailbox(name: request.name.isEmpty ? nil : request.name, address: request.email)),
            installation: request.installation.isEmpty ? nil : request.installation, words: request.words,
            link: try MailComposer.link(settings.addresses.domainRequest(request.id)))
        var readers = try transaction.accounts.administrators().map { ($0.mailbox, $0.language) }
        if let address = try? EmailAddress(parsing: settings.text(.domainsOperatorEmail)) {
            readers = [(Mailbox(address: address), settings.language)]
        }
        try transaction.outbox.insert(
            try readers.map { reader, language in
                try parts.base.composer.entry(content, to: reader, language: language, settings: settings, now: now)
            })
    }

    private func mail(
        _ content: any MailContent, to request: DomainRequest, settings: Settings, in transaction: any Transaction,
        now: Date
    ) throws {
        let account = try request.requester.flatMap { try transaction.accounts.account($0) }
        guard account?.state != .deleted else { return }
        try transaction.outbox.insert([
            parts.base.composer.entry(
                content,
                to: account?.mailbox
                    ?? Mailbox(name: request.name.isEmpty ? nil : request.name, address: request.email),
                language: account?.language ?? settings.language, settings: settings, now: now)
        ])
    }
}
