import Deliveries
import FileVault
import Foundation
import MailTemplates

@testable import Storage

/// Calls every method of every store, so that every statement runs at least once.
struct StatementTour: Sendable {
    let sample = Sample()
    let stored: SampleDelivery

    init() throws {
        stored = try SampleDelivery(sample)
    }

    func run(in test: TestDatabase) async throws {
        try await test.write { transaction in
            try accounts(transaction)
            try deliveries(transaction)
            try files(transaction)
            try visits(transaction)
            try outbox(transaction)
            try ledger(transaction)
        }
    }

    private func accounts(_ transaction: any Transaction) throws {
        try stored.store(in: transaction)
        let store = transaction.accounts
        let account = stored.account
        try store.update(account)
        _ = try store.account(account.id)
        _ = try store.account(email: account.email)
        for search in ["", "anna"] {
            _ = try store.accounts(search: search, offset: 0, limit: 1)
            _ = try store.accountCount(search: search)
        }
        _ = try store.administrators()
        _ = try store.hasAdministrator()
        let hash = sample.hash()
        try store.insert(
            AccountToken(
                tokenHash: hash, purpose: .setup, account: nil, createdAt: Sample.start, expiresAt: Sample.start))
        _ = try store.token(hash: hash, purpose: .setup, now: Sample.start)
        _ = try store.consumeToken(hash: hash)
        try store.removeTokens(account: account.id, purpose: .invitation)
        try store.removeTokens(account: nil, purpose: .setup)
        _ = try store.removeExpiredTokens(now: Sample.start)
        let token = APIToken(
            id: sample.id(), account: account.id, name: "", tokenHash: hash, scopes: [.read], createdAt: Sample.start)
        try store.insert(token)
        _ = try store.apiToken(hash: hash)
        _ = try store.apiTokens(of: account.id)
        try store.touchAPIToken(token.id, at: Sample.start)
        _ = try store.revokeAPIToken(token.id, of: account.id, at: Sample.start)

        let sessions = transaction.sessions
        let session = Session(
            id: sample.id(), account: account.id, tokenHash: hash, isComplete: true, createdAt: Sample.start,
            lastSeenAt: Sample.start, expiresAt: Sample.after(9), userAgent: "", clientAddress: "")
        try sessions.insert(session)
        _ = try sessions.session(tokenHash: hash, now: Sample.start)
        _ = try sessions.sessions(of: account.id, now: Sample.start)
        try sessions.touch(session.id, at: Sample.start)
        _ = try sessions.remove(session.id, of: account.id)
        try sessions.removeAll(of: account.id, except: nil)
        _ = try sessions.removeExpired(now: Sample.start)

        try transaction.settings.set(StoredSetting(key: "a", value: "b", sealedValue: nil))
        _ = try transaction.settings.all()
        try transaction.settings.remove("a")
    }

    private func deliveries(_ transaction: any Transaction) throws {
        let store = transaction.deliveries
        try store.update(stored.delivery)
        _ = try store.delivery(stored.delivery.id)
        let draft = sample.delivery(of: stored.account.id)
        try store.insert(draft)
        try store.removeDraft(draft.id)
        for search in ["", "x"] {
            for states in [nil, [Delivery.State.sent]] {
                _ = try store.summaries(
                    sender: stored.account.id, search: search, states: states, offset: 0, limit: 9)
                _ = try store.summaryCount(sender: stored.account.id, search: search, states: states)
            }
        }
        _ = try store.deliveriesToExpire(now: Sample.start, limit: 1)
        _ = try store.deliveriesToRemove(now: Sample.start, limit: 1)
        _ = try store.deliveriesToRemind(now: Sample.start, before: Sample.after(1), limit: 1)
        _ = try store.abandonedDrafts(before: Sample.start, limit: 1)
        try store.update(stored.recipient)
        _ = try store.recipient(stored.recipient.id)
        _ = try store.recipients(of: stored.delivery.id)
        _ = try store.earlierRecipients(sender: stored.account.id, prefix: "b", limit: 1)
        _ = try store.link(tokenHash: stored.link.tokenHash)
        _ = try store.link(stored.link.id)
        _ = try store.activeLink(of: stored.recipient.id)
        try store.replaceLinks(of: stored.recipient.id)
    }

    private func files(_ transaction: any Transaction) throws {
        let store = transaction.files
        let other = sample.file(of: stored.delivery.id, position: 1)
        try store.insert(other)
        try store.update(other)
        _ = try store.file(other.id)
        _ = try store.files(of: stored.delivery.id)
        _ = try store.filesWithoutSHA256(limit: 1)
        _ = try store.insert(
            FileChunk(file: other.id, index: 0, size: 8, digest: sample.hash(), objectName: "o"))
        _ = try store.chunk(file: other.id, index: 0)
        _ = try store.chunks(of: other.id)
        _ = try store.progress(of: other.id)
        _ = try store.isKnown(vaultFile: other.vaultFile.text)
        _ = try store.isKnown(vaultFile: other.vaultFile.text, objectName: "o")
        try store.forgetContent(of: stored.delivery.id)
        try store.remove(other.id)
    }

