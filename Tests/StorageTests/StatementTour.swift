import Deliveries
import FileVault
import Foundation
import Localization
import MailMessage
import MailTemplates
import SenderDomains

@testable import Storage

/// Calls every method of every store, so that every statement runs at least once.
struct StatementTour: Sendable {
    let sample = Sample()
    let stored: SampleDelivery

    init() throws {
        stored = try SampleDelivery(sample)
    }

    func run(in test: some Database) async throws {
        try await test.write { transaction in
            try accounts(transaction)
            try deliveries(transaction)
            try files(transaction)
            try visits(transaction)
            try outbox(transaction)
            try ledger(transaction)
            try messages(transaction)
            try transport(transaction)
            try certificates(transaction)
            try tlsReports(transaction)
            try bounces(transaction)
            try suppressions(transaction)
            try dmarcReports(transaction)
            try senderDomains(transaction)
            try submissions(transaction)
            try cleanUp(transaction)
            try brandPictures(transaction)
            try groups(transaction)
            try figures(transaction)
            try mailTemplates(transaction)
        }
    }

    private func brandPictures(_ transaction: any Transaction) throws {
        let store = transaction.brandPictures
        let picture = try sample.brandPicture()
        try store.keep(picture)
        _ = try store.picture(picture.logo.digest)
        try store.removeAll()
    }

    private func groups(_ transaction: any Transaction) throws {
        let store = transaction.groups
        let account = try sample.account("gruppe@kanzlei.example")
        try transaction.accounts.insert(account)
        var group = AccountGroup(
            id: sample.id(), name: "A", policy: try GroupPolicy(["levels": "2"]), createdAt: Sample.start,
            updatedAt: Sample.start)
        try store.insert(group)
        group.name = "B"
        try store.update(group)
        _ = try store.group(group.id)
        _ = try store.group(nameKey: "b")
        _ = try store.group(mailbox: EmailAddress(parsing: "gruppe@kunde.example"))
        _ = try transaction.deliveries.count(inMailbox: group.id)
        try transaction.deliveries.moveMailbox(from: group.id, to: group.id)
        _ = try transaction.deliveries.summaryCount(
            sender: account.id, mailbox: group.id, search: "", states: nil)
        _ = try store.groups()
        _ = try store.add(account.id, to: group.id)
        group.mailbox = GroupMailbox(address: try EmailAddress(parsing: "gruppe@kunde.example"), name: "B")
        try store.update(group)
        _ = try transaction.events.events(after: 0, sender: account.id, limit: 1)
        _ = try store.groups(of: account.id)
        _ = try store.members(of: group.id, offset: 0, limit: 1)
        _ = try store.memberCount(of: group.id)
        _ = try store.remove(account.id, from: group.id)
        try store.remove(group.id)
        _ = try transaction.files.octets(of: account.id)
        _ = try transaction.deliveries.sent(by: account.id, since: Sample.start)
    }

    private func mailTemplates(_ transaction: any Transaction) throws {
        let store = transaction.mailTemplates
        let place = MailTemplatePlace(.reminder, .german)
        let words = TemplateSource(subject: "a", body: "b", text: "c", phrases: ["d": "e"])
        try store.insert(
            StoredMailTemplate(
                place: place, version: 1, source: words, changedBy: sample.id(), changedAt: Sample.start))
        _ = try store.newest()
        _ = try store.newest(place)
        _ = try store.versions(place, limit: 1)
        _ = try store.version(1, of: place)
    }

    private func cleanUp(_ transaction: any Transaction) throws {
        let store = transaction.cleanUp
        _ = try store.expiring(until: Sample.start)
        _ = try store.removals(until: Sample.start)
        _ = try store.removals(until: Sample.start, offset: 0, limit: 1)
        _ = try store.abandonedDrafts(before: Sample.start, insertedBefore: Sample.start)
        _ = try store.visits(before: Sample.start)
        _ = try store.mailTexts(before: Sample.start)
        _ = try store.messages(before: Sample.start)
        _ = try store.signIns(until: Sample.start)
    }

