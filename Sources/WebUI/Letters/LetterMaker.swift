import Deliveries
import Foundation
import Localization
import MailMessage

/// Puts what a recipient may see into words.
struct LetterMaker {
    let letter: RecipientPage
    let link: LinkAddress
    /// The address that this browser asked a code for at a shared link.
    let asked: EmailAddress?
    let text: Localizer
    let now: Date
    let timeZone: TimeZone
    let organisation: String
    let homeDomains: [String]
    /// Where the recipient chooses which mail to get; nil where it is not known who reads.
    let choiceHref: String?

    private var sender: String {
        letter.senderName.isEmpty ? letter.senderAddress.displayForm : letter.senderName
    }

    private var about: String { Self.about(text, organisation: organisation) }

    private var head: LetterHead {
        LetterHead(
            letter, organisation: organisation, homeDomains: homeDomains,
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
            askCode: asksForCode && !hasAsked ? askCodePart(trouble) : nil,
            code: asksForCode && hasAsked ? codePart(trouble) : nil,
            filesPart: hasFiles ? filesPart : nil,
            noFiles: letter.isUnlocked && letter.files.isEmpty && !isSealed
                ? text("page.letter.noFiles", ["until": until]) : nil,
            about: about, reportHref: link.path + "/report", choiceHref: choiceHref, errorSummary: trouble.summary)
    }

    // MARK: Parts

    private func passwordPart(_ trouble: LetterTrouble) -> LetterPage.PasswordPart {
        var field = FormField.password("password", text("page.recipient.passwordTitle"), autocomplete: "off")
        field.fail(trouble.password)
        return .init(action: link.path + "/password", fields: [field])
    }

    private var asksForCode: Bool { letter.needsCode && !letter.needsPassword }

    /// At a shared link it is told alike for a recipient's address and for any other.
    private var isShared: Bool { letter.link.kind == .shared }

    private var hasAsked: Bool { isShared ? asked != nil : letter.codeValidUntil != nil }

    private func askCodePart(_ trouble: LetterTrouble) -> LetterPage.AskCodePart {
        guard isShared else {
            return .init(
                text: text("page.letter.askCodeText", ["address": maskedAddress]), action: link.path + "/code/ask",
                fields: [])
        }
        var field = FormField.email(
            "address", text("page.letter.address"), hint: text("page.letter.addressHint"), autocomplete: "email")
        field.fail(trouble.address)
        return .init(text: text("page.letter.askAddressText"), action: link.path + "/code/ask", fields: [field])
    }

    private func codePart(_ trouble: LetterTrouble) -> LetterPage.CodePart {
        var field = FormField.code("code", text("page.letter.code"), hint: text("page.letter.codeHint"))
        field.inputMode = "numeric"
        field.fail(trouble.code)
        if isShared {
            let address = asked?.displayForm ?? ""
            return .init(
                text: text("page.letter.codeIfRecipient", ["address": address]), action: link.path + "/code",
                fields: [field], askAgainAction: link.path + "/code/ask", askedAddress: address)
        }
        let until = letter.codeValidUntil ?? now
        let minutes = max(1, Int((until.timeIntervalSince(now) / 60).rounded(.up)))
        return .init(
            text: text.plural("page.letter.codeText", minutes, ["address": maskedAddress]),
            action: link.path + "/code", fields: [field], askAgainAction: link.path + "/code/ask", askedAddress: nil)
    }

    private var filesPart: LetterPage.FilesPart {
        let files = letter.files
        let total = text.size(files.reduce(0) { $0 + $1.size })
        let isSingle = files.count == 1
        let words = ScanWords(text: text)
        let canFetch = letter.scan == .passed || letter.scan == .passedUnseen
        return .init(
            heading: text.plural("page.letter.files", files.count, ["size": total]),
            poll: letter.scan == .checking ? "3" : "0", notice: words.forRecipient(letter.scan), canFetch: canFetch,
            files: files.map { file in
                .init(
                    id: file.id.description, name: file.name, size: text.size(file.size),
                    status: letter.fetched.contains(file.id)
                        ? StatusView(.good, icon: "check", text("page.letter.fetched")) : nil,
                    mark: words.mark(file, in: letter.scan), showsButton: canFetch && !isSingle,
                    fetchLabel: text("page.letter.fetchOne", ["name": file.name]))
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
        letter.recipient?.email.masked ?? ""
    }
}
