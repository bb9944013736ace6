public import Localization

/// What an add-in puts into a mail of the sender's own: which files there are, a button, the plain address below it.
///
/// The HTML is one table without tables in it, so that an add-in finds the whole block by its link, and uses only what
/// Outlook draws with Word: cells with colours and padding, inline styles. The plain text stands between two lines of
/// equals signs for the same reason. It names no day: a mail may lie among the drafts for a week.
public struct InsertionBlock: Sendable, Hashable {
    /// The line that the plain text begins and ends with.
    public static let rule = String(repeating: "=", count: 40)
    /// The most files that are named.
    private static let mostNames = 20

    /// The files.
    public var files: [MailFile]
    /// The security level, 1 to 4; file names stand in the block at level 1 only.
    public var level: Int
    /// The link for all readers.
    public var link: MailLink
    /// For how many days the files can be fetched after the mail was sent.
    public var lifetimeDays: Int
    /// Whether a password is asked for, which the sender tells by another way.
    public var hasPassword: Bool

    /// A block.
    public init(files: [MailFile], level: Int, link: MailLink, lifetimeDays: Int, hasPassword: Bool) {
        self.files = files
        self.level = level
        self.link = link
        self.lifetimeDays = lifetimeDays
        self.hasPassword = hasPassword
    }

    /// The block as HTML, for a mail whose head and style are not ours.
    public func html(_ text: Localizer, _ branding: MailBranding) -> String {
        let accent = branding.accent
        let font = "font-family:'Segoe UI',Arial,sans-serif"
        let body = "\(font);font-size:16px;line-height:25px;color:#1b1f24"
        let small = "\(font);font-size:14px;line-height:21px;color:#5a6270"
        let address = Markup.escape(link.text)
        var rows = [row(Markup.escape(heading(text)), "\(body);font-weight:bold", padding: "16px 20px 4px 20px")]
        rows += names(text).map { row(Markup.escape($0), body, padding: "4px 20px 4px 20px") }
        rows.append(
            #"<tr><td height="12" colspan="3" style="font-size:4px;line-height:12px">&nbsp;</td></tr>"#)
        // `LPNoLP` keeps Outlook on the web from drawing a preview of the link; the colour stands twice because some clients
        // drop styles. Word takes the padding of the cell and not of the link; the cells beside it keep the button from growing.
        rows.append(
            #"<tr><td width="20" style="width:20px;font-size:4px">&nbsp;</td>"#
                + #"<td width="220" align="center" bgcolor="\#(accent.hex)" style="width:220px;"#
                + #"background-color:\#(accent.hex);padding:12px 20px 12px 20px">"#
                + #"<a id="LPNoLP" href="\#(address)" style="\#(font);font-size:16px;line-height:20px;font-weight:bold;"#
                + #"color:\#(accent.textColour);text-decoration:none"><font color="\#(accent.textColour)">"#
                + #"\#(Markup.escape(text("mail.block.button")))</font></a></td>"#
                + #"<td style="font-size:4px">&nbsp;</td></tr>"#)
        rows.append(
            row(
                Markup.escape(text("mail.button.below"))
                    + #"<br><a id="LPNoLP" href="\#(address)" style="color:\#(accent.linkColour);text-decoration:underline">"#
                    + "\(address)</a>", small, padding: "12px 20px 4px 20px"))
        rows.append(
            row(
                notes(text, branding).map { linked(Markup.escape($0), branding) }.joined(separator: "<br>"), small,
                padding: "4px 20px 16px 20px"))
        return
            ##"<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" bgcolor="#ffffff" "##
            + #"style="width:100%;background-color:#ffffff;border:1px solid #dedad0;text-align:left">"#
            + rows.joined() + "</table>"
    }

    /// The block as plain text, with line feeds.
    public func plainText(_ text: Localizer, _ branding: MailBranding) -> String {
        var sections = [([heading(text)] + names(text).map { "- \($0)" }).joined(separator: "\n")]
        sections.append("\(text("mail.block.button")):\n\(link.text)")
        sections.append(notes(text, branding).joined(separator: "\n"))
        return "\(Self.rule)\n\(sections.joined(separator: "\n\n"))\n\(Self.rule)\n"
    }

    private func heading(_ text: Localizer) -> String {
        let size = text.size(files.reduce(0) { $0 + $1.size })
        return text.plural("mail.block.heading", files.count, ["size": size])
    }

    private func names(_ text: Localizer) -> [String] {
        guard level <= 1 else { return [] }
        var names = files.prefix(Self.mostNames).map { "\($0.name) (\(text.size($0.size)))" }
        if files.count > Self.mostNames { names.append(text.plural("mail.files.more", files.count - Self.mostNames)) }
        return names
    }

    private func notes(_ text: Localizer, _ branding: MailBranding) -> [String] {
        var notes = [text.plural("mail.block.until", lifetimeDays)]
        if level >= 2 { notes.append(text("mail.block.proof")) }
        if hasPassword { notes.append(text("mail.block.password")) }
        notes.append(
            text("mail.block.origin", ["organisation": branding.organisation, "url": branding.publicURL.text]))
        return notes
    }

    /// The address that tells how to check the mail, as a link in our colour: mail clients make one in theirs else.
    private func linked(_ note: String, _ branding: MailBranding) -> String {
        let address = Markup.escape(branding.publicURL.text + "/genuine")
        return note.replacing(
            address,
            with: #"<a href="\#(address)" style="color:\#(branding.accent.linkColour)">\#(address)</a>"#)
    }

    private func row(_ content: String, _ style: String, padding: String) -> String {
        #"<tr><td colspan="3" style="\#(style);padding:\#(padding)">\#(content)</td></tr>"#
    }
}
