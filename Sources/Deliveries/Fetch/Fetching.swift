public import Foundation
import MailMessage
public import Secrets

/// What recipients do at their links. They need no account.
public struct Fetching: Sendable {
    /// For how long a code is valid, seconds: greylisting takes longer than ten minutes.
    public static let codeLifetime: TimeInterval = 30 * 60
    /// How many wrong tries a code stands.
    public static let codeTries = 5
    /// How many codes are mailed to a recipient in a day.
    public static let codesPerDay = 10
    /// For how long a download address can be used to begin, seconds.
    public static let grantLifetime: TimeInterval = 10 * 60
    /// For how long a transfer that has begun can be resumed, seconds.
    public static let resumeLifetime: TimeInterval = 24 * 3600
    /// How often an expired delivery's recipient can ask for more time, seconds.
    public static let renewalInterval: TimeInterval = 24 * 3600
    /// How many wrong passwords a link stands within ``passwordWindow``.
    public static let passwordTries = 10
    /// The time within which wrong passwords are counted, seconds.
    public static let passwordWindow: TimeInterval = 15 * 60

    let parts: DeliveryParts
    let traces: AccessTraces

    /// Works with the given parts.
    ///
    /// - Parameters:
    ///   - parts: what all use cases work with.
    ///   - traces: where visits are taken down.
    public init(_ parts: DeliveryParts, traces: AccessTraces) {
        self.parts = parts
        self.traces = traces
    }

    /// The name of the cookie by which a browser is known at a link, or nil for a damaged link.
    public static func cookieName(for linkText: String) -> String? {
        (try? LinkText.token(linkText)).map { "dv_" + $0.hash.hex.prefix(8) }
    }

    /// Whether a cookie of that name is one of ours.
    public static func isVisitorCookie(_ name: String) -> Bool { name.hasPrefix("dv_") && name.utf8.count == 11 }

    /// Looks at a link: a GET or HEAD, which writes nothing but the access trace.
    ///
    /// - Parameters:
    ///   - linkText: the link's last part as it was asked for.
    ///   - cookie: the cookie of that link, if the browser sent one.
    ///   - visit: the request, if it is to be traced.
    /// - Returns: what the recipient may see.
    /// - Throws: ``DeliveriesError`` `.linkDamaged`, `.notFound`, `.linkReplaced`.
    public func open(_ linkText: String, cookie: Token? = nil, visit: PageVisit? = nil) async throws -> RecipientPage {
        let token = try LinkText.token(linkText)
        let now = parts.now()
        let parts = parts
        let page = try await parts.database.read { transaction in
            let place = try Place(token, transaction)
            let visitor = try place.visitor(cookie, transaction)
            return try RecipientPage(
                place, visitor: visitor, scan: transaction.scan(of: place.delivery.id, parts), now: now, transaction)
        }
        if let visit { traces.record(visit, of: page.link, at: now) }
        return page
    }
}

/// Where a link leads.
struct Place: Sendable {
    let link: Link
    let delivery: Delivery
    let recipient: Recipient?
    /// Whether all files are there; only a delivery whose mail left without a word can lack some.
    let isComplete: Bool

    /// Follows a link. One that stands in a sender's own mail leads to its delivery although nobody has told yet that the
    /// mail was sent: who follows it shows that it was.
    init(_ token: Token, _ transaction: any Transaction) throws {
        guard let link = try transaction.deliveries.link(tokenHash: token.hash.hex),
            let delivery = try transaction.deliveries.delivery(link.delivery),
            delivery.state != .draft || delivery.insertedAt != nil
        else { throw DeliveriesError(.notFound) }
        guard link.state == .active else { throw DeliveriesError(.linkReplaced) }
        self.link = link
        self.delivery = delivery
        recipient = try link.recipient.flatMap { try transaction.deliveries.recipient($0) }
        isComplete =
            try delivery.state != .draft
            || transaction.files.files(of: delivery.id).allSatisfy { $0.completedAt != nil }
    }

