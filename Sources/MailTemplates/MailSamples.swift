import Foundation
public import Localization
public import MailMessage

extension MailKind {
    /// A mail of this kind with sample data, to be looked at. Throws only if the samples themselves are malformed.
    ///
    /// - Parameters:
    ///   - language: in which the data speak.
    ///   - publicURL: the address below which its links lead; nil for one that leads nowhere.
    public func sample(language: Language, publicURL: MailLink? = nil) throws -> any MailContent {
        try MailSamples(language, base: publicURL).content(self)
    }

    /// The whole message of the sample, the same each time. Throws only if the samples themselves are malformed.
    public func sampleMessage(language: Language) throws -> MIMEMessage {
        let samples = try MailSamples(language)
        var branding = samples.branding
        if offersChoice { branding.choice = try samples.choice }
        let content = try samples.content(self).composed(language, branding)
        return content.message(try samples.headers(self), boundary: samples.boundary)
    }
}

/// Data as they might be, for previews and tests.
struct MailSamples {
    struct Malformed: Error {}

    private static let nowhere = "https://depesche.example.com"

    let branding: MailBranding
    private let base: String
    let boundary: MIMEBoundary
    private let isGerman: Bool
    private let now = Date(timeIntervalSince1970: 1_795_439_100)
    private let anna: Mailbox
    private let bert: Mailbox
    private let info: Mailbox
    private let system: Mailbox

    init(_ language: Language, base: MailLink? = nil) throws {
        let isGerman = language == .german
        let given = base?.text ?? Self.nowhere
        let base = given.hasSuffix("/") ? String(given.dropLast()) : given
        self.base = base
        self.isGerman = isGerman
        branding = MailBranding(
            organisation: isGerman ? "Kanzlei Muster & Söhne" : "Sample & Sons Law Office",
            publicURL: try Self.link("", base), imprint: try Self.link(isGerman ? "/impressum" : "/imprint", base),
            privacy: try Self.link(isGerman ? "/datenschutz" : "/privacy", base))
        guard let boundary = MIMEBoundary(unique: "depesche-sample-1") else { throw Malformed() }
        self.boundary = boundary
        anna = Mailbox(name: "Anna Müller", address: try EmailAddress(parsing: "anna.mueller@example.com"))
        bert = Mailbox(name: "Bert Schmidt", address: try EmailAddress(parsing: "b.schmidt@example.org"))
        info = Mailbox(address: try EmailAddress(parsing: "info@müller.example"))
        system = Mailbox(
            name: branding.organisation, address: try EmailAddress(parsing: "versand@depesche.example.com"))
    }