    private func visits(_ transaction: any Transaction) throws {
        let store = transaction.visits
        let visitor = sample.visitor(at: stored.link)
        try store.insert(visitor)
        try store.update(visitor)
        _ = try store.visitor(tokenHash: visitor.tokenHash, link: visitor.link)
        _ = try store.visitor(visitor.id)
        let code = sample.code(of: visitor, recipient: stored.recipient.id)
        try store.insert(code)
        try store.update(code)
        _ = try store.newestCode(of: visitor.id)
        _ = try store.codeCount(recipient: stored.recipient.id, since: Sample.start)
        let grant = sample.grant(of: visitor, file: stored.file.id)
        try store.insert(grant)
        try store.update(grant)
        _ = try store.grant(tokenHash: grant.tokenHash)
        _ = try store.recordFetch(
            delivery: stored.delivery.id, recipient: nil, file: stored.file.id, at: Sample.start)
        _ = try store.fetches(of: stored.delivery.id)
        _ = try store.fetches(of: stored.delivery.id, by: stored.recipient.id)
        try store.insert(
            AccessTrace(
                link: stored.link.id, delivery: stored.delivery.id, at: Sample.start, method: "GET", userAgent: "",
                clientAddress: "", scannerSignals: []))
        _ = try store.traces(of: stored.link.id, since: Sample.start)
        _ = try store.linksVisited(from: "192.0.2.1", since: Sample.start)
        _ = try store.scannerVisits(of: stored.delivery.id)
        _ = try store.removeVisits(before: Sample.start)
        try store.removeVisitors(of: stored.recipient.id)

        let events = transaction.events
        try events.append(
            DeliveryEvent(delivery: stored.delivery.id, sender: stored.account.id, kind: .sent, at: Sample.start))
        _ = try events.events(after: 0, sender: nil, limit: 1)
        _ = try events.events(after: 0, sender: stored.account.id, limit: 1)
        _ = try events.events(of: stored.delivery.id)
        _ = try events.lastNumber()
    }

    private func outbox(_ transaction: any Transaction) throws {
        let store = transaction.outbox
        let entry = try sample.entry(delivery: stored.delivery.id, recipient: stored.recipient.id)
        try store.insert([entry])
        _ = try store.nextDue()
        _ = try store.oldestQueued()
        _ = try store.lease(now: Sample.after(1), until: Sample.after(2), limit: 2)
        try store.update(entry)
        _ = try store.entry(entry.id)
        for filter in [
            OutboxFilter(), OutboxFilter(states: [.queued]), OutboxFilter(search: "x"),
            OutboxFilter(delivery: stored.delivery.id),
        ] {
            _ = try store.entries(filter, offset: 0, limit: 1)
            _ = try store.entryCount(filter)
        }
        _ = try store.counts()
        _ = try store.newestEntries(of: stored.delivery.id, kind: .delivery)
        _ = try store.newestEntry(of: stored.recipient.id, kind: .delivery)
        let attempt = OutboxAttempt(entry: entry.id, number: 1, startedAt: Sample.start)
        try store.insert(attempt)
        try store.update(attempt)
        _ = try store.attempts(of: entry.id)
        _ = try store.moveAll(from: .local, to: .queued, at: Sample.start)
        _ = try store.moveAll(from: .local, to: .cancelled, at: Sample.start)
        _ = try store.cancel(delivery: stored.delivery.id, recipient: stored.recipient.id, at: Sample.start)
        _ = try store.cancel(delivery: stored.delivery.id, recipient: nil, at: Sample.start)
        _ = try store.forgetContent(before: Sample.after(1))
    }

    private func ledger(_ transaction: any Transaction) throws {
        let store = transaction.ledger
        _ = try store.leaseJob("a", now: Sample.start, until: Sample.after(1))
        try store.finishJob("a", nextAt: Sample.after(2))
        _ = try store.countThrottle("a", window: 1, now: Sample.start)
        _ = try store.throttleCount("a", now: Sample.start)
        try store.clearThrottle("a")
        _ = try store.removeThrottles(now: Sample.start)
        try store.set(GatheredNotice(delivery: stored.delivery.id, toldUpTo: 1, dueAt: nil))
        _ = try store.notice(of: stored.delivery.id)
        _ = try store.dueNotices(now: Sample.start, limit: 1)
        try store.append(AuditRecord(at: Sample.start, actor: nil, action: "a", target: "t", clientAddress: ""))
        _ = try store.audit(offset: 0, limit: 1)
    }
}