    private func figures(_ transaction: any Transaction) throws {
        let store = transaction.figures
        _ = try store.sentCount(from: Sample.start, until: Sample.after(60))
        _ = try store.sent(from: Sample.start, until: Sample.after(60))
        _ = try store.expired(from: Sample.start, until: Sample.after(60))
        _ = try store.keptFiles()
        _ = try store.accounts()
        for sender in [nil, stored.account.id] {
            _ = try store.usage(from: Sample.start, until: Sample.after(60), sender: sender)
        }
    }

    private func submissions(_ transaction: any Transaction) throws {
        let store = transaction.submissions
        let credential = SubmissionCredential(
            id: sample.id(), name: "a", secretHash: sample.hash(), domains: [try MailDomain(parsing: "a.example")],
            limits: SubmissionLimits(mailsPerHour: 1, recipients: 2, messageSize: 3), createdAt: Sample.start)
        try store.insert(credential)
        _ = try store.credential(credential.id)
        _ = try store.credentials()
        try store.touch(credential.id, at: Sample.start)
        _ = try store.revoke(credential.id, at: Sample.start)
    }

    private func bounces(_ transaction: any Transaction) throws {
        let store = transaction.bounces
        try store.set(BouncePosition(mailbox: "a", uidValidity: 1, lastUID: 2))
        _ = try store.position(of: "a")
        _ = try store.note("a", entry: sample.id(), at: Sample.start)
        _ = try store.forget(before: Sample.start)
        _ = try store.entry(messageID: "a@b")
    }

    private func dmarcReports(_ transaction: any Transaction) throws {
        let store = transaction.dmarcReports
        let report = try Sample.dmarcReport()
        _ = try store.insert(report)
        _ = try store.days(of: report.domain, from: 0)
        _ = try store.sources(of: report.domain, from: 0, limit: 1)
        _ = try store.organisations(of: report.domain, from: 0)
        _ = try store.forget(beforeDay: report.day)
    }

    private func suppressions(_ transaction: any Transaction) throws {
        let store = transaction.suppressions
        let address = stored.account.email
        try store.set(Suppression(address: address, reason: .complaint, answer: "", source: nil, at: Sample.start))
        _ = try store.suppression(of: address)
        _ = try store.suppressions(of: [address])
        for search in ["", "anna"] {
            _ = try store.suppressions(search: search, offset: 0, limit: 1)
            _ = try store.suppressionCount(search: search)
            _ = try store.reminderRefusals(search: search, offset: 0, limit: 1)
            _ = try store.reminderRefusalCount(search: search)
        }
        try transaction.readerLanguages.set(.english, of: address, at: Sample.start)
        _ = try transaction.readerLanguages.languages(of: [address])
        _ = try transaction.sessions.hasDevices(stored.account.id)
        for _ in 0..<2 {
            _ = try transaction.sessions.noteDevice(hash: "aa", of: stored.account.id, at: Sample.start)
        }
        _ = try transaction.sessions.removeDevices(before: Sample.start)
        try transaction.sessions.removeDevices(of: stored.account.id)
        try store.refuseReminders(ReminderRefusal(address: address, at: Sample.start))
        _ = try store.reminderRefusals(of: [address])
        _ = try store.allowReminders(to: address)
        _ = try transaction.outbox.cancel([.reminder], to: address, at: Sample.start)
        _ = try store.remove(address)
    }