    func content(_ kind: MailKind) throws -> any MailContent {
        let day = 86_400.0
        let deliveryPage = try link("/deliveries/dlv-01JDCEXAMPLE")
        let personal = try link("/d/8Jq2mXr5vT0bW7cK9eYh3A")
        switch kind {
        case .delivery: return delivery(personal)
        case .copy: return CopyMail(of: delivery(personal), recipients: [recipient, other], link: deliveryPage)
        case .downloaded:
            let names = files.map(\.name)
            return DownloadedMail(
                about: about,
                fetches: [
                    .init(recipient: recipient, files: names, at: now),
                    .init(recipient: nil, files: Array(names.prefix(1)), at: now.addingTimeInterval(3_600)),
                ], isComplete: true, link: deliveryPage)
        case .passwordForgotten:
            return PasswordForgottenMail(
                link: try link("/password/8Jq2mXr5vT0bW7cK9eYh3A"), expiresAt: now.addingTimeInterval(3_600))
        case .invitation:
            return InvitationMail(
                invitedBy: sender, account: recipient.address, link: try link("/invitation/8Jq2mXr5vT0bW7cK9eYh3A"),
                expiresAt: now.addingTimeInterval(7 * day))
        case .code: return CodeMail(code: "482913", sender: sender)
        case .reminder:
            return ReminderMail(
                sender: sender, about: about, level: 1, files: files, link: personal,
                expiresAt: now.addingTimeInterval(2 * day))
        case .renewalAsked:
            return RenewalAskedMail(
                recipient: recipient, about: about, link: try link("/deliveries/dlv-01JDCEXAMPLE/renew"),
                keptUntil: now.addingTimeInterval(14 * day))
        case .renewed:
            return RenewedMail(
                sender: sender, about: about, link: personal, expiresAt: now.addingTimeInterval(14 * day))
        case .undeliverable:
            return UndeliverableMail(
                recipient: recipient, about: about, reason: .noSuchUser,
                answer: "550 5.1.1 <b.schmidt@example.org>: Recipient address rejected: User unknown",
                link: deliveryPage)
        case .delayed:
            return DelayedMail(
                recipient: recipient, about: about, answer: "451 4.7.1 Please try again later",
                triedUntil: now.addingTimeInterval(5 * day), link: deliveryPage)
        case .withdrawn: return WithdrawnMail(sender: sender, about: about, withdrawnAt: now)
        case .test:
            guard
                let mail = TestMail(
                    marker: "DPS-4F7K2M9Q", publicURL: try link(""), requestedBy: sender, requestedAt: now)
            else { throw Malformed() }
            return mail
        case .reported:
            return ReportedMail(
                reporter: recipient, sender: sender, about: about,
                words: isGerman ? "Diese Absenderin kenne ich nicht." : "I do not know this sender.", reportedAt: now,
                link: try link("/admin/reports/rep-01JDCEXAMPLE"))
        case .certificate:
            return CertificateMail(
                name: "mail.depesche.example.com", problem: "challenge-connection",
                detail: "mail.depesche.example.com: Fetching http://mail.depesche.example.com/: Connection refused",
                expiresAt: now.addingTimeInterval(20 * day), link: try link("/admin/mailserver"))
        case .virusFound:
            return VirusFoundMail(
                file: isGerman ? "Rechnung 4711.zip" : "Invoice 4711.zip", finding: "Win.Test.EICAR_HDB-1",
                sender: sender, about: about, link: try link("/deliveries/dlv-01JDCEXAMPLE"))
        case .scannerSilent:
            return ScannerSilentMail(
                since: now.addingTimeInterval(-1_200), letsPass: false, link: try link("/admin/scan"))
        case .allFetched: return AllFetchedMail(about: about, recipients: 2, at: now, link: deliveryPage)
        case .addressCorrected:
            return AddressCorrectedMail(
                about: about, former: "b.schmitd@example.org", recipient: recipient, link: deliveryPage)
        case .uploadAbandoned:
            return UploadAbandonedMail(
                about: about, files: files, removedAt: now.addingTimeInterval(day), link: deliveryPage)
        case .passwordChanged, .newSignIn, .accountDisabled, .quotaLow, .tookOver, .storageLow, .outboxStuck,
            .dailySummary, .gathered:
            return try noticeContent(kind)
        case .domainState, .domainRequested, .domainApproved, .domainRefused, .domainControl, .held:
            return try domainContent(kind)
        }
    }

    private func noticeContent(_ kind: MailKind) throws -> any MailContent {
        switch kind {
        case .passwordChanged:
            return PasswordChangedMail(at: now, browser: "Firefox, Linux", link: try link("/password"))
        case .newSignIn: return NewSignInMail(at: now, browser: "Safari, iPhone", link: try link("/account"))
        case .accountDisabled: return AccountDisabledMail(account: sender.address, at: now)
        case .quotaLow:
            return QuotaLowMail(used: 4_600_000_000, quota: 5_000_000_000, link: try link("/deliveries"))
        case .tookOver: return TookOverMail(former: other, count: 1_284, link: try link("/deliveries"))
        case .storageLow:
            return StorageLowMail(
                available: 21_474_836_480, total: 536_870_912_000, link: try link("/admin"))
        case .dailySummary: return try dailySummary()
        case .gathered: return try gathered()
        default:
            return OutboxStuckMail(
                waiting: 37, since: now.addingTimeInterval(-9_000), answer: "connection refused",
                link: try link("/admin/outbox"))
        }
    }

    private func gathered() throws -> GatheredMail {
        let language: Language = isGerman ? .german : .english
        let kinds: [MailKind] = [.undeliverable, .domainState, .allFetched]
        return GatheredMail(
            notices: try kinds.enumerated().map { index, kind in
                try content(kind).brief(language, branding, at: now.addingTimeInterval(Double(index) * 240))
            }, link: try link("/deliveries"))
    }

    private func dailySummary() throws -> DailySummaryMail {
        var figures = DailySummaryMail.Figures()
        (figures.sent, figures.deferred, figures.refused, figures.waiting) = (1_284, 12, 3, 4)
        figures.oldest = now.addingTimeInterval(-9_000)
        figures.deliveries = 96
        figures.domains = ["müller.example"]
        (figures.available, figures.total) = (214_748_364_800, 536_870_912_000)
        figures.freed = 3_221_225_472
        figures.scanner = .answers
        return DailySummaryMail(
            at: now,
            problems: [
                .init(
                    name: "mail-waits", count: 4, since: now.addingTimeInterval(-9_000),
                    link: try link("/admin/outbox")),
                .init(name: "domain-degraded", count: 1, since: nil, link: try link("/admin/domains")),
            ], figures: figures, link: try link("/admin"))
    }

