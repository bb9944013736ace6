import Foundation
import Logging
import Secrets

/// Tells whether a program that signs in to hand mail in is who it says.
public struct SubmissionSignIn: Sendable {
    /// What came of a sign-in.
    public enum Verdict: Equatable, Sendable {
        /// Name and password are right.
        case accepted(SubmissionCredential)
        /// They are not.
        case refused
        /// They are not, and there were too many wrong ones from there: nobody is told any more.
        case throttled
    }

    /// How often the use of a credential is noted at the most, seconds.
    static let touchInterval: TimeInterval = 60

    private let parts: AccountParts

    /// Sign-ins at the given parts.
    public init(_ parts: AccountParts) {
        self.parts = parts
    }

    /// Checks name and password.
    ///
    /// The right password is always taken, whatever else comes from its address: 160 bits cannot be guessed, and one
    /// program with an old password must not lock out another beside it.
    ///
    /// - Parameters:
    ///   - user: the name.
    ///   - password: the password.
    ///   - clientAddress: where the client connected from; wrong sign-ins are counted by it.
    public func check(user: String, password: String, clientAddress: String) async throws -> Verdict {
        let now = parts.now()
        if let credential = try await find(user, password) {
            if credential.lastUsedAt.map({ now.timeIntervalSince($0) >= Self.touchInterval }) ?? true {
                try await parts.database.write { try $0.submissions.touch(credential.id, at: now) }
            }
            return .accepted(credential)
        }
        let isAllowed = try await parts.database.write { transaction in
            try Throttle.submissionSignIn.allows(clientAddress, in: transaction, now: now)
        }
        parts.log.notice(
            "a sign-in of a mail client was refused", metadata: ["client": "\(clientAddress)"])
        return isAllowed ? .refused : .throttled
    }

    private func find(_ user: String, _ password: String) async throws -> SubmissionCredential? {
        guard let id = SubmissionCredentialID(user), password.hasPrefix(SubmissionCredentials.prefix),
            let secret = Token(text: password.dropFirst(SubmissionCredentials.prefix.count))
        else { return nil }
        let found = try await parts.database.read { try $0.submissions.credential(id) }
        // Looked up by its name and compared by hash: the time tells at most whether the name exists.
        guard let found, found.revokedAt == nil, secret.hash == TokenHash(hex: found.secretHash) else { return nil }
        return found
    }
}
