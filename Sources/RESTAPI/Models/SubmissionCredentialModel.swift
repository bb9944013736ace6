package import Deliveries
package import Foundation
import MailMessage

/// What a program signs in with that hands mail in; the command line prints the same.
package struct SubmissionCredentialModel: Codable, Equatable {
    package let id: String
    package let name: String
    package let domains: [String]
    package let mailsPerHour: Int
    package let recipients: Int
    package let messageSize: Int
    package let createdAt: Date
    package let lastUsedAt: Date?
    package let revokedAt: Date?
    /// What the program signs in as; told together with the password.
    package let user: String?
    /// Told this one time, when it is made.
    package let password: String?

    package init(_ credential: SubmissionCredential, password: String? = nil) {
        id = credential.id.description
        name = credential.name
        domains = credential.domains.map(\.ascii)
        mailsPerHour = credential.limits.mailsPerHour
        recipients = credential.limits.recipients
        messageSize = credential.limits.messageSize
        createdAt = credential.createdAt
        lastUsedAt = credential.lastUsedAt
        revokedAt = credential.revokedAt
        user = password.map { _ in credential.id.description }
        self.password = password
    }
}
