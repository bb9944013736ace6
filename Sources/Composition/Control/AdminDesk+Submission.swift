import Deliveries
import Foundation
import MailMessage
import RESTAPI

/// Commands about what programs sign in with that hand mail in.
extension AdminDesk {
    private var credentials: SubmissionCredentials { SubmissionCredentials(installation.accounts) }

    func submissionCredentialAdd(_ form: SubmissionCredentialForm) async throws -> AdminReply {
        let made = try await credentials.create(form, by: nil, origin: Self.origin)
        return try AdminReply(
            lines: ["user: \(made.credential.id)", "password: \(made.password)"],
            json: SubmissionCredentialModel(made.credential, password: made.password))
    }

    func submissionCredentialList() async throws -> AdminReply {
        let lines = try await credentials.list().map { SubmissionCredentialModel($0) }
        return try AdminReply(lines: lines.map(Self.text), json: lines)
    }

    private static func text(_ line: SubmissionCredentialModel) -> String {
        let state = line.revokedAt == nil ? "valid" : "revoked"
        return [line.id, line.name, line.domains.joined(separator: ","), state].joined(separator: "\t")
    }

    func submissionCredentialRevoke(_ text: String) async throws -> AdminReply {
        guard let id = SubmissionCredentialID(text) else {
            throw Misuse(text: "\(text) is not the id of a credential.")
        }
        try await credentials.revoke(id, by: nil, origin: Self.origin)
        return AdminReply(lines: ["It is no longer valid."])
    }
}
