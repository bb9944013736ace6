import Localization

extension Letter {
    /// The letter as plain text: everything that the HTML says, with each address written out.
    func plainText(_ text: Localizer, _ branding: MailBranding) -> String {
        var sections = [heading]
        for block in blocks {
            switch block {
            case .paragraph(let words), .note(let words): sections.append(words)
            case .message(let words):
                sections.append(Markup.paragraphs(words).map { $0.joined(separator: "\n") }.joined(separator: "\n\n"))
            case .button(let label, let link), .link(let label, let link): sections.append("\(label):\n\(link.text)")
            case .facts(let facts): sections.append(facts.map { "\($0.label): \($0.value)" }.joined(separator: "\n"))
            case .list(let title, let items):
                sections.append(
                    "\(title):\n"
                        + items.map { item in "- \(item.text)" + (item.detail.map { " (\($0))" } ?? "") }.joined(
                            separator: "\n"))
            case .happenings(let title, let happenings, let label, let link):
                sections += happeningsText(title, happenings, label, link)
            case .code(let digits): sections.append("    \(digits)")
            case .words(let runs, _): sections.append(runs.map(\.plainText).joined())
            }
        }
        // RFC 3676, 4.3: what follows two hyphens and a blank is a signature.
        var foot = ["-- "] + footLines(text, branding)
        if let imprint = branding.imprint { foot.append("\(text("mail.foot.imprint")): \(imprint.text)") }
        if let privacy = branding.privacy { foot.append("\(text("mail.foot.privacy")): \(privacy.text)") }
        if let choice = branding.choice { foot.append("\(text("mail.foot.choice")): \(choice.text)") }
        return sections.filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n\n" + foot.joined(separator: "\n") + "\n"
    }

    /// What stands at the foot of each mail.
    func footLines(_ text: Localizer, _ branding: MailBranding) -> [String] {
        let origin = text("mail.foot.origin", ["organisation": branding.organisation])
        let genuine = text("mail.foot.genuine", ["url": branding.publicURL.text])
        let lines = isAutomatic ? [origin, text("mail.foot.automatic"), genuine] : [origin, genuine]
        return lines + [branding.footer].compactMap(\.self)
    }
}

extension Letter.Run {
    /// The words, with the address that they lead to.
    fileprivate var plainText: String {
        guard let link, link.text != text else { return text }
        return "\(text) <\(link.text)>"
    }
}
