import Foundation
import Localization

/// A receipt as a page of its own: no script, nothing from elsewhere, fit for paper, with the signed envelope in it.
struct ReceiptDocument {
    /// The two parts of such a page.
    struct Parts {
        /// The envelope.
        let envelope: Data
        /// All but the envelope.
        let document: Data

        /// Takes a page apart; nil if exactly one envelope is not in it.
        init?(_ file: Data) {
            let (start, end) = (Data(ReceiptDocument.envelopeStart.utf8), Data(ReceiptDocument.envelopeEnd.utf8))
            guard let opening = file.range(of: start),
                file.range(of: start, in: opening.upperBound..<file.endIndex) == nil,
                let closing = file.range(of: end, in: opening.upperBound..<file.endIndex)
            else { return nil }
            envelope = file[opening.upperBound..<closing.lowerBound]
            document = file[..<opening.upperBound] + file[closing.lowerBound...]
        }
    }

    fileprivate static let envelopeStart = "<script type=\"application/json\" id=\"depesche-receipt\">"
    fileprivate static let envelopeEnd = "</script>"

    let receipt: DeliveryReceipt
    let keyID: String
    let timeZone: TimeZone
    let text: Localizer

    /// The page without the envelope, cut where it stands.
    func pieces() -> (before: String, after: String) {
        let title = text("receipt.title")
        let before = """
            <!DOCTYPE html>
            <html lang="\(text("receipt.language"))">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <title>\(escaped("\(title): \(subject)"))</title>
            <style>
            \(Self.style)
            </style>
            </head>
            <body>
            <main>
            <h1>\(escaped(title))</h1>
            <p class="subject">\(escaped(subject))</p>
            \(facts)
            <h2>\(escaped(text("receipt.files")))</h2>
            \(files)
            <h2>\(escaped(text("receipt.recipients")))</h2>
            \(receipt.recipients.map(reader).joined(separator: "\n"))
            \(sharedLink)
            <h2>\(escaped(text("receipt.history")))</h2>
            \(list(receipt.history.map { "\(moment($0.at)): \(text("receipt.deed.\($0.what)"))" }))
            <h2>\(escaped(text("receipt.meaning")))</h2>
            \(list(meanings))
            </main>
            \(Self.envelopeStart)
            """
        return (before, Self.envelopeEnd + "\n</body>\n</html>\n")
    }

    /// The page with its envelope.
    static func whole(_ pieces: (before: String, after: String), envelope: SignedReceipt) throws -> Data {
        Data(pieces.before.utf8) + (try envelope.json()) + Data(pieces.after.utf8)
    }

    // MARK: Parts

    private var subject: String {
        receipt.delivery.subject.isEmpty ? text("receipt.noSubject") : receipt.delivery.subject
    }

    private var facts: String {
        let delivery = receipt.delivery
        var rows = [
            (text("receipt.sender"), person(receipt.sender)),
            (
                text("receipt.server"),
                [receipt.organisation, receipt.server].filter { !$0.isEmpty }.joined(separator: ", ")
            ),
            (text("receipt.state"), text("receipt.stateOf.\(delivery.state)")),
        ]
        if let sentAt = delivery.sentAt { rows.append((text("receipt.sentAt"), moment(sentAt))) }
        if let end = delivery.expiresAt { rows.append((text("receipt.expiresAt"), moment(end))) }
        rows.append(
            (
                text("receipt.level"),
                text(
                    delivery.level == 1 && delivery.hasPassword
                        ? "receipt.level1Password" : "receipt.level\(delivery.level)")
            ))
        rows.append((text("receipt.issuedAt"), moment(receipt.issuedAt)))
        rows.append((text("receipt.key"), keyID))
        let items = rows.map { "<div><dt>\(escaped($0.0))</dt><dd>\(escaped($0.1))</dd></div>" }
        return "<dl>\n\(items.joined(separator: "\n"))\n</dl>"
    }

    private var files: String {
        guard !receipt.files.isEmpty else { return "<p>\(escaped(text("receipt.noFiles")))</p>" }
        let rows = receipt.files.map { file in
            """
            <tr><th scope="row">\(escaped(file.name))</th><td>\(escaped(size(file.size)))</td>\
            <td class="digest">\(escaped(file.sha256 ?? text("receipt.noDigest")))</td></tr>
            """
        }
        return table(["receipt.file", "receipt.size", "receipt.digest"], rows, caption: "receipt.files")
    }

    private func reader(_ reader: DeliveryReceipt.Reader) -> String {
        var lines: [String] = []
        if let mail = reader.mail { lines.append(text("receipt.mail.\(mail)")) }
        if let at = reader.openedAt { lines.append(text("receipt.opened", ["time": moment(at)])) }
        if let at = reader.provenAt { lines.append(text("receipt.proven", ["time": moment(at)])) }
        if let at = reader.correctedAt { lines.append(text("receipt.corrected", ["time": moment(at)])) }
        if reader.transfers.isEmpty { lines.append(text("receipt.nothingFetched")) }
        return """
            <section>
            <h3>\(escaped(person(reader.person)))</h3>
            \(list(lines))
            \(transfers(reader.transfers, caption: person(reader.person)))
            </section>
            """
    }

