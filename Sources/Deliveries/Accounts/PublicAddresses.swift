public import Foundation
public import Secrets

/// The addresses of pages as mails carry them. They begin with the public address of the settings and never with what
/// a request named as its host.
public struct PublicAddresses: Equatable, Sendable {
    /// Where people reach this server, without a path.
    public let publicURL: URL

    /// Addresses below a public address.
    public init(publicURL: URL) {
        self.publicURL = publicURL
    }

    /// The recipient's page of a delivery.
    public func link(_ token: Token) -> URL { page("l", token.text) }
    /// Where a new password is chosen.
    public func passwordReset(_ token: Token) -> URL { page("password", token.text) }
    /// Where a new password is asked for.
    public var passwordForgotten: URL { page("password") }
    /// Where an invitation is accepted.
    public func invitation(_ token: Token) -> URL { page("invitation", token.text) }
    /// Where the first administrator is made.
    public func setup(_ token: Token) -> URL { page("setup", token.text) }
    /// The sender's page of a delivery.
    public func delivery(_ id: DeliveryID) -> URL { page("deliveries", id.description) }
    /// The page that tells how to check that a mail is genuine.
    public var genuine: URL { page("genuine") }
    /// The administration of the outbox.
    public var outbox: URL { page("admin", "outbox") }

    private func page(_ parts: String...) -> URL {
        parts.reduce(publicURL) { $0.appendingPathComponent($1, isDirectory: false) }
    }
}
