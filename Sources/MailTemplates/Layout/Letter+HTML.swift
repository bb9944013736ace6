import Localization

/// HTML for mail programs: tables and inline styles, because Outlook draws with Word; classes only for dark mode; nothing
/// is loaded from anywhere.
extension Letter {
    func html(_ text: Localizer, _ branding: MailBranding, title: String) -> String {
        let style = MailStyle(accent: branding.accent, accentOnDark: branding.accentOnDark)
        let rows = blocks.map { row(block: $0, style, text) }.joined(separator: "\n")
        return """
            <!DOCTYPE html>
            <html lang="\(text.language.rawValue)">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta name="supported-color-schemes" content="light dark">
            <title>\(Markup.escape(title))</title>
            <style>\(style.sheet)</style>
            </head>
            <body class="paper" style="margin:0;padding:0;background-color:#fbfaf7;-webkit-text-size-adjust:100%">
            <div style="display:none;max-height:0;overflow:hidden;mso-hide:all">\(Markup.escape(preview))</div>
            <table role="presentation" class="paper" width="100%" cellpadding="0" cellspacing="0" border="0" bgcolor="#fbfaf7" \
            style="background-color:#fbfaf7">
            <tr><td align="center" style="padding:24px 12px">
            <!--[if mso]><table role="presentation" width="600" cellpadding="0" cellspacing="0" border="0"><tr><td><![endif]-->
            <table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" \
            style="max-width:600px;text-align:left">
            <tr><td class="muted" style="\(style.font);font-size:14px;line-height:20px;color:#5a6270;padding:0 4px 12px">\
            \(MailLogo.opening)\(Markup.escape(branding.organisation))\(MailLogo.closing)</td></tr>
            <tr><td class="surface" bgcolor="#ffffff" style="background-color:#ffffff;border:1px solid #dedad0;\
            border-radius:6px;padding:32px 28px 12px">
            <table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0">
            \(headingRow(style))\(rows)
            </table>
            </td></tr>
            <tr><td class="muted" style="\(style.font);font-size:13px;line-height:20px;color:#5a6270;padding:16px 4px 0">
            \(foot(text, branding, style))
            </td></tr>
            </table>
            <!--[if mso]></td></tr></table><![endif]-->
            </td></tr>
            </table>
            </body>
            </html>

            """
    }