    private var sharedLink: String {
        guard !receipt.bySharedLink.isEmpty else { return "" }
        return """
            <section>
            <h3>\(escaped(text("receipt.someone")))</h3>
            <p>\(escaped(text("receipt.someoneText")))</p>
            \(transfers(receipt.bySharedLink, caption: text("receipt.someone")))
            </section>
            """
    }

    private func transfers(_ transfers: [DeliveryReceipt.Transfer], caption: String) -> String {
        guard !transfers.isEmpty else { return "" }
        let names = Dictionary(receipt.files.map { ($0.id, $0.name) }) { first, _ in first }
        let rows = transfers.map { transfer in
            var when = moment(transfer.firstAt)
            if transfer.count > 1 {
                when += "; " + text.plural("receipt.times", transfer.count, ["last": moment(transfer.lastAt)])
            }
            if transfer.beforeCorrection { when += "; " + text("receipt.beforeCorrection") }
            return """
                <tr><th scope="row">\(escaped(names[transfer.file] ?? transfer.file))</th><td>\(escaped(when))</td></tr>
                """
        }
        return table(["receipt.file", "receipt.transferred"], rows, plainCaption: caption)
    }

    private var meanings: [String] {
        var meanings = [text("receipt.meaningTransferred"), text("receipt.meaningLink\(receipt.delivery.level)")]
        if !receipt.bySharedLink.isEmpty || receipt.delivery.path == "addIn" {
            meanings.append(text("receipt.meaningShared"))
        }
        return meanings + [text("receipt.meaningMail"), text("receipt.meaningSignature", ["key": keyID])]
    }

    // MARK: Small things

    private func escaped(_ text: String) -> String { text.escapedForMarkup }

    private func person(_ person: DeliveryReceipt.Person) -> String {
        person.name.isEmpty ? person.email : "\(person.name) <\(person.email)>"
    }

    private func moment(_ date: Date) -> String { text.dateTime(date, timeZone: timeZone, showingZone: true) }

    private func size(_ octets: Int64) -> String { text.size(octets) }

    private func list(_ lines: [String]) -> String {
        lines.isEmpty ? "" : "<ul>\n\(lines.map { "<li>\(escaped($0))</li>" }.joined(separator: "\n"))\n</ul>"
    }

    private func table(_ columns: [String], _ rows: [String], caption: String) -> String {
        table(columns, rows, plainCaption: text(caption))
    }

    private func table(_ columns: [String], _ rows: [String], plainCaption: String) -> String {
        let heads = columns.map { "<th scope=\"col\">\(escaped(text($0)))</th>" }.joined()
        return """
            <table>
            <caption>\(escaped(plainCaption))</caption>
            <thead><tr>\(heads)</tr></thead>
            <tbody>
            \(rows.joined(separator: "\n"))
            </tbody>
            </table>
            """
    }

    private static let style = """
        :root { color-scheme: light dark; --paper: #fbfaf7; --ink: #1b1f24; --muted: #5a6270; --line: #dedad0; }
        @media (prefers-color-scheme: dark) {
          :root { --paper: #14161a; --ink: #eceae4; --muted: #a4abb8; --line: #2d323b; }
        }
        @media print { :root { --paper: #fff; --ink: #000; --muted: #444; --line: #999; } }
        body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
        main { max-width: 46rem; margin: 0 auto; padding: 2rem 1rem; overflow-wrap: anywhere; }
        h1, h2, .subject { font-family: Georgia, serif; line-height: 1.25; }
        h1 { margin: 0; font-size: 1.25rem; color: var(--muted); font-weight: 400; }
        .subject { margin: .25rem 0 1.5rem; font-size: 1.75rem; }
        h2 { margin: 2rem 0 .5rem; font-size: 1.25rem; }
        h3 { margin: 1.25rem 0 .25rem; font-size: 1rem; }
        dl { margin: 0; }
        dl > div { display: flex; flex-wrap: wrap; gap: 0 1rem; padding: .375rem 0; border-top: 1px solid var(--line); }
        dt { flex: 0 0 11rem; color: var(--muted); }
        dd { flex: 1 1 16rem; margin: 0; }
        ul { margin: .25rem 0; padding-left: 1.25rem; }
        table { width: 100%; margin-top: .5rem; border-collapse: collapse; }
        caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
        th, td { padding: .375rem .75rem .375rem 0; border-top: 1px solid var(--line); text-align: left; vertical-align: top; }
        thead th { color: var(--muted); font-weight: 400; }
        tbody th { font-weight: 600; }
        .digest { font: .8125rem/1.5 ui-monospace, monospace; }
        section { break-inside: avoid; }
        """
}
