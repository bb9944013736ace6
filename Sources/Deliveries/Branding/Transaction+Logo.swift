public import MailTemplates

extension Transaction {
    /// The logo as mails carry it; nil if there is none, or it is too large to go with each mail.
    public func mailLogo(_ settings: Settings) throws -> MailLogo? {
        guard let logo = settings.logo, logo.fitsInMail, let picture = try brandPictures.picture(logo.digest) else {
            return nil
        }
        return MailLogo(
            [UInt8](picture.octets), mediaType: logo.mediaType, width: logo.width, height: logo.height)
    }
}
