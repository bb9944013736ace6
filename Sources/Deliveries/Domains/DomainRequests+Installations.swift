import DNS
public import Foundation
import MailMessage
import Secrets
import SenderDomains

/// Requests between installations. A link changes nothing when it is opened: the page shows what it says, and a POST
/// takes it.
extension DomainRequests {
    /// The link that takes an outgoing request to its operator again.
    ///
    /// - Throws: ``DeliveriesError`` `.notFound`, `.conflict` if it did not go elsewhere.
    public func link(of id: DomainRequestID) async throws -> URL {
        let requests = self
        return try await parts.base.database.write { transaction in
            guard let request = try transaction.senderDomains.request(id) else { throw DeliveriesError(.notFound) }
            guard request.way == .outgoing, request.state == .open else { throw DeliveriesError(.conflict) }
            let settings = try requests.parts.base.settings.current(in: transaction)
            return try requests.link(of: request, settings: settings, in: transaction)
        }
    }

    /// Judges a link that somebody opened, before anything is taken: so that its page does not offer what cannot be.
    ///
    /// - Throws: ``DeliveriesError`` `.linkDamaged` if it is not of this kind, or for another installation; `.linkSpent`
    ///   if it is too old.
    public func judge(_ signed: SignedDomainMessage, as kind: DomainMessage.Kind) async throws {
        try Self.check(signed.message, kind, settings: try await parts.base.settings.current(), now: parts.base.now())
    }

    /// Takes another installation's request, whose link somebody opened here; the operator is told.
    ///
    /// - Returns: the request; the same again if it was taken before.
    /// - Throws: ``DeliveriesError`` `.linkDamaged` if it is no request to this installation; `.linkSpent` if it is too
    ///   old; `.strangeKey` if the other installation had another key before.
    public func receiveRequest(_ signed: SignedDomainMessage, origin: RequestOrigin) async throws -> DomainRequest {
        let message = signed.message
        let parts = parts
        let requests = self
        let now = parts.base.now()
        let request = try await parts.base.database.write { transaction in
            let settings = try parts.base.settings.current(in: transaction)
            try Self.check(message, .request, settings: settings, now: now)
            guard let email = message.email else { throw DeliveriesError(.linkDamaged) }
            let store = transaction.senderDomains
            if let known = try store.request(nonce: message.nonce) {
                guard known.installation == message.from else {
                    throw DeliveriesError(.linkDamaged, detail: "a request of another installation has this nonce")
                }
                guard known.installationKey == message.key else { throw Self.strangeKey(of: message) }
                return known
            }
            try Self.checkKey(of: message, in: store)
            let request = DomainRequest(
                id: parts.base.newID(now), domain: message.domain, way: .incoming, requester: nil,
                email: email, name: String(message.name.prefix(200)), words: String(message.words.prefix(2_000)),
                installation: message.from, installationKey: message.key, nonce: message.nonce, createdAt: now)
            try store.insert(request)
            let recorder = DomainRecorder(parts: parts, domain: message.domain, transaction: transaction, now: now)
            try recorder.note(.requested, by: nil, detail: "\(message.from): \(request.words)")
            try recorder.audit(.domainRequested, by: nil, origin: origin)
            try requests.notifyOperator(of: request, settings: settings, in: transaction, now: now)
            return request
        }
        parts.base.mailQueued()
        return request
    }

