public import MailTemplates

extension Settings {
    /// The colour of buttons and links on light paper.
    public var accent: AccentColour { AccentColour(hex: text(.organisationAccent)) ?? .standard }

    /// The same on dark paper: what was set, else what the other becomes there.
    public var accentOnDark: AccentColour {
        if let set = AccentColour(hex: text(.organisationAccentDark)) { return set }
        return accent == .standard ? .standardOnDark : accent.readable(on: .dark)
    }
}
