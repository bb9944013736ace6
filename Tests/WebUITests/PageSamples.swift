import Deliveries
import Foundation
import Localization
import MailMessage
import SenderDomains

@testable import WebUI

/// Pages with every option filled.
enum PageSamples {
    static let frame = PageFrame(
        title: "Titel", spoken: .german, organisation: "Kanzlei Morgenstern", assets: "/static/1", csrf: "proof",
        home: "/", path: "/account", languageAction: "/language", otherLanguages: [.init(code: "en", name: "English")],
        imprint: "https://kunde.example/impressum", privacy: "https://kunde.example/datenschutz",
        footer: "Muster GmbH, Sitz Musterstadt, HRB 1234",
        scripts: ["copy.js"], scriptTexts: "{}", theme: "/static/theme.css",
        logo: .init(source: "/brand/logo/1", width: "120", height: "40"),
        notice: .init(kind: "good", icon: "check", text: "Gespeichert."),
        user: .init(name: "Anna", email: "a@b.example"),
        navigation: [.init(href: "/deliveries", label: "Zustellungen", isCurrent: true)],
        adminNavigation: [
            .init(heading: "System", items: [.init(href: "/admin", label: "Überblick", isCurrent: true)])
        ],
        cookies: [], language: "de", readOnlyNote: "Nur ansehen", isReadOnly: true)
    static let time = TimeView(
        Date(timeIntervalSince1970: 1_795_439_100), now: Date(timeIntervalSince1970: 1_795_442_700), timeZone: .gmt,
        text: Localizer(.german))
    static let status = StatusView(.good, icon: "check", "aktiv")
    static let crumb = LinkView("/account", "Mein Konto")
    static let errors = FormErrors(
        DeliveriesError(.invalid, fields: [FieldError("name", "required"), FieldError("elsewhere", "required")]),
        Localizer(.german))
    static let paging = PagingSample.paging
    static let chartGroup = ChartGroup(
        id: "hours", title: "Stunden",
        series: [.init(kind: "good", icon: "check", title: "Übergeben", counts: [1, 0, 2])], labels: ["1", "2", "3"],
        unit: "Stunde", text: Localizer(.german)
    ) { "höchstens \($0)" }
    static let reportFigures = ReportFiguresView(
        deliveries: "3", recipients: "4", files: "5", size: "6 MB", fetched: "50 %", bounces: "1")
    static let fields: [FormField] = {
        var line = FormField.line("name", "Name", "Anna", hint: "Hinweis", autocomplete: "name", isPlain: true).optional
        line.inputMode = "text"
        line.placeholder = "Anna"
        line.suffix = "Tage"
        line.isRequired = true
        line.isProposed = true
        line.accept = ".pem"
        line.example = (try? EmailAddress(parsing: "a@b.example")).map {
            SenderNameExample(.own, author: Mailbox(name: "Anna", address: $0), typed: "{name}", Settings())
        }
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
            AddInConnectPage(
                page: frame, intro: "Text", code: "BCDF-GHJK", facts: [FactView("Konto", "a@b.example")], request: "1"),
            AddInAdministrationPage(
                page: frame, obstacle: "kein https",
                clients: [
                    .init(
                        id: "a", title: "Outlook", intro: "Text",
                        ways: [
                            .init(
                                id: "b", title: "Für alle", steps: ["Text"],
                                sources: [.init(id: "c", label: "Befehl", text: "New-App")], links: [crumb])
                        ])
                ], action: "/x", groups: groups, errorSummary: summary),
            SubmissionListPage(
                page: frame, places: "0.0.0.0:465",
                rows: [
                    .init(
                        id: "1", name: "Shop", domains: "a.example", status: status, lastUsed: time, revokeHref: "/x")
                ], hasRows: true),
            SubmissionShownOncePage(
                page: frame, crumb: crumb, intro: "Text", facts: [FactView("Server", "mx.example")], user: "wer",
                secret: "geheim"),
            CleanUpPage(
                page: frame, choices: [.init(href: "/x", label: "7 Tage", isCurrent: true)], untilLabel: "in 7 Tagen",
                rows: [.init(title: "Dateien", rule: "Nach 14 Tagen", href: "/x", now: "1", until: "2 (3 MB)")],
                removals: [.init(sender: "Anna", state: status, files: "2 Dateien", time: time)], hasRemovals: true,
                noRemovals: "nichts", paging: paging),
            MailTemplateListPage(
                page: frame, languages: ["Deutsch"],
                sections: [
                    .init(
                        id: "a", title: "An Empfänger",
                        rows: [
                            .init(
                                name: "Erinnerung",
                                cells: [
                                    .init(
                                        language: "Deutsch", href: "/x", linkLabel: "Bearbeiten", kind: "Erinnerung",
                                        status: status, note: "gestern")
                                ])
                        ])
                ]),
            MailTemplatePage(
                page: frame, crumb: crumb, siblings: [.init(href: "/x", label: "Deutsch", isCurrent: true)],
                status: status, isUnfit: true, action: "/x", version: "3", fields: fields, errorSummary: summary,
                phraseFields: fields, hasPhrases: true, isPhrasesOpen: true, sentTo: "a@b.example", frame: "/x",
                views: [.init(action: "/x", label: "Rechner")], compareHref: "/x",
                resetHref: "/x",
                wordFields: [.init(code: "sender", meaning: "Absender", example: "Anna", isRequired: true)],
                blockFields: [.init(code: "button", meaning: "Schaltfläche", example: nil, isRequired: true)],
                tagsText: "<b>",
                versions: [
                    .init(label: "Version 2", what: "Betreff", who: "Anna", time: time, restoreHref: "/x"),
                    .init(label: "Version 1", what: "Betreff", who: "Anna", time: time, restoreHref: nil),
                ], hasVersions: true),
            MailTemplateComparePage(
                page: frame, crumb: crumb, isSame: true,
                parts: [
                    .init(
                        title: "Text",
                        lines: [
                            .init(text: "a", isAdded: true, isRemoved: false),
                            .init(text: "b", isAdded: false, isRemoved: true),
                            .init(text: "c", isAdded: false, isRemoved: false),
                        ])
                ]),
            ScanPage(
                page: frame,
                rows: [
                    .init(
                        name: "Akte.pdf", size: "1 MB", status: status, finding: "Eicar", sender: "Anna",
                        state: "Entwurf",
                        time: time, releaseHref: "/x", removeHref: "/x")
                ], hasRows: true, paging: paging, groups: groups, errorSummary: summary, canTry: true,
                result: .init(kind: "good", icon: "check", title: "Antwortet", text: "ClamAV")),
            SetUpPage(
                page: frame, intro: "Text", steps: SetUpPage.steps(current: 0, Localizer(.german)), action: "/x",
                submit: "Los", groups: groups, errors: errors),
            SetUpMailPage(page: frame, steps: SetUpPage.steps(current: 1, Localizer(.german))),
            AccountPage(
                page: frame, email: "a@b.example", quota: "1 GB", profileFields: fields, passwordFields: fields,
                tokenFields: fields,
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
                        id: "1", name: "Anna", roles: ["Prüfung"], email: "a@b.example", status: status,
                        lastSeen: time)
                ], hasRows: true, paging: paging),
            UserPage(
                page: frame, crumb: crumb, name: "Anna", email: "a@b.example", status: status,
                facts: [FactView("Seit", "heute")],
                actions: [.init(title: "Sperren", text: "Text", href: "/x", button: "Sperren")], whyNot: "Grund"),
            UserDeletionPage(
                page: frame, crumb: crumb, intro: "Text", facts: [FactView("Entwürfe", "2")], consequences: ["Text"],
                action: "/x", fields: fields, submit: "Löschen", errorSummary: summary),
            GroupListPage(
                page: frame, rows: [.init(href: "/x", name: "Büro", members: "3", rules: "Fristen")], hasRows: true,
                mayManage: true),
            GroupPage(
                page: frame, crumb: crumb, name: "Büro", address: "/x", mailbox: "Büro <b@c.example>",
                rules: [FactView("Frist", "7 Tage")],
                hasRules: true, mayManage: true,
                members: [
                    .init(id: "1", name: "Anna", email: "a@b.example", removeLabel: "Anna heraus", mayRemove: true)
                ], hasMembers: true, paging: paging, mayAdd: true, fields: fields, errorSummary: summary),
            GroupRulePage(
                page: frame, crumb: crumb, intro: "Text", action: "/x", groups: groups, errorSummary: summary),
            UserPolicyPage(
                page: frame, crumb: crumb, intro: "Text", groups: [LinkView("/x", "Büro")], hasGroups: true,
                rows: [
                    .init(
                        rule: "Frist", value: "7 Tage", source: "Aus der Gruppe", links: [LinkView("/x", "Büro")],
                        notes: ["Gekürzt"])
                ]),
            AdministrationFormPage(
                page: frame, crumb: crumb, intro: "Text", action: "/x", fields: fields, submit: "Los", errors: errors),
            SettingPage(
                page: frame, intro: "Text", action: "/x", groups: groups,
                logo: LogoView(
                    field: fields[0],
                    current: .init(
                        source: "/brand/logo/1", width: "120", height: "40", facts: "PNG", inMails: status),
                    isLocked: false), errorSummary: summary),
            ReportsPage(
                page: frame, intro: "Text",
                months: [.init(value: "2026-11", label: "November 2026", isSelected: true)], month: "2026-11",
                heading: "November 2026", tiles: [FactView("Zustellungen", "3")], charts: [chartGroup],
                rows: [.init(name: "Anna", email: "a@b.example", href: "/x", figures: reportFigures)], hasRows: true,
                paging: paging,
                groups: [.init(name: "Praxis", senders: "1 Absender", figures: reportFigures)], hasGroups: true),
            ReportUserPage(
                page: frame, crumb: crumb, name: "Anna", email: "a@b.example", user: "1", month: "2026-11",
                charts: [chartGroup], rows: [.init(month: "November 2026", figures: reportFigures)]),
            AuditPage(
                page: frame, intro: "Text",
                search: .init(
                    topics: [.init(value: "users", label: "Benutzer", isSelected: true)], actor: "a", target: "t",
                    address: "::1", from: "2026-11-01", until: "2026-11-30", dateError: "Fehler", isNarrowed: true),
                rows: [
                    .init(
                        time: time, text: "Angemeldet", detail: "x", link: LinkView("/x", "Anna"), who: "Anna",
                        address: "::1")
                ], hasRows: true, emptyTitle: "Nichts", emptyText: "Text",
                verdict: .init(kind: "good", icon: "check", text: "Stimmt", detail: "abc"), verifyHref: "/x",
                paging: paging),
        ] + mail

    /// The pages about mail.
    static let mail: [any PageModel] = [
        StartPage(
            page: frame, isWell: false, heading: "Eine Sache",
            repairs: [
                .init(
                    kind: "bad", icon: "stop", word: "dringend", title: "Titel", text: "Text", href: "/admin/smtp",
                    button: "Ändern")
            ],
            parts: [
                .init(
                    id: "mail", title: "Mail",
                    tiles: [.init(label: "Mails", value: "3", status: status, link: crumb)],
                    charts: [chartGroup], meters: [.init(label: "Platte", text: "halb voll", used: "50")],
                    standings: [.init(name: "kunde.example", status: status, detail: "Domäne", link: crumb)],
                    hasStandings: true)
            ], taken: "eben"),
        SMTPPage(
            page: frame, isDirect: true, inForce: .init(text: "In Kraft", next: "Weiter"),
            waiting: .init(text: "Eine Mail"),
            groups: groups, testFields: fields,
            result: .init(
                kind: "bad", icon: "stop", title: "Nein", text: "Text", advice: "Rat",
                steps: [.init(kind: "good", icon: "check", word: "gelungen", title: "Verbunden")], hasSteps: true,
                conversation: "S: 220"),
            returnedFields: fields, finder: .init(marker: "DPS-X"),
            search: .init(
                kind: "info", icon: "info", title: "Noch nicht", text: "Text", advice: "Rat", steps: [],
                hasSteps: false,
                conversation: nil),
            findings: .init(
                kind: "warn", icon: "warning", title: "Verändert",
                items: [.init(kind: "good", icon: "check", word: "gelungen", text: "Text")]), errorSummary: summary),
        MailServerPage(
            page: frame, crumb: crumb, isInUse: false, facts: [FactView("Name", "mx.b.example")], spf: "v=spf1 -all",
            certificate: .init(
                kind: "bad", icon: "stop", title: "Nein", text: "Text", detail: "404", facts: [FactView("Name", "mx")],
                canOrder: true),
            fields: fields,
            result: .init(
                kind: "bad", icon: "stop", title: "Nein", text: "Text",
                lines: [
                    .init(
                        id: "hello", kind: "bad", icon: "stop", word: "reparieren", title: "Name", text: "Text",
                        isOpen: true,
                        records: [.init(id: "hello-0", name: "mx.b.example.", type: "A", value: "192.0.2.1")])
                ], hasLines: true), errorSummary: summary),
        BouncesPage(
            page: frame, groups: groups, canTry: true,
            result: .init(
                kind: "bad", icon: "stop", title: "Nein", text: "Text", advice: "Rat",
                steps: [.init(kind: "good", icon: "check", word: "gelungen", title: "Verbunden")], hasSteps: true,
                conversation: nil), errorSummary: summary),
        DMARCReportsPage(
            page: frame, crumb: crumb, summary: "Text",
            sources: [
                .init(
                    address: "192.0.2.1", status: status, note: "Text", count: "3", signed: "100 %", spf: "0 %")
            ], hasReports: true,
            days: [.init(date: "1.1.", passed: "3", failed: "1", hasFailed: true)], reporters: "Gross",
            reportAddress: "mailto:a@b.example", consent: FactView("a", "b")),
        TLSReportsPage(
            page: frame, crumb: crumb, summary: "Text",
            domains: [.init(name: "kunde.example", successful: "3", failed: "1", hasFailed: true)], hasReports: true,
            failures: [
                .init(domain: "kunde.example", host: "mx", what: "Text", code: "tlsa-invalid", sessions: "1")
            ], hasFailures: true, reporters: "Gross", record: FactView("a", "b")),
        NotificationsPage(
            page: frame, intro: "Text", groups: [FieldGroup(title: "Gruppe", hint: "Hinweis", fields: fields)],
            sections: [
                .init(
                    title: "An Absender", hint: "Hinweis",
                    rows: [
                        .init(switches: fields, name: "Code", reason: "weil", choices: fields, hasChoices: true)
                    ])
            ], errorSummary: summary),
        MailWishPage(
            page: frame, intro: "Text", action: "/x",
            choices: [.init(value: "all", label: "Alle", hint: "Hinweis", isChecked: true)], error: "x",
            errorSummary: summary),
        ReminderRefusalsPage(
            page: frame, tabs: [.init(href: "/x", label: "Alle", isCurrent: true)], search: "a",
            rows: [.init(address: "a@b.example", since: time)], hasRows: true, emptyTitle: "Leer",
            emptyText: "Text", paging: paging),
        SuppressionsPage(
            page: frame, tabs: [.init(href: "/x", label: "Alle", isCurrent: true)], search: "a",
            rows: [
                .init(
                    address: "a@b.example", status: status, reason: "Gibt es nicht.", answer: "550", since: time,
                    mail: "/admin/outbox/1", liftLabel: "Aufheben")
            ], hasRows: true, emptyTitle: "Leer", emptyText: "Text", paging: paging, fields: fields,
            errorSummary: summary),
        OutboxPage(
            page: frame, summary: "Text", tabs: [.init(href: "/x", label: "Mails", isCurrent: true)],
            search: .init(
                state: "all", address: "a", destination: "b.example",
                ages: [.init(value: "1", label: "älter als eine Stunde", isSelected: true)], isNarrowed: true,
                clearHref: "/x"),
            destination: .init(name: "b.example", actions: [crumb]),
            filters: [.init(href: "?", label: "Alle", isCurrent: true)],
            rows: [
                .init(
                    href: "/x", recipient: "a@b.example", kind: "Zustellung", status: status, answer: "450",
                    created: time, next: "bald", attempts: "2")
            ], hasRows: true, emptyTitle: "Leer", paging: paging),
        DestinationsPage(
            page: frame, tabs: [.init(href: "/x", label: "Ziele", isCurrent: true)],
            rows: [
                .init(
                    href: "/x", name: "b.example", queued: "2", held: "0", failed: "1", oldest: time, next: "bald",
                    answer: "450")
            ], hasRows: true, paging: paging),
        HoursPage(
            page: frame, tabs: [.init(href: "/x", label: "Stunden", isCurrent: true)],
            ranges: [.init(href: "?", label: "24", isCurrent: true)], chart: chartGroup),
        OutboxEntryPage(
            page: frame, crumb: crumb, id: "1", recipient: "a@b.example", status: status, passage: status,
            canRetry: true, canHold: true, canRelease: true, canCancel: true, facts: [FactView("Art", "Zustellung")],
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