    /// Takes the answer of another installation's operator. If it is a yes, the domain is added with the selectors that
    /// the operator signs with; no private key is here.
    ///
    /// - Returns: the request with its answer.
    /// - Throws: ``DeliveriesError`` `.linkDamaged` if it answers nothing that this installation asked; `.linkSpent` if
    ///   it is too old or was taken before; `.strangeKey` if the operator had another key before.
    public func receiveAnswer(_ signed: SignedDomainMessage, origin: RequestOrigin) async throws -> DomainRequest {
        let message = signed.message
        let parts = parts
        let now = parts.base.now()
        let isApproved = message.isApproved == true
        let controlToken = Token(random: parts.base.random).text
        let request = try await parts.base.database.write { transaction in
            let settings = try parts.base.settings.current(in: transaction)
            try Self.check(message, .answer, settings: settings, now: now)
            let store = transaction.senderDomains
            // Whoever knows the nonce got our request; from then on its key is the operator's.
            guard var request = try store.request(nonce: message.nonce), request.way == .outgoing,
                request.domain == message.domain, request.installation == message.from
            else { throw DeliveriesError(.linkDamaged) }
            guard request.state == .open else { throw DeliveriesError(.linkSpent) }
            try Self.checkKey(of: message, in: store)
            request.installationKey = message.key
            request.state = isApproved ? .approved : .refused
            request.reason = isApproved ? "" : String(message.words.prefix(2_000))
            request.answeredAt = now
            try store.update(request)
            let recorder = DomainRecorder(parts: parts, domain: request.domain, transaction: transaction, now: now)
            try recorder.note(isApproved ? .approved : .refused, by: nil, detail: request.reason)
            try recorder.audit(isApproved ? .domainApproved : .domainRefused, by: nil, origin: origin)
            if isApproved {
                let told = message.selectors.prefix(20).filter { DNSName($0) != nil }.map { selector in
                    DomainKey(
                        selector: selector.lowercased(), type: nil, publicRecord: nil, origin: .told, createdAt: now)
                }
                if var domain = try store.domain(request.domain) {
                    domain.add(told, now: now)
                    try store.update(domain)
                } else {
                    try store.insert(
                        SenderDomain(
                            domain: request.domain, policy: settings.domainPolicy, keys: told,
                            controlToken: controlToken, now: now))
                }
                try recorder.note(.selectorsTold, by: nil, detail: told.map(\.selector).joined(separator: ", "))
            }
            return request
        }
        parts.base.mailQueued()
        if isApproved { try await administration.check(request.domain) }
        return request
    }

    func link(of request: DomainRequest, settings: Settings, in transaction: any Transaction) throws -> URL {
        guard let operatorURL = URL(string: request.installation) else {
            throw DeliveriesError(.trouble, detail: "the operator's address is none")
        }
        let seal = try InstallationSeal(in: transaction, keys: parts.base.keys)
        let message = DomainMessage(
            kind: .request, domain: request.domain, nonce: request.nonce, from: Self.address(of: settings),
            to: request.installation, key: seal.publicKey, at: Self.milliseconds(request.createdAt),
            email: request.email, name: request.name, words: request.words, isApproved: nil, selectors: [])
        return try SignedDomainMessage.link(
            message, at: PublicAddresses(publicURL: operatorURL).incomingDomainRequest, seal: seal)
    }

    func answerLink(
        _ request: DomainRequest, isApproved: Bool, selectors: [String], settings: Settings,
        in transaction: any Transaction
    ) throws -> URL {
        guard let asking = URL(string: request.installation) else {
            throw DeliveriesError(.trouble, detail: "the asking installation's address is none")
        }
        let seal = try InstallationSeal(in: transaction, keys: parts.base.keys)
        let message = DomainMessage(
            kind: .answer, domain: request.domain, nonce: request.nonce, from: Self.address(of: settings),
            to: request.installation, key: seal.publicKey,
            at: Self.milliseconds(request.answeredAt ?? parts.base.now()),
            email: nil, name: "", words: String(request.reason.prefix(80)), isApproved: isApproved,
            selectors: selectors)
        return try SignedDomainMessage.link(
            message, at: PublicAddresses(publicURL: asking).incomingDomainAnswer, seal: seal)
    }

    /// A message must be of the kind that is expected, for this installation, and not too old.
    private static func check(
        _ message: DomainMessage, _ kind: DomainMessage.Kind, settings: Settings, now: Date
    ) throws {
        guard message.kind == kind, message.to == address(of: settings), message.from != message.to,
            (try? WebAddress(parsing: message.from)) != nil, Token(text: message.nonce) != nil
        else { throw DeliveriesError(.linkDamaged) }
        let age = now.timeIntervalSince(message.date)
        guard age > -86_400, age < DomainMessage.lifetime else { throw DeliveriesError(.linkSpent) }
    }

    /// An installation keeps the key that it showed first.
    private static func checkKey(of message: DomainMessage, in store: any SenderDomainStore) throws {
        if let pinned = try store.pinnedKey(of: message.from), pinned != message.key { throw strangeKey(of: message) }
    }

    private static func strangeKey(of message: DomainMessage) -> DeliveriesError {
        DeliveriesError(.strangeKey, detail: "\(message.from) had another key before")
    }

    private static func address(of settings: Settings) -> String { settings.text(.serverPublicURL) }
    private static func milliseconds(_ date: Date) -> Int64 { Int64((date.timeIntervalSince1970 * 1_000).rounded()) }
}
