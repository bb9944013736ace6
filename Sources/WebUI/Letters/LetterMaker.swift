import Deliveries
import Foundation
import Localization
import MailMessage

/// Puts what a recipient may see into words.
struct LetterMaker {
    let letter: RecipientPage
    let link: LinkAddress
    let text: Localizer
    let now: Date
    let timeZone: TimeZone
    let homeDomains: [String]

    private var sender: String {
        letter.senderName.isEmpty ? letter.senderAddress.displayForm : letter.senderName
    }

    private var about: String { Self.about(text, organisation: letter.organisation) }

    private var head: LetterHead {
        LetterHead(
            letter, homeDomains: homeDomains,
            sent: letter.delivery.sentAt.map { TimeView($0, now: now, timeZone: timeZone, text: text) }, text: text)
    }

    /// The title of the page of a delivery that can be fetched.
    var title: String {
        letter.delivery.subject.isEmpty ? text("page.letter.title", ["sender": sender]) : letter.delivery.subject
    }

    /// The foot of every letter.
    static func about(_ text: Localizer, organisation: String) -> String {
        organisation.isEmpty
            ? text("page.letter.about") : text("page.letter.aboutOf", ["organisation": organisation])
    }

    /// The page of a delivery that can be fetched.
    func letterPage(_ frame: PageFrame, _ trouble: LetterTrouble) -> LetterPage {
        let head = head
        let isSealed = letter.isUnlocked && letter.files.isEmpty && letter.visitor == nil
        let message = isSealed ? [] : MessageText(letter.delivery.message).paragraphs
        let hasFiles = letter.isUnlocked && !letter.files.isEmpty
        return LetterPage(
            page: frame, senderName: head.senderName, senderAddress: head.senderAddress,
            organisation: head.organisation, sent: head.sent, proof: head.proof, subject: title, message: message,
            hasMessage: !message.isEmpty,
            hiddenNote: letter.needsPassword || letter.needsCode ? text("page.letter.sealed") : nil,
            open: isSealed ? .init(text: text("page.letter.openText"), action: link.path + "/open") : nil,
            password: letter.needsPassword ? passwordPart(trouble) : nil,
            askCode: letter.needsCode && !letter.needsPassword && letter.codeValidUntil == nil ? askCodePart : nil,
            code: letter.needsPassword ? nil : letter.codeValidUntil.map { codePart(until: $0, trouble) },
            filesPart: hasFiles ? filesPart : nil,
            noFiles: letter.isUnlocked && letter.files.isEmpty && !isSealed
                ? text("page.letter.noFiles", ["until": until]) : nil,
            about: about, reportHref: link.path + "/report", errorSummary: trouble.summary)
    }

    // MARK: Parts

    private func passwordPart(_ trouble: LetterTrouble) -> LetterPage.PasswordPart {
        var field = FormField.password("password", text("page.recipient.passwordTitle"), autocomplete: "off")
        field.fail(trouble.password)
        return .init(action: link.path + "/password", fields: [field])
    }

    private var askCodePart: LetterPage.AskCodePart {
        .init(text: text("page.letter.askCodeText", ["address": maskedAddress]), action: link.path + "/code/ask")
    }

    private func codePart(until: Date, _ trouble: LetterTrouble) -> LetterPage.CodePart {
        var field = FormField.code("code", text("page.letter.code"), hint: text("page.letter.codeHint"))
        field.inputMode = "numeric"
        field.fail(trouble.code)
        let minutes = max(1, Int((until.timeIntervalSince(now) / 60).rounded(.up)))
        return .init(
            text: text.plural("page.letter.codeText", minutes, ["address": maskedAddress]),
            action: link.path + "/code", fields: [field], askAgainAction: link.path + "/code/ask")
    }

    private var filesPart: LetterPage.FilesPart {
        let files = letter.files
        let total = text.size(files.reduce(0) { $0 + $1.size })
        let isSingle = files.count == 1
        return .init(
            heading: text.plural("page.letter.files", files.count, ["size": total]),
            files: files.map { file in
                .init(
                    id: file.id.description, name: file.name, size: text.size(file.size),
                    status: letter.fetched.contains(file.id)
                        ? StatusView(.good, icon: "check", text("page.letter.fetched")) : nil,
                    showsButton: !isSingle, fetchLabel: text("page.letter.fetchOne", ["name": file.name]))
            },
            fetchAction: link.path + "/fetch", onlyFile: isSingle ? files.first?.id.description : nil,
            fetchAll: text(isSingle ? "page.letter.fetchFile" : "page.letter.fetchAll"),
            until: text("page.letter.until", ["until": until]),
            archiveNote: isSingle ? nil : text("page.letter.archive"))
    }

    private var until: String {
        letter.delivery.expiresAt.map { text.dateTime($0, timeZone: timeZone, showingZone: true) } ?? ""
    }

    /// Whoever has the link need not be the recipient: enough of the address to know one's own.
    private var maskedAddress: String {
        guard let address = letter.recipient?.email else { return "" }
        // The word joiner keeps a line from breaking behind the ellipsis.
        return "\(address.localPart.prefix(1))…\u{2060}@\(address.domain.unicode)"
    }
}
