public import Foundation
public import Localization

/// To an account's owner: the password was changed.
public struct PasswordChangedMail: MailContent {
    /// When.
    public var at: Date
    /// What the browser is called, such as "Firefox, Linux"; nil if it is not known.
    public var browser: String?
    /// Where a new password is asked for, should somebody else have done it.
    public var link: MailLink

    /// A notification.
    public init(at: Date, browser: String?, link: MailLink) {
        self.at = at
        self.browser = browser
        self.link = link
    }

    /// The kind of mail.
    public var kind: MailKind { .passwordChanged }

    /// What it is about.
    public func subject(_ text: Localizer) -> String { text("mail.passwordChanged.subject") }

    /// The letter.
    public func letter(_ text: Localizer, _ branding: MailBranding) -> Letter {
        Letter(
            preview: text("mail.passwordChanged.heading"), heading: text("mail.passwordChanged.heading"),
            blocks: [
                .paragraph(text("mail.passwordChanged.body", ["organisation": branding.organisation])),
                .facts(browserFacts(at: at, browser: browser, text, branding)),
                .paragraph(text("mail.passwordChanged.notYou")),
                .button(text("mail.passwordForgotten.button"), link),
            ], isAutomatic: true)
    }
}

/// To an account's owner: somebody signed in from a browser that was not seen before.
public struct NewSignInMail: MailContent {
    /// When.
    public var at: Date
    /// What the browser is called; nil if it is not known.
    public var browser: String?
    /// The account's page, where sessions are ended and the password is changed.
    public var link: MailLink

    /// A notification.
    public init(at: Date, browser: String?, link: MailLink) {
        self.at = at
        self.browser = browser
        self.link = link
    }

    /// The kind of mail.
    public var kind: MailKind { .newSignIn }

    /// What it is about.
    public func subject(_ text: Localizer) -> String { text("mail.newSignIn.subject") }

    /// The letter.
    public func letter(_ text: Localizer, _ branding: MailBranding) -> Letter {
        Letter(
            preview: text("mail.newSignIn.heading"), heading: text("mail.newSignIn.heading"),
            blocks: [
                .paragraph(text("mail.newSignIn.body", ["organisation": branding.organisation])),
                .facts(browserFacts(at: at, browser: browser, text, branding)),
                .paragraph(text("mail.newSignIn.notYou")),
                .button(text("mail.newSignIn.button"), link),
            ], isAutomatic: true)
    }
}

/// To an account's owner: an administrator shut the account.
public struct AccountDisabledMail: MailContent {
    /// The account's address.
    public var account: String
    /// When.
    public var at: Date

    /// A notification.
    public init(account: String, at: Date) {
        self.account = account
        self.at = at
    }

    /// The kind of mail.
    public var kind: MailKind { .accountDisabled }

    /// What it is about.
    public func subject(_ text: Localizer) -> String { text("mail.accountDisabled.subject") }

    /// The letter.
    public func letter(_ text: Localizer, _ branding: MailBranding) -> Letter {
        let at = text.dateTime(at, timeZone: branding.timeZone, showingZone: true)
        return Letter(
            preview: text("mail.accountDisabled.heading"), heading: text("mail.accountDisabled.heading"),
            blocks: [
                .paragraph(text("mail.accountDisabled.body", ["organisation": branding.organisation, "date": at])),
                .facts([.init(label: text("mail.fact.account"), value: account.asShownSubject)]),
                .note(text("mail.accountDisabled.next")),
            ], isAutomatic: true)
    }
}

/// To an account's owner: the storage that the account may use is nearly full.
public struct QuotaLowMail: MailContent {
    /// How much is taken, octets.
    public var used: Int64
    /// How much may be, octets.
    public var quota: Int64
    /// The page with the account's deliveries.
    public var link: MailLink

    /// A notification.
    public init(used: Int64, quota: Int64, link: MailLink) {
        self.used = used
        self.quota = quota
        self.link = link
    }

    /// The kind of mail.
    public var kind: MailKind { .quotaLow }

    /// What it is about.
    public func subject(_ text: Localizer) -> String { text("mail.quotaLow.subject") }

    /// The letter.
    public func letter(_ text: Localizer, _ branding: MailBranding) -> Letter {
        let values = ["used": text.size(used), "all": text.size(quota)]
        return Letter(
            preview: text("mail.quotaLow.body", values), heading: text("mail.quotaLow.heading"),
            blocks: [
                .paragraph(text("mail.quotaLow.body", values)), .button(text("mail.quotaLow.button"), link),
                .note(text("mail.quotaLow.next")),
            ], isAutomatic: true)
    }
}

/// To an account's owner: an account was deleted, and its deliveries are now the owner's.
public struct TookOverMail: MailContent {
    /// Whose deliveries they were.
    public var former: MailPerson
    /// How many there are.
    public var count: Int
    /// The list of deliveries.
    public var link: MailLink

    /// A notification.
    public init(former: MailPerson, count: Int, link: MailLink) {
        self.former = former
        self.count = count
        self.link = link
    }

    /// The kind of mail.
    public var kind: MailKind { .tookOver }

    /// Names whose deliveries they were.
    public func subject(_ text: Localizer) -> String {
        text("mail.tookOver.subject", ["person": former.shortForm])
    }

    /// The letter.
    public func letter(_ text: Localizer, _ branding: MailBranding) -> Letter {
        Letter(
            preview: text("mail.tookOver.heading"), heading: text("mail.tookOver.heading"),
            blocks: [
                .paragraph(text("mail.tookOver.body", ["person": former.sentenceForm])),
                .facts([
                    .init(label: text("mail.tookOver.former"), value: former.fullForm),
                    .init(label: text("mail.tookOver.count"), value: text.number(count)),
                ]),
                .button(text("mail.tookOver.button"), link), .note(text("mail.tookOver.next")),
            ], isAutomatic: true)
    }
}

/// When it was, and what the browser is called; no place, as addresses tell it badly.
private func browserFacts(at: Date, browser: String?, _ text: Localizer, _ branding: MailBranding) -> [Letter.Fact] {
    [
        Letter.Fact(
            label: text("mail.fact.at"), value: text.dateTime(at, timeZone: branding.timeZone, showingZone: true)),
        Letter.Fact(
            label: text("mail.fact.browser"), value: browser?.asShownSubject ?? text("page.account.unknownBrowser")),
    ]
}
