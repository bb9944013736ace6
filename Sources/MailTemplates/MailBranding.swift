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
    /// The legal notice.
    public let imprint: MailLink?
    /// How personal data are treated.
    public let privacy: MailLink?
    /// The time zone in which dates are written.
    public let timeZone: TimeZone

    /// A branding; an empty name of the organisation becomes the product's.
    public init(
        organisation: String, publicURL: MailLink, accent: AccentColour = .standard, imprint: MailLink? = nil,
        privacy: MailLink? = nil, timeZone: TimeZone = TimeZone(identifier: "Europe/Berlin") ?? .gmt
    ) {
        let name = HeaderText(cleaning: organisation).truncated(toOctets: 200).value
        self.organisation = name.isEmpty ? "Depesche" : name
        self.publicURL = publicURL
        self.accent = accent
        self.imprint = imprint
        self.privacy = privacy
        self.timeZone = timeZone
    }
}
