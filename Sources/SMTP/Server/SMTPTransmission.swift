/// The word behind `with` in a Received field (RFC 5321, 4.4; RFC 3848; RFC 6531, 4.3).
public enum SMTPTransmission: String, Sendable, Hashable, Codable, CaseIterable {
    /// After HELO.
    case smtp = "SMTP"
    /// After EHLO.
    case esmtp = "ESMTP"
    /// Signed in.
    case esmtpA = "ESMTPA"
    /// Over TLS.
    case esmtpS = "ESMTPS"
    /// Over TLS and signed in.
    case esmtpSA = "ESMTPSA"
    /// With SMTPUTF8.
    case utf8SMTP = "UTF8SMTP"
    /// With SMTPUTF8, signed in.
    case utf8SMTPA = "UTF8SMTPA"
    /// With SMTPUTF8, over TLS.
    case utf8SMTPS = "UTF8SMTPS"
    /// With SMTPUTF8, over TLS and signed in.
    case utf8SMTPSA = "UTF8SMTPSA"

    /// The word for how a mail came.
    ///
    /// - Parameters:
    ///   - isExtended: Whether the client said EHLO. TLS after HELO has no word of its own and is told as ESMTPS.
    ///   - isSecured: Whether it came over TLS.
    ///   - isAuthenticated: Whether the client had signed in.
    ///   - smtpUTF8: Whether MAIL had SMTPUTF8.
    public init(isExtended: Bool, isSecured: Bool, isAuthenticated: Bool, smtpUTF8: Bool = false) {
        self =
            switch (smtpUTF8, isSecured, isAuthenticated) {
            case (true, true, true): .utf8SMTPSA
            case (true, true, false): .utf8SMTPS
            case (true, false, true): .utf8SMTPA
            case (true, false, false): .utf8SMTP
            case (false, true, true): .esmtpSA
            case (false, true, false): .esmtpS
            case (false, false, true): .esmtpA
            case (false, false, false): isExtended ? .esmtp : .smtp
            }
    }
}

extension SMTPServerSession {
    /// How the mail under way comes, for its Received field.
    public var transmission: SMTPTransmission {
        SMTPTransmission(
            isExtended: isExtended, isSecured: isSecured, isAuthenticated: user != nil,
            smtpUTF8: envelope?.parameters.smtpUTF8 ?? false)
    }
}