    /// Refuses unless the delivery can be fetched now.
    func checkOpen(_ now: Date) throws {
        if delivery.state == .draft {
            guard isComplete else { throw DeliveriesError(.incomplete) }
        } else {
            try delivery.checkOpen(now)
        }
    }

    /// The recipient that a browser acts as: that of a personal link, or who was proven at a shared one.
    func recipient(of visitor: Visitor?, _ transaction: any Transaction) throws -> Recipient? {
        if let recipient { return recipient }
        return try visitor?.recipient.flatMap { try transaction.deliveries.recipient($0) }
    }

    /// The browser with that cookie.
    func visitor(_ cookie: Token?, _ transaction: any Transaction) throws -> Visitor? {
        guard let cookie else { return nil }
        return try transaction.visits.visitor(tokenHash: cookie.hash.hex, link: link.id)
    }
}

extension Delivery {
    /// Refuses unless the delivery can be fetched now; the clock counts, not whether the clean-up ran.
    func checkOpen(_ now: Date) throws {
        switch state {
        case .sent: if let expiresAt, expiresAt <= now { throw DeliveriesError(.expired) }
        case .withdrawn: throw DeliveriesError(.withdrawn)
        case .expired, .removed: throw DeliveriesError(.expired)
        case .draft: throw DeliveriesError(.notFound)
        }
    }

    /// Whether a browser must still give the password.
    func needsPassword(_ visitor: Visitor?) -> Bool { passwordHash != nil && visitor?.passwordGivenAt == nil }

    /// Whether a browser must still prove the address.
    func needsCode(_ visitor: Visitor?) -> Bool { level == .identityProven && visitor?.provenAt == nil }
}

extension RecipientPage {
    fileprivate init(
        _ place: Place, visitor: Visitor?, scan: DeliveryScan, now: Date, _ transaction: any Transaction
    ) throws {
        let delivery = place.delivery
        let sender = try transaction.sender(of: delivery).person
        let recipient = try place.recipient(of: visitor, transaction)
        let state = State(place, recipient, now)
        let needsPassword = delivery.needsPassword(visitor)
        let needsCode = delivery.needsCode(visitor)
        let isUnlocked = state == .open && !needsPassword && !needsCode
        var shown = delivery
        shown.passwordHash = nil
        shown.expiresAt = delivery.expiresAt ?? now.addingTimeInterval(Double(delivery.lifetimeDays) * 86_400)
        if !isUnlocked { shown.message = "" }
        let codes = needsCode ? try visitor.map { try transaction.visits.codes(of: $0.id) } ?? [] : []
        let fetches =
            isUnlocked && visitor != nil && recipient != nil
            ? try transaction.visits.fetches(of: delivery.id, by: recipient?.id) : []
        self.init(
            delivery: shown, senderName: sender.name ?? "", senderAddress: sender.address, link: place.link,
            recipient: recipient,
            files: isUnlocked ? try transaction.files.files(of: delivery.id) : [], fetched: Set(fetches.map(\.file)),
            state: state, needsPassword: needsPassword, needsCode: needsCode,
            codeValidUntil: codes.filter { $0.isValid(at: now) }.map(\.expiresAt).max(), scan: scan, visitor: visitor)
    }
}

extension RecipientPage.State {
    init(_ place: Place, _ recipient: Recipient?, _ now: Date) {
        let delivery = place.delivery
        let isOver = delivery.expiresAt.map { $0 <= now } ?? false
        switch delivery.state {
        case .withdrawn: self = .withdrawn
        case .removed: self = .removed
        case .draft: self = place.isComplete ? .open : .unfinished
        case .sent where !isOver: self = .open
        case .sent, .expired:
            let isKept = delivery.removeFilesAt.map { $0 > now } ?? true
            let asked = recipient?.renewalAskedAt.map {
                now.timeIntervalSince($0) < Fetching.renewalInterval
            }
            self = .expired(canAsk: isKept && asked != true, asked: asked ?? false)
        }
    }
}