    private func domainContent(_ kind: MailKind) throws -> any MailContent {
        let domain = "müller.example"
        let page = try link("/admin/domains/xn--mller-kva.example")
        let handOver = try link("/h/8Jq2mXr5vT0bW7cK9eYh3A")
        let record = MailRecord(
            name: "depesche1._domainkey.xn--mller-kva.example", type: "TXT",
            value: "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=", finding: "missing")
        let later = now.addingTimeInterval(14 * 86_400)
        switch kind {
        case .domainRequested:
            return DomainRequestedMail(
                domain: domain, requester: other, installation: nil,
                words: isGerman ? "Wir senden ab Montag auch für diese Domäne." : "We use this domain from Monday on.",
                link: page)
        case .domainApproved:
            var published = record
            published.finding = nil
            return DomainApprovedMail(domain: domain, records: [published], link: handOver, expiresAt: later)
        case .domainRefused:
            return DomainRefusedMail(
                domain: domain,
                reason: isGerman ? "Diese Domäne gehört einem anderen Kunden." : "This domain is another customer's.")
        case .domainControl:
            return DomainControlMail(domain: domain, requester: sender, link: handOver, expiresAt: later)
        case .held:
            return HeldMail(
                domain: domain, sender: other, recipient: recipient, about: about,
                link: try link("/deliveries/dlv-01JDCEXAMPLE"))
        default:
            return DomainStateMail(
                domain: domain, news: .degraded, policy: "fallback", records: [record], link: page)
        }
    }

    func headers(_ kind: MailKind) throws -> MailHeaders {
        let thread = try messageID("dlv-01JDCEXAMPLE")
        let (isAnswer, recipient) =
            switch kind {
            case .delivery, .invitation: (false, bert)
            case .code, .reminder, .renewed, .withdrawn: (true, bert)
            case .passwordForgotten, .passwordChanged, .newSignIn, .accountDisabled, .quotaLow, .tookOver,
                .storageLow, .outboxStuck, .dailySummary, .gathered, .uploadAbandoned, .test, .reported,
                .domainState, .domainRequested,
                .certificate,
                .scannerSilent:
                (false, anna)
            case .domainApproved, .domainRefused, .domainControl: (false, info)
            case .downloaded, .allFetched, .addressCorrected, .copy, .undeliverable, .delayed, .renewalAsked, .held,
                .virusFound:
                (true, anna)
            }
        return MailHeaders(
            from: kind == .delivery ? anna : system, to: recipient, date: now,
            messageID: kind == .delivery ? thread : try messageID("sample.\(kind.rawValue)"), utcOffset: 3_600,
            inReplyTo: isAnswer ? [thread] : [], references: isAnswer ? [thread] : [],
            unsubscribe: kind.offersChoice && kind.isAutomatic ? try choice : nil)
    }

    private func delivery(_ personal: MailLink) -> DeliveryMail {
        let words =
            isGerman
            ? """
            Guten Tag Herr Schmidt,

            anbei die Unterlagen zum Kaufvertrag. Bitte prüfen Sie vor allem Seite 4.
            Hintergründe finden Sie unter https://example.com/vertrag?nr=4711.

            Mit freundlichen Grüßen
            Anna Müller
            """
            : """
            Dear Mr Schmidt,

            here are the papers for the contract of sale. Please look at page 4 above all.
            There is more about it at https://example.com/contract?no=4711.

            Kind regards
            Anna Müller
            """
        return DeliveryMail(
            sender: sender, about: about, message: .text(words), level: 1, files: files, link: personal,
            expiresAt: now.addingTimeInterval(7 * 86_400), hasPassword: true)
    }

    private var about: String { isGerman ? "Unterlagen zum Kaufvertrag 4711" : "Papers for contract of sale 4711" }

    private var files: [MailFile] {
        [
            MailFile(name: isGerman ? "Kaufvertrag – Entwurf.pdf" : "Contract – draft.pdf", size: 1_482_133),
            MailFile(name: isGerman ? "Grundriss Straße 12.dwg" : "Floor plan 12.dwg", size: 28_310_552),
        ]
    }

    private var sender: MailPerson { MailPerson(anna, organisation: branding.organisation) }
    private var recipient: MailPerson { MailPerson(bert) }
    private var other: MailPerson { MailPerson(info) }

    /// Where the reader chooses which mail to get.
    fileprivate var choice: MailLink {
        get throws {
            try link("/m/AfE2mXr5vT0bW7cK9eYh3A8Jq2mXr5vT0bW7cK9eYh3A8Jq2mXr5vT0bW7cK9eYh3A8Jq2mXr5")
        }
    }

    private func link(_ path: String) throws -> MailLink { try Self.link(path, base) }

    private static func link(_ path: String, _ base: String) throws -> MailLink {
        guard let link = MailLink(base + path) else { throw Malformed() }
        return link
    }

    private func messageID(_ left: String) throws -> MessageID {
        guard let id = MessageID(left: left, domain: system.address.domain) else { throw Malformed() }
        return id
    }
}
