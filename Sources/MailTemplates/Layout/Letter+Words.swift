/// The words of a template as HTML.
extension Letter {
    func html(of runs: [Run], _ kind: TemplateBlock.Style, _ style: MailStyle) -> String {
        let inner = runs.map { run in
            let words =
                run.link.map { anchor($0, run.text, style, breaksAnywhere: $0.text == run.text) }
                ?? Markup.escape(run.text).replacing("\n", with: "<br>\n")
            let bold = run.isBold ? "<b>\(words)</b>" : words
            return run.isItalic ? "<i>\(bold)</i>" : bold
        }.joined()
        switch kind {
        case .note: return #"<p class="muted" style="\#(style.small)">\#(inner)</p>"#
        case .subheading:
            return #"<h2 class="ink" style="\#(style.body);font-size:18px;font-weight:600">\#(inner)</h2>"#
        case .heading, .paragraph: return #"<p class="ink" style="\#(style.body)">\#(inner)</p>"#
        }
    }
}