    private func accounts(_ transaction: any Transaction) throws {
        try stored.store(in: transaction)
        let store = transaction.accounts
        let account = stored.account
        try store.update(account)
        _ = try store.account(account.id)
        _ = try store.account(email: account.email)
        for search in ["", "anna"] {
            _ = try store.accounts(search: search, withDeleted: search.isEmpty, offset: 0, limit: 1)
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

        let requests = transaction.signInRequests
        let request = SignInRequest(
            id: sample.id(), secretHash: hash, code: "BCDF-GHJK", client: .outlook, clientAddress: "192.0.2.1",
            state: .waiting, createdAt: Sample.start, expiresAt: Sample.after(600))
        try requests.insert(request)
        _ = try requests.request(request.id, now: Sample.start)
        try requests.update(request)
        try requests.remove(request.id)
        try requests.removeAll(of: account.id)
        try requests.removeExpired(now: Sample.start)

        let run = Run(
            id: sample.id(), kind: "mail-test", startedAt: Sample.start, aliveUntil: Sample.after(60),
            sealedAbout: Data([1]), sealedState: Data([2]))
        try transaction.runs.insert(run)
        _ = try transaction.runs.run(run.id, kind: run.kind)
        _ = try transaction.runs.countAlive(kind: run.kind, now: Sample.start)
        try transaction.runs.renew(run.id, until: Sample.after(90))
        try transaction.runs.update(run.id, sealedState: Data([3]), aliveUntil: nil)
        _ = try transaction.runs.remove(startedBefore: Sample.start)

        let notice = KeptNotice(
            id: sample.id(), kind: .delayed, reader: .init(address: "a@b.example", language: .german),
            sealed: Data([1]), at: Sample.start)
        try transaction.keptNotices.insert(notice)
        _ = try transaction.keptNotices.readers(keptUntil: Sample.start, limit: 1)
        _ = try transaction.keptNotices.notices(for: notice.reader, limit: 1)
        try transaction.keptNotices.remove(notice.id)
        try transaction.keptNotices.removeAll(to: EmailAddress(parsing: "a@b.example"))

        try transaction.settings.set(StoredSetting(key: "a", value: "b", sealedValue: nil))
        _ = try transaction.settings.all()
        try transaction.settings.remove("a")
    }

    private func deliveries(_ transaction: any Transaction) throws {
        let store = transaction.deliveries
        _ = try store.counts()
        try store.update(stored.delivery)
        _ = try store.delivery(stored.delivery.id)
        _ = try store.delivery(stored.delivery.id, handledBy: stored.account.id)
        _ = try store.deliveries(of: stored.account.id)
        _ = try store.holdings(of: stored.account.id)
        var everybody = AllDeliveriesFilter()
        _ = try store.summaries(everybody, offset: 0, limit: 1)
        _ = try store.summaryCount(everybody)
        everybody.senders = [stored.account.id]
        everybody.states = [.sent]
        everybody.recipient = "bernd"
        everybody.from = Sample.start
        everybody.until = Sample.after(1)
        _ = try store.summaries(everybody, offset: 0, limit: 1)
        _ = try store.summaryCount(everybody)
        try store.handOver(stored.delivery.id, to: stored.account.id)
        try store.forgetEarlierRecipients(of: stored.account.id)
        let draft = sample.delivery(of: stored.account.id)
        try store.insert(draft)
        try store.insert(
            Link(
                id: sample.id(), delivery: draft.id, recipient: nil, kind: .shared, state: .active,
                tokenHash: sample.hash(), sealedToken: Data([1]), createdAt: Sample.start))
        _ = try store.sharedLink(of: draft.id)
        _ = try store.latestDraft(sender: stored.account.id, path: .webUI)
        try store.removeDraft(draft.id)
        for search in ["", "x"] {
            for states in [nil, [Delivery.State.sent]] {
                _ = try store.summaries(
                    sender: stored.account.id, mailbox: nil, search: search, states: states, offset: 0, limit: 9)
                _ = try store.summaryCount(sender: stored.account.id, mailbox: nil, search: search, states: states)
            }
        }
        _ = try store.deliveriesToExpire(now: Sample.start, limit: 1)
        _ = try store.deliveriesToRemove(now: Sample.start, limit: 1)
        _ = try store.deliveriesToRemind(now: Sample.start, before: Sample.after(1), limit: 1)
        _ = try store.abandonedDrafts(before: Sample.start, insertedBefore: Sample.start, limit: 1)
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
        _ = try store.filesToScan(limit: 1)
        _ = try store.scanStates(of: stored.delivery.id)
        _ = try store.scanStates(of: [stored.delivery.id])
        _ = try store.countToScan()
        _ = try store.files(scanned: [.found, .tooLarge], offset: 0, limit: 1)
        _ = try store.count(scanned: [.found])
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
        _ = try store.codes(of: visitor.id)
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
        _ = try store.nextDue(after: Sample.start)
        _ = try store.oldestQueued()
        _ = try store.lease(now: Sample.after(1), until: Sample.after(2), limit: 2)
        _ = try store.lease(destination: "kunde.example", now: Sample.after(1), until: Sample.after(2), limit: 2)
        _ = try store.dueDestinations(after: "", now: Sample.after(1), limit: 2)
        try store.update(entry)
        _ = try store.noteBeginning(entry)
        _ = try store.noteEnd(entry)
        _ = try store.noteDot(entry.id, attempt: 1, at: Sample.start)
        _ = try store.entry(entry.id)
        for filter in [
            OutboxFilter(), OutboxFilter(states: [.queued]), OutboxFilter(search: "x"),
            OutboxFilter(delivery: stored.delivery.id), OutboxFilter(heldFor: try MailDomain(parsing: "kunde.example")),
            OutboxFilter(destination: "kunde.example"),
            OutboxFilter(states: [.queued, .held], destination: "kunde.example", createdBefore: Sample.after(1)),
            OutboxFilter(states: [.handedOver], destination: "kunde.example"),
            OutboxFilter(createdBefore: Sample.after(1)),
        ] {
            _ = try store.entries(filter, offset: 0, limit: 1)
            _ = try store.entryCount(filter)
        }
        _ = try store.counts()
        _ = try store.newestEntries(of: stored.delivery.id, kind: .delivery)
        _ = try store.newestEntry(of: stored.recipient.id, kind: .delivery)
        var attempt = OutboxAttempt(entry: entry.id, number: 1, startedAt: Sample.start)
        try store.insert(attempt)
        attempt.outcome = "deferred"
        try store.update(attempt)
        attempt.endedAt = Sample.after(1)
        try store.update(attempt)
        try store.update(attempt)
        _ = try store.attempts(of: entry.id)
        try store.countReturned(sample.id(), at: Sample.start)
        _ = try store.hours(since: Sample.start)
        _ = try store.outcomes()
        _ = try store.destinations(failedSince: Sample.start, offset: 0, limit: 1)
        _ = try store.destinationCount(failedSince: Sample.start)
        let rows = try store.rows(
            to: "kunde.example", state: .queued, after: nil, before: Sample.after(60), limit: 10)
        _ = try store.hasten(rows, at: Sample.start)
        _ = try store.hold(rows)
        _ = try store.release(rows, at: Sample.start)
        _ = try store.moveAll(from: .local, to: .queued, at: Sample.start)
        _ = try store.moveAll(from: .local, to: .cancelled, at: Sample.start)
        _ = try store.cancel(delivery: stored.delivery.id, recipient: stored.recipient.id, at: Sample.start)
        _ = try store.cancel(delivery: stored.delivery.id, recipient: nil, at: Sample.start)
        _ = try store.release(heldFor: try MailDomain(parsing: "kunde.example"), isReleased: true, at: Sample.start)
        _ = try store.forgetContent(before: Sample.after(1))
    }

    private func messages(_ transaction: any Transaction) throws {
        let message = try sample.message()
        let store = transaction.messages
        try store.insertChunk(0, of: message.id, sealed: Data([1]), at: Sample.start)
        try store.insert(message)
        try transaction.outbox.insert([try sample.entry(of: message)])
        _ = try store.message(message.id)
        _ = try store.chunk(0, of: message.id)
        try store.removeChunksIfFinished(of: message.id)
        try store.removeChunks(of: message.id)
        _ = try store.removeAbandoned(before: Sample.start)
        let finished = try sample.message()
        try store.insert(finished)
        _ = try store.removeFinished(before: Sample.after(1), limit: 10)
    }

    private func transport(_ transaction: any Transaction) throws {
        let store = transaction.transport
        try store.keepPolicyState("{}", of: "kunde.example", at: Sample.start)
        _ = try store.policyState(of: "kunde.example")
        _ = try store.forgetPolicies(before: Sample.start)
        try store.count([TLSSessionCount(day: 1, domain: "kunde.example", policy: "{}", failure: "", sessions: 2)])
        _ = try store.reportsDue(before: 2, limit: 3)
        _ = try store.counts(of: "kunde.example", day: 1)
        try store.removeCounts(of: "kunde.example", day: 1)
    }

    private func tlsReports(_ transaction: any Transaction) throws {
        let store = transaction.tlsReports
        _ = try store.insert(Sample.tlsReport())
        _ = try store.domains(from: 1)
        _ = try store.failures(from: 1, limit: 2)
        _ = try store.organisations(from: 1)
        _ = try store.forget(beforeDay: 1)
    }

    private func certificates(_ transaction: any Transaction) throws {
        let store = transaction.certificates
        try store.keep(
            IssuedCertificate(
                server: "mail", subject: "a", chain: "b", sealedKey: Data([1]), issuedAt: Sample.start))
        _ = try store.certificate(of: "mail")
        _ = try store.issuedAt(of: "mail")
        try store.set(CertificateOrder(server: "mail", subject: "a", dueAt: Sample.start))
        _ = try store.order(of: "mail")
        try store.keepAccountKey(Data([1]), at: "https://ca.example/dir")
        _ = try store.accountKey(at: "https://ca.example/dir")
        try store.publish("a", token: "t", until: Sample.start)
        _ = try store.answer(to: "t", now: Sample.start)
    }

    private func senderDomains(_ transaction: any Transaction) throws {
        let store = transaction.senderDomains
        let domain = try sample.senderDomain()
        try store.insert(domain)
        try store.update(domain)
        _ = try store.domain(domain.domain)
        _ = try store.domains()
        _ = try store.domainsToCheck(now: Sample.start, limit: 1)
        _ = try store.nextCheck()
        _ = try store.standings()
        try store.insert(sample.historyEntry(of: domain.domain))
        _ = try store.history(of: domain.domain, offset: 0, limit: 1)
        let handOver = sample.handOver(of: domain.domain)
        try store.insert(handOver)
        try store.update(handOver)
        _ = try store.handOver(tokenHash: handOver.tokenHash)
        _ = try store.handOvers(of: domain.domain)
        let request = try sample.domainRequest(for: domain.domain)
        try store.insert(request)
        try store.update(request)
        _ = try store.request(request.id)
        _ = try store.request(nonce: request.nonce)
        for state in [nil, DomainRequest.State.open] {
            _ = try store.requests(state: state, offset: 0, limit: 1)
            _ = try store.requestCount(state: state)
        }
        _ = try store.requests(for: domain.domain)
        _ = try store.pinnedKey(of: request.installation)
        try store.remove(domain.domain)
    }

    private func ledger(_ transaction: any Transaction) throws {
        let store = transaction.ledger
        _ = try store.leaseJob("a", now: Sample.start, until: Sample.after(1))
        try store.finishJob("a", nextAt: Sample.after(2), failedAt: nil)
        _ = try store.failingJobs()
        _ = try store.countThrottle("a", window: 1, now: Sample.start)
        _ = try store.throttleCount("a", now: Sample.start)
        try store.clearThrottle("a")
        _ = try store.removeThrottles(now: Sample.start)
        try store.set(GatheredNotice(delivery: stored.delivery.id, toldUpTo: 1, dueAt: nil))
        _ = try store.notice(of: stored.delivery.id)
        _ = try store.dueNotices(now: Sample.start, limit: 1)
        try store.append(AuditRecord(at: Sample.start, actor: nil, action: "a", target: "t", clientAddress: ""))
        _ = try store.audit(offset: 0, limit: 1)
        var filter = AuditFilter()
        filter.actions = ["a"]
        filter.actors = ["b"]
        filter.target = "c"
        filter.targets = ["d"]
        filter.clientAddress = "e"
        filter.from = Sample.start
        filter.until = Sample.after(1)
        _ = try store.audit(matching: filter, before: 2, offset: 0, limit: 1)
        _ = try store.auditCount(matching: filter)
        for entry in try store.chainedAudit(after: 0, limit: 1) { try store.store(entry) }
        _ = try store.lastAuditNumber()
        _ = try store.lastAuditNumber(before: Sample.start)
        _ = try store.auditMark(.head)
        try store.removeAudit(upTo: 1)
    }
}
