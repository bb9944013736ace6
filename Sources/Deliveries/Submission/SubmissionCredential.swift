public import Foundation
public import MailMessage

/// The identifier of a credential for submission.
public typealias SubmissionCredentialID = Identifier<SubmissionCredential>

/// What a program signs in with that hands mail in: its user name is the identifier, its password a generated secret.
public struct SubmissionCredential: Equatable, Sendable {
    /// The name by which it signs in, and by which logs know it.
    public let id: SubmissionCredentialID
    /// What administrators call it.
    public let name: String
    /// SHA-256 of the secret, hexadecimal. 160 random bits need no slow hash.
    public let secretHash: String
    /// The sender domains in whose name it may hand mail in; at least one.
    public let domains: [MailDomain]
    /// How much it may hand in.
    public let limits: SubmissionLimits
    /// When it was made.
    public let createdAt: Date
    /// When it was last signed in with, to the minute.
    public let lastUsedAt: Date?
    /// When it was revoked.
    public let revokedAt: Date?

    /// A credential with all its parts.
    public init(
        id: SubmissionCredentialID, name: String, secretHash: String, domains: [MailDomain],
        limits: SubmissionLimits, createdAt: Date, lastUsedAt: Date? = nil, revokedAt: Date? = nil
    ) {
        self.id = id
        self.name = name
        self.secretHash = secretHash
        self.domains = domains
        self.limits = limits
        self.createdAt = createdAt
        self.lastUsedAt = lastUsedAt
        self.revokedAt = revokedAt
    }
}

/// How much one client may hand in.
public struct SubmissionLimits: Equatable, Sendable {
    /// The most mails in an hour.
    public var mailsPerHour: Int
    /// The most recipients of a mail.
    public var recipients: Int
    /// The largest message, octets.
    public var messageSize: Int

    /// Limits.
    public init(mailsPerHour: Int, recipients: Int, messageSize: Int) {
        self.mailsPerHour = mailsPerHour
        self.recipients = recipients
        self.messageSize = messageSize
    }
}
