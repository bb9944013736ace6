public import Deliveries
import Foundation
import MailMessage
import MailTemplates
import NIOCore
import SMTP
import SMTPTransport
import SenderDomains

/// Makes what leaves out of what is stored: composes, signs, and writes the envelope.
public struct MailPreparation: Sendable {
    private let signer: MailSigner
    private let spool: MessageSpool

    /// - Parameters:
    ///   - signer: signs.
    ///   - spool: where messages are that were handed in.
    public init(signer: MailSigner, spool: MessageSpool) {
        self.signer = signer
        self.spool = spool
    }

    /// What the database has for it, read on the visit that records the attempt.
    struct Material: Sendable {
        /// The keys that sign; none if the domain has no active ones here, or signing is off.
        var keys: [DomainKey] = []
        /// The sealed octets of a message that is no longer than one chunk.
        var onlyChunk: Data?
        /// The organisation's logo, for a mail of ours.
        var logo: MailLogo?
    }

    /// Reads what one attempt needs.
    func material(for cargo: AttemptCargo, settings: Settings, in transaction: any Transaction) throws -> Material {
        switch cargo {
        case .mail(_, let sender?):
            return Material(
                keys: try keys(of: sender.signingDomain, settings, in: transaction),
                logo: try transaction.mailLogo(settings))
        case .message(let message, _): return try material(for: message, settings: settings, in: transaction)
        case .mail, .unreadable: return Material()
        }
    }

    /// The same for a message that was handed in.
    func material(
        for message: StoredMessage, settings: Settings, in transaction: any Transaction
    ) throws -> Material {
        Material(
            keys: try keys(of: message.from.domain, settings, in: transaction),
            // One chunk is read once; larger messages are read twice, for the signature and for the way.
            onlyChunk: message.chunks == 1 ? try transaction.messages.chunk(0, of: message.id) : nil)
    }

    private func keys(
        of domain: MailDomain, _ settings: Settings, in transaction: any Transaction
    ) throws -> [DomainKey] {
        guard settings.signing != .none else { return [] }
        return try transaction.senderDomains.keys(of: domain).signing(settings.signing)
    }

    /// Prepares a mail of ours.
    ///
    /// - Throws: ``RouteStop``, if it cannot be composed or signed.
    func message(
        _ mail: OutgoingMail, sender: SenderDecision, returnPath: ReversePath, material: Material
    ) async throws(RouteStop) -> OutboundMessage {
        do {
            let unsigned = Data(try mail.message(sender: sender, logo: material.logo).serialized)
            let fields = try await signer.fields(
                chunks: 1, chunk: { _ in unsigned }, for: sender.signingDomain, with: material.keys)
            let octets = fields + unsigned
            let recipient = mail.to.address.wireForm
            var transaction = SMTPTransaction(
                sender: try returnPath.address.map { try SMTPEnvelopeAddress($0.wireForm) } ?? .null,
                recipients: [try SMTPEnvelopeAddress(recipient)],
                size: octets.count, isEightBit: false)
            if returnPath.address != nil {
                // A report names our recipient even if his mail was forwarded and failed there (RFC 3461, 4.2), and brings
                // no links back to us. ORCPT of type rfc822 is ASCII; what else there is has forms of its own (RFC 6533).
                let isASCII = recipient.utf8.allSatisfy { $0 < 0x80 }
                transaction.notification = SMTPNotificationRequest(
                    returnsAll: false, originalRecipient: isASCII ? "rfc822;\(recipient)" : nil)
            }
            return OutboundMessage(transaction: transaction, content: .octets(octets), protection: .none)
        } catch is MailSigner.Failure {
            throw RouteStop(.unsigned)
        } catch {
            throw RouteStop(.notComposed)
        }
    }

    /// Prepares a message that was handed in: its signatures come in front, its octets stay as they are.
    ///
    /// - Throws: ``RouteStop``, if it is not there any more or cannot be signed.
    func message(
        _ stored: StoredMessage, to entry: OutboxEntry, material: Material
    ) async throws(RouteStop) -> OutboundMessage {
        do {
            let only = try material.onlyChunk.map { try spool.open($0, number: 0, of: stored.id) }
            let fields = try await signer.fields(
                chunks: stored.chunks,
                chunk: { number in
                    if let only { only } else { try await spool.chunk(number, of: stored.id) }
                },
                for: stored.from.domain, with: material.keys)
            var transaction = SMTPTransaction(
                sender: try stored.envelopeFrom.map { try SMTPEnvelopeAddress($0.wireForm) } ?? .null,
                recipients: [try SMTPEnvelopeAddress(entry.to.wireForm)],
                size: Int(stored.size) + fields.count, isEightBit: stored.isEightBit)
            transaction.hasInternationalHeader = stored.needsSMTPUTF8
            transaction.requiresTLS = stored.protection == .required
            transaction.notification = SMTPNotificationRequest(
                returnsAll: stored.envelopeFrom == nil ? nil : stored.returnsAll,
                envelopeID: stored.envelopeID.isEmpty ? nil : stored.envelopeID, notify: entry.notification.notify,
                originalRecipient: entry.notification.originalRecipient.isEmpty
                    ? nil : entry.notification.originalRecipient)
            let content: SMTPContent =
                if let only {
                    .buffer(ByteBuffer(bytes: fields + only))
                } else {
                    .stream(MessageChunks(of: stored, behind: fields, in: spool))
                }
            return OutboundMessage(transaction: transaction, content: content, protection: stored.protection)
        } catch is MailSigner.Failure {
            throw RouteStop(.unsigned)
        } catch is SMTPEnvelopeAddress.Problem {
            throw RouteStop(.notComposed)
        } catch {
            throw RouteStop(.unreadable)
        }
    }
}
