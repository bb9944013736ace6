import Deliveries
import Foundation
import Localization

@testable import WebUI

/// Pages with every option filled.
enum PageSamples {
    static let frame = PageFrame(
        title: "Titel", spoken: .german, organisation: "Kanzlei Morgenstern", assets: "/static/1", csrf: "proof",
        home: "/", path: "/account", languageAction: "/language", otherLanguage: .init(code: "en", name: "English"),
        imprint: "https://kunde.example/impressum", privacy: "https://kunde.example/datenschutz",
        scripts: ["copy.js"], scriptTexts: "{}", theme: "/static/theme.css", logo: "/static/logo.svg",
        notice: .init(kind: "good", icon: "check", text: "Gespeichert."),
        user: .init(name: "Anna", email: "a@b.example"),
        navigation: [.init(href: "/deliveries", label: "Zustellungen", isCurrent: true)],
        adminNavigation: [
            .init(heading: "System", items: [.init(href: "/admin", label: "Überblick", isCurrent: true)])
        ],
        cookies: [], language: "de")
    static let time = TimeView(
        Date(timeIntervalSince1970: 1_795_439_100), now: Date(timeIntervalSince1970: 1_795_442_700), timeZone: .gmt,
        text: Localizer(.german))
    static let status = StatusView(.good, icon: "check", "aktiv")
    static let crumb = LinkView("/account", "Mein Konto")
    static let errors = FormErrors(
        DeliveriesError(.invalid, fields: [FieldError("name", "required"), FieldError("elsewhere", "required")]),
        Localizer(.german))
    static let paging = PagingSample.paging
    static let fields: [FormField] = {
        var line = FormField.line("name", "Name", "Anna", hint: "Hinweis", autocomplete: "name", isPlain: true).optional
        line.inputMode = "text"
        line.placeholder = "Anna"
        line.suffix = "Tage"
        line.isRequired = true
        return [
            line.focused.locked(true), .code("name", "Code"),
            .area("name", "Text", "a", hint: "Hinweis", isSource: true).locked(true),
            .choice("name", "Wahl", "1", [("1", "eins"), ("2", "zwei")], hint: "Hinweis", isShort: true).locked(true),
            .check("name", "Ja", true, hint: "Hinweis").locked(true),
        ].judged(by: errors).map { field in
            var field = field
            field.options = [.init(value: "1", label: "eins", isSelected: true)]
            return field
        }
    }()
    static let groups = [
        FieldGroup(title: "Gruppe", hint: "Hinweis", fields: fields),
        FieldGroup(title: "Mehr", hint: "Hinweis", fields: fields, isFolded: true),
    ]
    static let summary = errors.summary(naming: ["name"])

