import MailMessage

extension EmailAddress {
    /// Enough of the address to know one's own, for pages that whoever has a link may see.
    var masked: String {
        // The word joiner keeps a line from breaking behind the ellipsis.
        "\(localPart.prefix(1))…\u{2060}@\(domain.unicode)"
    }
}
