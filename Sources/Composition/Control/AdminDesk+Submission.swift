import Deliveries
import Foundation
import MailMessage

/// Commands about what programs sign in with that hand mail in.
extension AdminDesk {
    private var credentials: SubmissionCredentials { SubmissionCredentials(installation.accounts) }

    private struct CredentialLine: Encodable {
        let id: String
        let name: String
        let domains: [String]
        let mailsPerHour: Int
        let recipients: Int
        let messageSize: Int
        let createdAt: Date
        let lastUsedAt: Date?
        let revokedAt: Date?
        /// Only where it is new.
        let user: String?
        let password: String?

        init(_ credential: SubmissionCredential, password: String? = nil) {
            id = credential.id.description
            name = credential.name
            domains = credential.domains.map(\.ascii)
            mailsPerHour = credential.limits.mailsPerHour
            recipients = credential.limits.recipients
            messageSize = credential.limits.messageSize
            createdAt = credential.createdAt
            lastUsedAt = credential.lastUsedAt
            revokedAt = credential.revokedAt
            user = password == nil ? nil : credential.id.description
            self.password = password
        }

        var text: String {
            [id, name, domains.joined(separator: ","), revokedAt == nil ? "valid" : "revoked"].joined(separator: "\t")
        }
    }

    func submissionCredentialAdd(_ form: SubmissionCredentialForm) async throws -> AdminReply {
        let made = try await credentials.create(form, by: nil, origin: Self.origin)
        return try AdminReply(
            lines: ["user: \(made.credential.id)", "password: \(made.password)"],
            json: CredentialLine(made.credential, password: made.password))
    }

    func submissionCredentialList() async throws -> AdminReply {
        let lines = try await credentials.list().map { CredentialLine($0) }
        return try AdminReply(lines: lines.map(\.text), json: lines)
    }

    func submissionCredentialRevoke(_ text: String) async throws -> AdminReply {
        guard let id = SubmissionCredentialID(text) else {
            throw Misuse(text: "\(text) is not the id of a credential.")
        }
        try await credentials.revoke(id, by: nil, origin: Self.origin)
        return AdminReply(lines: ["It is no longer valid."])
    }
}
