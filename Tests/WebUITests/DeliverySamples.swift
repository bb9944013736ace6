import Deliveries
import Foundation
import Localization

@testable import WebUI

extension PageSamples {
    private static let message = MessageText("Siehe https://kunde.example/a").paragraphs

    /// All pages.
    static let everything = all + deliveryPages + DomainPageSamples.all

    /// The pages of senders and recipients, with every option filled.
    static let deliveryPages: [any PageModel] = [
        DeliveriesPage(
            page: frame, isFirst: false, draft: .init(text: "Ein Entwurf", href: "/x"),
            mailboxes: [FilterView(href: "/x", label: "Eigene", isCurrent: true)], hasMailboxes: true,
            mailbox: "b@c.example", isForeign: true, filter: "open", search: "a",
            filters: [FilterView(href: "/x", label: "Alle", isCurrent: true)], lastEvent: "7", hasRows: true,
            rows: [
                .init(
                    href: "/x", subject: "Akte", files: "eine Datei", madeBy: "von Anna", recipients: "Bernd",
                    moreRecipients: "und zwei",
                    status: status, statusNote: "1 von 3", sent: time, expires: "morgen")
            ], paging: paging),
        DeliveryPage(
            page: frame, crumb: crumb, id: "1", lastEvent: "7", subject: "Akte", status: status, summary: "an drei",
            sentAs: "Büro", hasActions: true, canRemind: true, canExtend: true, canWithdraw: true, canDiscard: true,
            unsentNote: "Noch nicht", extendLabel: "Verlängern",
            scan: ScanNotice(kind: "info", icon: "clock", text: "wird geprüft"),
            renewal: .init(text: "Bernd bittet", days: "14", button: "Verlängern"), localRoute: true,
            columns: [.init(name: "Akte.pdf", size: "1 MB")],
            recipients: [
                .init(
                    id: "2", name: "Bernd", address: "b@c.example", hasActions: true, canCorrect: true,
                    canRemind: true, canResend: true, status: status, statusTime: time, reason: "voll", passage: status,
                    opened: time, scanner: "ein Besuch", cells: [.init(label: "Akte.pdf", status: status, time: time)])
            ], paging: paging, events: [.init(kind: "good", icon: "check", text: "Gesendet", time: time)],
            facts: [FactView("Gesendet", "heute")], message: message, hasMessage: true,
            files: [.init(name: "Akte.pdf", size: "1 MB", mark: status)], hasFiles: true, hasReceipt: true),
        AllDeliveriesPage(
            page: frame,
            search: .init(
                sender: "a", recipient: "b", states: [.init(value: "open", label: "Abholbar", isSelected: true)],
                from: "2026-11-01", until: "2026-11-30", dateError: "kein Tag", isNarrowed: true),
            rows: [
                .init(
                    href: "/x", sender: "Anna", address: "a@b.example", recipients: "3", files: "eine Datei",
                    status: status, statusNote: "1 von 3", sent: time, expires: "morgen")
            ], hasRows: true, emptyTitle: "Nichts", emptyText: "Text", paging: paging),
        AllDeliveryPage(
            page: frame, crumb: crumb, status: status, summary: "an drei", facts: [FactView("Gesendet", "heute")],
            sender: crumb, scan: ScanNotice(kind: "info", icon: "clock", text: "wird geprüft"),
            columns: [.init(name: "Akte.pdf", size: "1 MB")],
            recipients: [
                .init(
                    id: "2", name: "Bernd", address: "b@c.example", hasActions: true, canCorrect: true,
                    canRemind: true, canResend: true, status: status, statusTime: time, reason: "voll", passage: status,
                    opened: time, scanner: "ein Besuch", cells: [.init(label: "Akte.pdf", status: status, time: time)])
            ], paging: paging, events: [.init(kind: "good", icon: "check", text: "Gesendet", time: time)],
            files: [.init(name: "Akte.pdf", size: "1 MB", mark: status)], hasFiles: true),
        ComposePage(
            page: frame, action: "/x", deliveryID: "1", accountID: "2", largestFile: "1", largestDelivery: "2",
            mostFiles: "3", isScanned: true, allowedTypes: "pdf", forbiddenTypes: "exe",
            allowedDomains: "a.example", forbiddenDomains: "b.example", isSaved: true,
            senders: [
                .init(value: "a", label: "Anna", isSelected: true, seenAs: "Anna", reason: "so", problem: "nicht so")
            ], hasChoice: true, fromError: "x", recipients: "a",
            recipientLimits: "Grenze", recipientsError: "x",
            suppressed: ["a@b.example: gibt es nicht"],
            canLiftSuppressions: true, hasSuppressed: true, liftsSuppressions: true, subject: "b", subjectError: "x",
            message: "c", messageError: "x",
            files: [
                .init(
                    id: "1", name: "a", octets: "1", size: "1 Byte", isComplete: true, finding: "Virus",
                    removeLabel: "Entfernen")
            ], fileLimits: "Grenze", filesError: "x",
            levels: [.init(value: "1", label: "Stufe", hint: "Hinweis", isChecked: true)],
            levelError: "x", passwordLimits: "Mindestens 8 Zeichen.", password: "d", hasPassword: true,
            passwordError: "x", lifetimeDays: "14",
            longestLifetimeDays: "90", lifetimeHint: "Hinweis", lifetimeError: "x", notifiesSender: true,
            copiesSender: true, withholdsMessage: true,
            languages: [.init(value: "de", label: "Deutsch", isSelected: true)],
            senderProblem: "Nicht mit dieser Adresse", canAskForDomain: true,
            localRoute: true, errorSummary: summary),
        LetterPage(
            page: frame, senderName: "Anna", senderAddress: "a@b.example", organisation: "Kanzlei", sent: time,
            proof: status, subject: "Akte", message: message, hasMessage: true, hiddenNote: "später",
            open: .init(text: "Text", action: "/x"), password: .init(action: "/x", fields: fields),
            askCode: .init(text: "Text", action: "/x", fields: fields),
            code: .init(text: "Text", action: "/x", fields: fields, askAgainAction: "/x", askedAddress: "a@b.example"),
            filesPart: .init(
                heading: "Eine Datei", poll: "3",
                notice: ScanNotice(kind: "info", icon: "clock", text: "wird geprüft"), canFetch: true,
                files: [
                    .init(
                        id: "1", name: "a", size: "1", status: status, mark: status, showsButton: true,
                        fetchLabel: "Abholen")
                ], fetchAction: "/x", onlyFile: "1", fetchAll: "Abholen", until: "morgen", archiveNote: "ZIP"),
            noFiles: "keine", about: "Depesche", reportHref: "/x", choiceHref: "/x", errorSummary: summary),
        LinkStatePage(
            page: frame,
            letter: LetterHead(
                senderName: "Anna", senderAddress: "a@b.example", organisation: "Kanzlei", sent: time, proof: status),
            icon: "clock", paragraphs: ["Text"], renewal: .init(action: "/x", label: "Bitten"), about: "Depesche",
            reportHref: "/x", choiceHref: "/x", errorSummary: summary),
        ReportPage(page: frame, crumb: crumb, action: "/x", fields: fields, errorSummary: summary),
        GenuinePage(page: frame, publicURL: "https://kunde.example", receiptKeys: ["abc"]),
    ]
}
