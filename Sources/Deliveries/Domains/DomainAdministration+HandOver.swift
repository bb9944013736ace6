public import Foundation
public import MailMessage
import MailTemplates
public import Secrets
public import SenderDomains

/// Links for people without an account: who looks after DNS, and a domain's postmaster.
extension DomainAdministration {
    /// How long a page behind a hand-over link shows the same check at the least, seconds.
    public static let handOverPatience: TimeInterval = 60

    /// Makes a hand-over link; earlier ones of the domain end.
    ///
    /// - Returns: the token of the link, for ``PublicAddresses/handOver(_:)``.
    /// - Throws: ``DeliveriesError`` `.notFound`.
    public func makeHandOver(for name: MailDomain, by actor: AccountID?, origin: RequestOrigin) async throws -> Token {
        let token = Token(random: parts.base.random)
        let link = try newLink(token, for: name, purpose: .records, by: actor)
        try await parts.change(name) { _, recorder in
            try recorder.endLinks(purpose: .records)
            try recorder.transaction.senderDomains.insert(link)
            try recorder.note(.handOverMade, by: actor)
            try recorder.audit(.domainHandOverMade, by: actor, origin: origin)
            return []
        }
        return token
    }

    /// The token of an open hand-over link, so that it can be shown again.
    ///
    /// - Throws: ``DeliveriesError`` `.trouble` if the sealed copy cannot be opened.
    public func token(of link: HandOver) throws -> Token {
        guard
            let bytes = try? parts.base.keys.open(link.sealedToken, purpose: .link, context: Self.place(link.id)),
            let token = Token(text: Base64URL.encode(bytes))
        else { throw DeliveriesError(.trouble, detail: "hand-over link \(link.id) holds no token") }
        return token
    }

    /// Ends the hand-over links of a domain.
    ///
    /// - Throws: ``DeliveriesError`` `.notFound`.
    public func revokeHandOver(of name: MailDomain, by actor: AccountID?, origin: RequestOrigin) async throws {
        try await parts.change(name) { _, recorder in
            try recorder.endLinks(purpose: .records)
            try recorder.note(.handOverRevoked, by: actor)
            try recorder.audit(.domainHandOverRevoked, by: actor, origin: origin)
            return []
        }
    }

    /// What the page behind a hand-over link shows: the domain with the last report, or with a fresh one if that is
    /// older than ``handOverPatience``; and the link.
    ///
    /// - Throws: ``DeliveriesError`` `.linkSpent`.
    public func handedOver(_ token: Token) async throws -> (domain: SenderDomain, link: HandOver) {
        let link = try await openLink(token, purpose: .records)
        let domain = try await domain(link.domain)
        if let last = domain.lastReport, parts.base.now().timeIntervalSince(last.at) < Self.handOverPatience {
            return (domain, link)
        }
        // Many visitors at once must not become many look-ups.
        let now = parts.base.now()
        let key = "hand-over:\(link.id)"
        let isFirst = try await parts.base.database.write { transaction in
            try transaction.ledger.countThrottle(key, window: Self.handOverPatience, now: now).count == 1
        }
        return (isFirst ? try await check(link.domain) : domain, link)
    }

    /// Which domain a postmaster's link is about, for the page that asks before anything is done.
    ///
    /// - Throws: ``DeliveriesError`` `.linkSpent`.
    public func domainToConfirm(_ token: Token) async throws -> MailDomain {
        try await openLink(token, purpose: .control).domain
    }

    /// Sends a mail to the domain's postmaster, who can confirm that the domain may be used.
    ///
    /// - Throws: ``DeliveriesError`` `.notFound`; `.throttled` if one was sent within the last minutes.
    public func askPostmaster(of name: MailDomain, by actor: Account, origin: RequestOrigin) async throws {
        let token = Token(random: parts.base.random)
        let link = try newLink(token, for: name, purpose: .control, by: actor.id)
        let composer = parts.base.composer
        let service = parts.base.settings
        let postmaster = try EmailAddress(parsing: "postmaster@\(name.ascii)")
        try await parts.change(name) { domain, recorder in
            let tries = try recorder.transaction.ledger.countThrottle(
                "postmaster:\(name)", window: 600, now: recorder.now)
            guard tries.count <= 2 else {
                throw DeliveriesError(
                    .throttled, retryAfter: max(1, Int(tries.windowEnds.timeIntervalSince(recorder.now))))
            }
            try recorder.endLinks(purpose: .control)
            try recorder.transaction.senderDomains.insert(link)
            let settings = try service.current(in: recorder.transaction)
            let content = DomainControlMail(
                domain: domain.domain.unicode,
                requester: MailPerson(actor.mailbox, organisation: settings.organisationName),
                link: try MailComposer.link(settings.addresses.domainControl(token)), expiresAt: link.expiresAt)
            try recorder.transaction.outbox.insert([
                composer.entry(
                    content, to: Mailbox(address: postmaster), language: settings.language, settings: settings,
                    now: recorder.now)
            ])
            try recorder.note(.postmasterAsked, by: actor.id)
            return []
        }
    }

    /// The open link of a token.
    ///
    /// - Throws: ``DeliveriesError`` `.linkSpent`.
    func openLink(_ token: Token, purpose: HandOver.Purpose) async throws -> HandOver {
        let now = parts.base.now()
        return try await parts.base.database.read { transaction in
            guard let link = try transaction.senderDomains.handOver(tokenHash: token.hash.hex),
                link.purpose == purpose, link.isOpen(at: now)
            else { throw DeliveriesError(.linkSpent) }
            return link
        }
    }

    func newLink(
        _ token: Token, for name: MailDomain, purpose: HandOver.Purpose, by actor: AccountID?
    ) throws -> HandOver {
        let now = parts.base.now()
        let id: HandOverID = parts.base.newID(now)
        return HandOver(
            id: id, domain: name, purpose: purpose, tokenHash: token.hash.hex,
            sealedToken: try parts.base.keys.seal(token.bytes, purpose: .link, context: Self.place(id)), madeBy: actor,
            createdAt: now, expiresAt: now.addingTimeInterval(HandOver.lifetime))
    }

    private static func place(_ id: HandOverID) -> SealContext {
        SealContext(table: "hand_over", row: id.description, column: "sealed_token")
    }
}

extension DomainRecorder {
    /// Ends the open links of the domain.
    func endLinks(purpose: HandOver.Purpose) throws {
        for var link in try transaction.senderDomains.handOvers(of: domain)
        where link.purpose == purpose && link.isOpen(at: now) {
            link.revokedAt = now
            try transaction.senderDomains.update(link)
        }
    }
}