    /// One of each kind of page.
    static let all: [any PageModel] =
        [
            SmallFormPage(
                page: frame, intro: "Text", action: "/x", hidden: [.init(name: "return", value: "/")], fields: fields,
                submit: "Los", links: [crumb], errors: errors),
            ConfirmPage(
                page: frame, crumb: crumb, paragraphs: ["Text"], action: "/x", hidden: [.init(name: "a", value: "b")],
                fields: fields, submit: "Los", isDestructive: true, errors: errors),
            MessagePage(page: frame, paragraphs: ["Text"], reference: "1", links: [crumb]),
            ShownOncePage(page: frame, crumb: crumb, intro: "Text", secret: "geheim"),
            SetUpPage(
                page: frame, intro: "Text", steps: SetUpPage.steps(current: 0, Localizer(.german)), action: "/x",
                submit: "Los", groups: groups, errors: errors),
            SetUpMailPage(page: frame, steps: SetUpPage.steps(current: 1, Localizer(.german))),
            AccountPage(
                page: frame, email: "a@b.example", profileFields: fields, passwordFields: fields, tokenFields: fields,
                secondFactorDemanded: true, hasSecondFactor: true, secondFactorStatus: status,
                recoveryCodesLeft: "drei",
                sessions: [
                    .init(
                        id: "1", browser: "Firefox", isThis: true, address: "::1", lastSeen: time, endLabel: "Beenden")
                ], hasOtherSessions: true,
                tokens: [.init(id: "1", name: "Nachts", scopes: "lesen", lastUsed: time, revokeLabel: "Widerrufen")],
                hasTokens: true, errorSummary: summary),
            SecondFactorPage(
                page: frame, crumb: crumb, qrSize: "37", qrPath: "M0 0", secret: "ABCD", otpauth: "otpauth://totp/x",
                fields: fields, errorSummary: summary),
            RecoveryCodesPage(page: frame, codes: ["abcd-efgh"]),
            UserListPage(
                page: frame, search: "a",
                rows: [
                    .init(
                        id: "1", name: "Anna", isAdministrator: true, email: "a@b.example", status: status,
                        lastSeen: time)
                ], hasRows: true, paging: paging),
            UserPage(
                page: frame, crumb: crumb, name: "Anna", email: "a@b.example", status: status,
                facts: [FactView("Seit", "heute")],
                actions: [.init(title: "Sperren", text: "Text", href: "/x", button: "Sperren")]),
            AdministrationFormPage(
                page: frame, crumb: crumb, intro: "Text", action: "/x", fields: fields, submit: "Los", errors: errors),
            SettingPage(page: frame, intro: "Text", action: "/x", groups: groups, errorSummary: summary),
            AuditPage(
                page: frame, rows: [.init(time: time, text: "Angemeldet", detail: "x", who: "Anna", address: "::1")],
                hasRows: true, paging: paging),
        ] + mail

    /// The pages about mail.
    static let mail: [any PageModel] = [
        StartPage(
            page: frame, isWell: false, heading: "Eine Sache",
            repairs: [
                .init(
                    kind: "bad", icon: "stop", word: "dringend", title: "Titel", text: "Text", href: "/admin/smtp",
                    button: "Ändern")
            ], figures: [FactView("Mails", "3")]),
        SMTPPage(
            page: frame, waiting: .init(text: "Eine Mail"), groups: groups, testFields: fields,
            result: .init(
                kind: "bad", icon: "stop", title: "Nein", text: "Text", advice: "Rat",
                steps: [.init(kind: "good", icon: "check", word: "gelungen", title: "Verbunden")], hasSteps: true,
                conversation: "S: 220"),
            returnedFields: fields,
            findings: .init(
                kind: "warn", icon: "warning", title: "Verändert",
                items: [.init(kind: "good", icon: "check", word: "gelungen", text: "Text")]), errorSummary: summary),
        OutboxPage(
            page: frame, summary: "Text", filters: [.init(href: "?", label: "Alle", isCurrent: true)],
            rows: [
                .init(
                    href: "/x", recipient: "a@b.example", kind: "Zustellung", status: status, answer: "450",
                    created: time, next: "bald", attempts: "2")
            ], hasRows: true, emptyTitle: "Leer", paging: paging),
        OutboxEntryPage(
            page: frame, crumb: crumb, id: "1", recipient: "a@b.example", status: status, canRetry: true,
            canCancel: true, facts: [FactView("Art", "Zustellung")],
            attempts: [
                .init(
                    kind: "warn", icon: "clock", word: "vertagt", title: "Versuch 1", time: time, explanation: "450",
                    conversation: "S: 220")
            ], hasAttempts: true),
        MailboxPage(
            page: frame, rows: [.init(href: "/x", recipient: "a@b.example", kind: "Zustellung", time: time)],
            hasRows: true, paging: paging),
        MailPage(
            page: frame, crumb: crumb, title: "Zustellung", facts: [FactView("An", "a@b.example")], isMasked: true,
            tabs: [.init(href: "?", label: "HTML", isCurrent: true)], frame: "/x", source: "From: a"),
    ]
}
