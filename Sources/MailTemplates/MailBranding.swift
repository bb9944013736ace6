public import Foundation
import MailMessage

/// What of the installation shows in each mail.
public struct MailBranding: Sendable, Hashable {
    /// The organisation that runs the server; cleaned for display.
    public let organisation: String
    /// The address of the server, to which all links in mails lead.
    public let publicURL: MailLink
    /// The colour of buttons and links.
    public let accent: AccentColour
    /// The same in a dark mail program.
    public let accentOnDark: AccentColour
    /// What the organisation says at the foot of each mail, such as its legal form and register; cleaned for display.
    public let footer: String?
    /// The legal notice.
    public let imprint: MailLink?
    /// How personal data are treated.
    public let privacy: MailLink?
    /// Where the reader of this very mail chooses which mail to get; nil in mails that do not offer it.
    public var choice: MailLink?
    /// The time zone in which dates are written.
    public let timeZone: TimeZone

    /// A branding; an empty name of the organisation becomes the product's, an empty footer none.
    public init(
        organisation: String, publicURL: MailLink, accent: AccentColour = .standard,
        accentOnDark: AccentColour = .standardOnDark, footer: String = "", imprint: MailLink? = nil,
        privacy: MailLink? = nil, timeZone: TimeZone = TimeZone(identifier: "Europe/Berlin") ?? .gmt
    ) {
        let name = HeaderText(cleaning: organisation).truncated(toOctets: 200).value
        self.organisation = name.isEmpty ? "Depesche" : name
        self.publicURL = publicURL
        self.accent = accent
        self.accentOnDark = accentOnDark
        let notice = HeaderText(cleaning: footer).truncated(toOctets: 1_200).value
        self.footer = notice.isEmpty ? nil : notice
        self.imprint = imprint
        self.privacy = privacy
        self.timeZone = timeZone
    }
}
