import Foundation
import Secrets

/// Makes, lists and revokes what programs sign in with that hand mail in.
public struct SubmissionCredentials: Sendable {
    /// The most characters of a name.
    public static let nameCharacters = 100
    /// The most domains of one credential.
    public static let mostDomains = 100
    /// The most credentials in use.
    public static let mostInUse = 1_000
    /// What passwords begin with, so that people and secret scanners recognise them.
    static let prefix = "dps_"

    private let parts: AccountParts

    /// Credentials at the given parts.
    public init(_ parts: AccountParts) {
        self.parts = parts
    }

    /// Makes a credential.
    ///
    /// - Parameters:
    ///   - form: what was typed.
    ///   - actor: who makes it; `nil` for the command line.
    ///   - origin: from where.
    /// - Returns: the password, shown this one time, and what is stored of it.
    /// - Throws: ``DeliveriesError`` `.invalid` with the fields concerned, or `.tooMany`.
    public func create(
        _ form: SubmissionCredentialForm, by actor: AccountID?, origin: RequestOrigin
    ) async throws -> (password: String, credential: SubmissionCredential) {
        let now = parts.now()
        let read = try form.read(try await parts.settings.current())
        let secret = Token(random: parts.random, strength: .bits160)
        let credential = SubmissionCredential(
            id: parts.newID(now), name: read.name, secretHash: secret.hash.hex, domains: read.domains,
            limits: read.limits, createdAt: now)
        try await parts.database.write { transaction in
            let inUse = try transaction.submissions.credentials().filter { $0.revokedAt == nil }
            guard inUse.count < Self.mostInUse else {
                throw DeliveriesError(.tooMany, fields: [FieldError("name", "too-many", ["most": "\(Self.mostInUse)"])])
            }
            guard !inUse.contains(where: { $0.name == credential.name }) else {
                throw DeliveriesError(.invalid, fields: [FieldError("name", "name-taken")])
            }
            try transaction.submissions.insert(credential)
            try transaction.ledger.append(
                AuditAction.submissionCredentialCreated.record(
                    by: actor, target: credential.id.description, origin: origin, at: now))
        }
        return (Self.prefix + secret.text, credential)
    }

    /// All credentials, newest first; those that were revoked last.
    public func list() async throws -> [SubmissionCredential] {
        try await parts.database.read { try $0.submissions.credentials() }
    }

    /// The credential of that name.
    ///
    /// - Throws: ``DeliveriesError`` `.notFound`.
    public func credential(_ id: SubmissionCredentialID) async throws -> SubmissionCredential {
        let found = try await parts.database.read { try $0.submissions.credential(id) }
        guard let found else { throw DeliveriesError(.notFound) }
        return found
    }

    /// Revokes a credential; it is refused from the next mail on.
    ///
    /// - Throws: ``DeliveriesError`` `.notFound` if there is no such in use.
    public func revoke(_ id: SubmissionCredentialID, by actor: AccountID?, origin: RequestOrigin) async throws {
        let now = parts.now()
        try await parts.database.write { transaction in
            guard try transaction.submissions.revoke(id, at: now) else { throw DeliveriesError(.notFound) }
            try transaction.ledger.append(
                AuditAction.submissionCredentialRevoked.record(
                    by: actor, target: id.description, origin: origin, at: now))
        }
    }
}
