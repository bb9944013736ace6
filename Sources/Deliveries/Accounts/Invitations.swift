public import Foundation
public import Secrets

/// The link of an invitation: choosing the first password.
public struct Invitations: Sendable {
    /// How long a link lives, seconds.
    public static let linkLifetime: TimeInterval = 7 * 86_400

    private let link: PasswordLink

    /// Invitations at the given parts.
    public init(_ parts: AccountParts) {
        link = PasswordLink(parts: parts, purpose: .invitation)
    }

    /// Who was invited; the link stays unused.
    ///
    /// - Throws: ``DeliveriesError`` `.linkSpent`.
    public func check(_ token: Token) async throws -> Account {
        try await link.check(token)
    }

    /// Accepts the invitation: sets name and password and signs in.
    ///
    /// - Parameters:
    ///   - token: the link's token.
    ///   - name: the name as the person writes it; `nil` keeps what the administrator wrote.
    ///   - password: the first password.
    ///   - origin: from where.
    /// - Throws: ``DeliveriesError`` `.linkSpent`, `.invalid` (fields `name`, `password`) or `.busy`; the link then
    ///   stays good.
    public func complete(
        _ token: Token, name: String? = nil, password: String, origin: RequestOrigin
    ) async throws -> SignedIn {
        try await link.complete(token, name: name, password: password, action: .invitationAccepted, origin: origin)
    }
}
