public import Foundation

/// Keeps what programs sign in with that hand mail in.
public protocol SubmissionStore {
    /// Adds a credential.
    func insert(_ credential: SubmissionCredential) throws
    /// The credential of that name, revoked or not.
    func credential(_ id: SubmissionCredentialID) throws -> SubmissionCredential?
    /// All credentials, newest first; those that were revoked last.
    func credentials() throws -> [SubmissionCredential]
    /// Revokes a credential; `false` if there is no such in use.
    func revoke(_ id: SubmissionCredentialID, at: Date) throws -> Bool
    /// Notes its use.
    func touch(_ id: SubmissionCredentialID, at: Date) throws
}
