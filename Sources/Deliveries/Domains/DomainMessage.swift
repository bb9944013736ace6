public import Foundation
public import MailMessage
import Secrets

/// What two installations say to each other about a sender domain: a request, or the answer to one. It travels in a
/// link that a person opens, signed by its sender.
public struct DomainMessage: Codable, Equatable, Sendable {
    /// Which of the two it is.
    public enum Kind: String, Codable, Sendable {
        /// May mail leave in this domain's name through your mail server?
        case request
        /// Yes or no.
        case answer
    }

    /// How long a link can be opened, seconds.
    public static let lifetime: TimeInterval = 30 * 86_400
    /// The longest link text that is read, octets.
    static let longest = 24_576

    /// Which of the two it is.
    public let kind: Kind
    /// The domain.
    public let domain: MailDomain
    /// Ties the answer to its request.
    public let nonce: String
    /// The public address of the installation that says it.
    public let from: String
    /// The public address of the installation that it is for.
    public let to: String
    /// The public key of the one that says it.
    public let key: Data
    /// When it was said, milliseconds since 1970.
    public let at: Int64
    /// The requester's address; only in a request.
    public let email: EmailAddress?
    /// The requester's name; only in a request.
    public let name: String
    /// What the requester wrote; in a refusal the beginning of the operator's reason, as an answer's link must fit into
    /// a mail.
    public let words: String
    /// Whether the operator agrees; only in an answer.
    public let isApproved: Bool?
    /// The selectors that the operator signs with; only in an answer.
    public let selectors: [String]

    /// When it was said.
    public var date: Date { Date(timeIntervalSince1970: Double(at) / 1_000) }
}

/// A message with its signature, as it stands in a link.
public struct SignedDomainMessage: Equatable, Sendable {
    /// The message, whose signature is right.
    public let message: DomainMessage

    /// Reads and checks the two values of a link.
    ///
    /// - Parameters:
    ///   - message: the query value `m`.
    ///   - signature: the query value `s`.
    /// - Throws: ``DeliveriesError`` `.linkDamaged`.
    public init(message: String, signature: String) throws {
        guard message.utf8.count <= DomainMessage.longest, let octets = Base64URL.decode(message).map({ Data($0) }),
            let signed = Base64URL.decode(signature).map({ Data($0) }),
            let read = try? JSONDecoder().decode(DomainMessage.self, from: octets),
            InstallationSeal.isValid(signed, of: octets, by: read.key)
        else { throw DeliveriesError(.linkDamaged) }
        self.message = read
    }

    /// The link of a message.
    static func link(_ message: DomainMessage, at page: URL, seal: InstallationSeal) throws -> URL {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let octets = try encoder.encode(message)
        var components = URLComponents(url: page, resolvingAgainstBaseURL: false)
        components?.queryItems = [
            URLQueryItem(name: "m", value: Base64URL.encode(octets)),
            URLQueryItem(name: "s", value: Base64URL.encode(try seal.sign(octets))),
        ]
        guard let url = components?.url else { throw DeliveriesError(.trouble, detail: "no link can be made") }
        return url
    }
}