    private func headingRow(_ style: MailStyle) -> String {
        guard !heading.isEmpty else { return "" }
        return cell(
            #"<h1 class="ink" style="\#(style.font);font-size:22px;line-height:30px;font-weight:600;color:#1b1f24;"#
                + #"margin:0;word-break:break-word">\#(Markup.escape(heading))</h1>"#) + "\n"
    }

    private func row(block: Block, _ style: MailStyle, _ text: Localizer) -> String {
        switch block {
        case .paragraph(let words):
            return cell(#"<p class="ink" style="\#(style.body)">\#(Markup.escape(words))</p>"#)
        case .note(let words):
            return cell(#"<p class="muted" style="\#(style.small)">\#(Markup.escape(words))</p>"#)
        case .words(let runs, let kind):
            return cell(html(of: runs, kind, style))
        case .message(let words):
            return messageRow(words, style)
        case .button(let label, let link):
            return buttonRow(label, link, style, text)
        case .link(let label, let link):
            let words = Markup.escape(label)
            return cell(
                #"<p class="ink" style="\#(style.body)">\#(words):<br>\#(anchor(link, link.text, style))</p>"#)
        case .facts(let facts):
            return factsRow(facts, style)
        case .list(let title, let items):
            return listRow(title, items, style)
        case .happenings(let title, let happenings, let label, let link):
            return happeningsRow(title, happenings, label, link, style)
        case .code(let digits):
            return cell(
                #"<p class="ink" style="\#(style.font);font-size:34px;line-height:44px;font-weight:600;"#
                    + #"letter-spacing:6px;color:#1b1f24;margin:0">\#(Markup.escape(digits))</p>"#)
        }
    }

    private func listRow(_ title: String, _ items: [Item], _ style: MailStyle) -> String {
        let head =
            #"<tr><td class="muted" colspan="2" style="\#(style.small);padding:0 0 6px">\#(Markup.escape(title))</td></tr>"#
        let rows = items.map { item in
            let rule = "border-top:1px solid #dedad0"
            let text = Markup.escape(item.text)
            guard let detail = item.detail else {
                return
                    #"<tr><td class="ink rule" colspan="2" style="\#(style.body);\#(rule);padding:8px 0">\#(text)</td></tr>"#
            }
            return #"<tr><td class="ink rule" style="\#(style.body);\#(rule);padding:8px 16px 8px 0">\#(text)</td>"#
                + #"<td class="muted rule" align="right" style="\#(style.small);line-height:25px;\#(rule);padding:8px 0;"#
                + #"white-space:nowrap;vertical-align:top">\#(Markup.escape(detail))</td></tr>"#
        }
        return cell(table([head] + rows))
    }

    func cell(_ content: String) -> String {
        #"<tr><td style="padding:0 0 20px">\#(content)</td></tr>"#
    }

    func table(_ rows: [String]) -> String {
        #"<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0">"#
            + rows.joined(separator: "\n") + "</table>"
    }

    /// The person's words stand apart by a line at their side, like a letter within the letter.
    private func messageRow(_ words: String, _ style: MailStyle) -> String {
        let paragraphs = Markup.paragraphs(words).map { lines in
            lines.map { line in
                Markup.pieces(line).map { piece in
                    switch piece {
                    case .text(let text): Markup.escape(text)
                    case .link(let link): anchor(link, link.text, style)
                    }
                }.joined()
            }.joined(separator: "<br>\n")
        }
        guard !paragraphs.isEmpty else { return "" }
        let inner = paragraphs.enumerated().map { index, paragraph in
            let space = index + 1 < paragraphs.count ? "0 0 16px" : "0"
            return #"<p class="ink" style="\#(style.body);margin:\#(space)">\#(paragraph)</p>"#
        }
        return cell(
            table([
                #"<tr><td class="rule" style="border-left:3px solid #dedad0;padding:2px 0 2px 16px">"#
                    + inner.joined(separator: "\n") + "</td></tr>"
            ]))
    }

    /// A link with padding inside a coloured cell: Word ignores the padding of the link and takes that of the cell.
    private func buttonRow(_ label: String, _ link: MailLink, _ style: MailStyle, _ text: Localizer) -> String {
        let accent = style.accent
        let button = #"""
            <table role="presentation" cellpadding="0" cellspacing="0" border="0"><tr>\#
            <td class="button" align="center" bgcolor="\#(accent.hex)" style="background-color:\#(accent.hex);\#
            border-radius:6px;mso-padding-alt:14px 28px">\#
            <a class="buttontext" href="\#(Markup.escape(link.text))" style="\#(style.font);display:inline-block;\#
            padding:14px 28px;font-size:16px;line-height:20px;font-weight:600;color:\#(accent.textColour);\#
            text-decoration:none;border-radius:6px">\#(Markup.escape(label))</a></td></tr></table>
            """#
        let below =
            #"<p class="muted" style="\#(style.small);padding:12px 0 0">\#(Markup.escape(text("mail.button.below")))<br>"#
            + "\(anchor(link, link.text, style))</p>"
        return cell(button + "\n" + below)
    }

    private func factsRow(_ facts: [Fact], _ style: MailStyle) -> String {
        let rows = facts.map {
            #"<tr><td class="muted" valign="top" style="\#(style.small);line-height:25px;word-break:normal;padding:2px 16px 2px 0;width:30%">"#
                + "\(Markup.escape($0.label))</td>"
                + #"<td class="ink" valign="top" style="\#(style.body);padding:2px 0">\#(Markup.escape($0.value))</td></tr>"#
        }
        return cell(table(rows))
    }

    func anchor(
        _ link: MailLink, _ label: String, _ style: MailStyle, breaksAnywhere: Bool = true
    ) -> String {
        #"<a class="link" href="\#(Markup.escape(link.text))" style="color:\#(style.accent.linkColour);"#
            + #"text-decoration:underline;word-break:\#(breaksAnywhere ? "break-all" : "break-word")">"#
            + "\(Markup.escape(label))</a>"
    }

    private func foot(_ text: Localizer, _ branding: MailBranding, _ style: MailStyle) -> String {
        var lines = footLines(text, branding).map(Markup.escape)
        var links: [String] = []
        if let imprint = branding.imprint { links.append(anchor(imprint, text("mail.foot.imprint"), style)) }
        if let privacy = branding.privacy { links.append(anchor(privacy, text("mail.foot.privacy"), style)) }
        if let choice = branding.choice { links.append(anchor(choice, text("mail.foot.choice"), style)) }
        if !links.isEmpty { lines.append(links.joined(separator: " · ")) }
        return lines.joined(separator: "<br>\n")
    }
}

/// The looks that blocks share.
struct MailStyle {
    let accent: AccentColour
    let accentOnDark: AccentColour
    let font = "font-family:-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif"
    var body: String { "\(font);font-size:16px;line-height:25px;color:#1b1f24;margin:0;word-break:break-word" }
    var small: String { "\(font);font-size:14px;line-height:21px;color:#5a6270;margin:0;word-break:break-word" }

    /// Dark mode where programs honour it; elsewhere the inline colours stay, which read well after an inversion too.
    var sheet: String {
        """
        :root{color-scheme:light dark;supported-color-schemes:light dark}
        @media (prefers-color-scheme:dark){
        .paper{background-color:#14161a !important}
        .surface{background-color:#1c1f25 !important;border-color:#2d323b !important}
        .ink{color:#eceae4 !important}
        .muted{color:#a4abb8 !important}
        .rule{border-color:#2d323b !important}
        .plate{background-color:#ffffff !important;padding:8px 12px !important;border-radius:6px !important}
        .link{color:\(accentOnDark.hex) !important}
        }
        """
    }
}
