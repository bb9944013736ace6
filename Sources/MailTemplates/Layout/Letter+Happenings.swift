import Localization

/// What happened to one thing, in both forms.
extension Letter {
    func happeningsText(_ title: String?, _ happenings: [Happening], _ label: String, _ link: MailLink) -> [String] {
        let entries = happenings.map { happening in
            ([
                "- \(happening.title) (\(happening.time))", happening.words.isEmpty ? nil : "  \(happening.words)",
            ].compactMap(\.self) + happening.facts.map { "  \($0.label): \($0.value)" }).joined(separator: "\n")
        }
        return ((title.map { [$0] } ?? []) + entries + ["\(label):\n\(link.text)"])
    }

    func happeningsRow(
        _ title: String?, _ happenings: [Happening], _ label: String, _ link: MailLink, _ style: MailStyle
    ) -> String {
        let head = title.map {
            #"<tr><td class="ink" colspan="2" style="\#(style.body);font-size:18px;font-weight:600;padding:0 0 8px">"#
                + "\(Markup.escape($0))</td></tr>"
        }
        let rows = happenings.map { happening in
            let facts = happening.facts.map { "\(Markup.escape($0.label)): \(Markup.escape($0.value))" }
            let words = happening.words.isEmpty ? [] : [Markup.escape(happening.words)]
            return #"<tr><td class="ink rule" style="\#(style.body);font-weight:600;border-top:1px solid #dedad0;"#
                + #"padding:10px 16px 0 0">\#(Markup.escape(happening.title))</td>"#
                + #"<td class="muted rule" align="right" style="\#(style.small);line-height:25px;"#
                + #"border-top:1px solid #dedad0;padding:10px 0 0;white-space:nowrap;vertical-align:top">"#
                + "\(Markup.escape(happening.time))</td></tr>"
                + #"<tr><td class="muted" colspan="2" style="\#(style.small);padding:2px 0 10px">"#
                + (words + facts).joined(separator: "<br>\n") + "</td></tr>"
        }
        let foot =
            #"<tr><td class="rule" colspan="2" style="\#(style.body);border-top:1px solid #dedad0;padding:10px 0 0">"#
            + "\(anchor(link, label, style, breaksAnywhere: false))</td></tr>"
        return cell(table([head].compactMap(\.self) + rows + [foot]))
    }
}
