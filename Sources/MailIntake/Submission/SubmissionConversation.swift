import Deliveries
import Foundation
import Logging
import MailMessage
import SMTP
import SenderDomains

/// One client that hands mail in.
final class SubmissionConversation: MailIntakeConversation {
    /// A message under way.
    private struct Incoming {
        let message: MailIntakeMessage
        var writer: MessageWriter
        /// Until it is complete.
        var header: SubmittedHeader? = SubmittedHeader()
        var facts = SubmittedHeader.Facts()
        /// Why it is refused, once that is known; the rest is read in vain.
        var refusal: SMTPReply?
    }

    private let desk: SubmissionDesk
    private let client: MailIntakeClient
    private var submitter: Submitter?
    /// As they are for the mail under way.
    private var settings = Settings()
    private var recipients = 0
    private var incoming: Incoming?

    init(_ desk: SubmissionDesk, _ client: MailIntakeClient) {
        self.desk = desk
        self.client = client
    }

    // MARK: Before the message

    func authenticate(user: String, password: SMTPSecret) async -> SMTPServerSession.AuthenticationVerdict {
        do {
            switch try await desk.signIn.check(user: user, password: password.text, clientAddress: client.address) {
            case .accepted(let credential):
                submitter = .credential(credential)
                return .accepted
            case .refused: return .refused
            case .throttled: return .unavailable
            }
        } catch {
            report(error)
            return .unavailable
        }
    }

    func checkSender(_ envelope: SMTPServerSession.Envelope) async -> SMTPServerSession.Verdict {
        do {
            recipients = 0
            settings = try await desk.submissions.settings()
            guard let submitter = try await currentSubmitter() else { return .refused(.closedToYou) }
            self.submitter = submitter
            if let size = envelope.parameters.size, size > submitter.limits.messageSize { return .refused(.tooLarge) }
            if !envelope.sender.isNull {
                guard let sender = envelope.sender.emailAddress, submitter.mayReturn(to: sender.domain, settings) else {
                    return .refused(.foreign(envelope.sender.wire))
                }
            }
            if try await desk.submissions.isExhausted(submitter) { return .refused(.hourlyLimit) }
            return .accepted
        } catch {
            report(error)
            return .refused(SMTPReply(error))
        }
    }

    /// Who hands in, as it is now: credentials are revoked, and networks taken off the list, while connections are open.
    private func currentSubmitter() async throws -> Submitter? {
        switch desk.access {
        case .networks(let blocks):
            guard blocks.contains(where: { $0.contains(client.address) }) else { return nil }
            return .trustedNetwork(settings.submissionLimits)
        case .credentials:
            guard case .credential(let credential) = submitter else { return nil }
            return try await desk.submissions.renewed(credential).map { .credential($0) }
        }
    }

    func checkRecipient(_ recipient: SMTPServerSession.Envelope.Recipient) async -> SMTPServerSession.Verdict {
        guard let submitter else { return .refused(.closedToYou) }
        guard recipient.address.emailAddress != nil else { return .refused(.notAnAddress) }
        guard recipients < submitter.limits.recipients else { return .refused(.tooManyRecipients) }
        recipients += 1
        return .accepted
    }

    func beginMessage(_ message: MailIntakeMessage) async -> SMTPServerSession.Verdict {
        incoming = Incoming(message: message, writer: desk.submissions.spool.begin())
        return .accepted
    }

    // MARK: The message

    func take(_ octets: [UInt8]) async {
        guard var current = incoming, current.refusal == nil else { return }
        // Its chunks are written one after the other: no other question is answered meanwhile.
        incoming = nil
        do {
            if var header = current.header {
                switch header.take(octets) {
                case .more: current.header = header
                case .tooLarge: current.refusal = .headerTooLarge
                case .complete(let body):
                    try await finish(header, of: &current)
                    if current.refusal == nil { try await append(body, to: &current) }
                }
            } else {
                try await append(octets, to: &current)
            }
        } catch {
            report(error)
            current.refusal = SMTPReply(error)
        }
        if current.refusal != nil { await discard(current) }
        incoming = current
    }

    private func append(_ octets: [UInt8], to current: inout Incoming) async throws {
        guard Int(current.writer.size) + octets.count <= submitter?.limits.messageSize ?? 0 else {
            current.refusal = .tooLarge
            return
        }
        try await current.writer.append(octets)
    }

    /// Checks a header that is complete, and stores it with what is added.
    private func finish(_ header: SubmittedHeader, of current: inout Incoming) async throws {
        current.header = nil
        do throws(SubmittedHeader.Problem) {
            current.facts = try header.read()
        } catch {
            current.refusal = .unfit(error)
            return
        }
        if let stranger = stranger(current.facts) {
            current.refusal = .foreign(stranger.wireForm)
            return
        }
        let message = current.message
        let id = current.writer.id.description
        let trace = SMTPReceivedField(
            // Where a user of ours is, is nobody's business (RFC 5321, 7.6).
            clientName: message.clientName, clientAddress: nil, hostName: desk.configuration.hostName,
            transmission: message.transmission, id: id, recipients: message.envelope.recipients.map(\.address),
            date: desk.submissions.now)
        try await current.writer.append(
            header.completed(
                current.facts, trace: trace.serialized, messageID: messageID(current), date: desk.submissions.now))
    }

    /// The first address in whose name the client must not send.
    private func stranger(_ facts: SubmittedHeader.Facts) -> EmailAddress? {
        let all = facts.from + (facts.sender.map { [$0] } ?? [])
        return all.first { submitter?.maySend(as: $0.domain, settings) != true }
    }

    private func messageID(_ current: Incoming) -> String {
        if let messageID = current.facts.messageID { return messageID }
        let domain = current.facts.from.first?.domain.ascii ?? desk.configuration.hostName.wire
        return "\(current.writer.id)@\(domain)"
    }

    func completeMessage() async -> SMTPServerSession.StoreVerdict {
        guard var current = incoming, let submitter else { return .refused(.trouble) }
        incoming = nil
        do {
            // A message of nothing but a header has no empty line behind it.
            if let header = current.header, current.refusal == nil { try await finish(header, of: &current) }
            if let refusal = current.refusal {
                await discard(current)
                desk.logger.notice("a message was refused", metadata: metadata(current, ["reply": "\(refusal)"]))
                return .refused(refusal)
            }
            let stored = try await desk.submissions.complete(
                current.writer, .init(submitter: submitter, message: envelope(of: current, submitter)))
            desk.logger.info("a message was taken in", metadata: metadata(current))
            return .stored(id: stored.id.description)
        } catch let error as DeliveriesError where error.code == .throttled {
            await discard(current)
            return .refused(.hourlyLimit)
        } catch {
            report(error)
            await discard(current)
            return .refused(SMTPReply(error))
        }
    }

    func discardMessage() async {
        guard let current = incoming else { return }
        incoming = nil
        await discard(current)
    }

    private func discard(_ current: Incoming) async {
        do { try await current.writer.discard() } catch { report(error) }
    }

    private func envelope(of current: Incoming, _ submitter: Submitter) -> MessageSpool.Envelope {
        let envelope = current.message.envelope
        return MessageSpool.Envelope(
            origin: .submission, submitter: submitter.name, sender: envelope.sender.emailAddress,
            recipients: envelope.recipients.compactMap(\.spooled),
            // A header without From was refused.
            from: current.facts.sender ?? current.facts.from[0], messageID: messageID(current),
            envelopeID: envelope.parameters.envelopeID ?? "",
            returnsAll: envelope.parameters.reportContent == .full,
            protection: envelope.parameters.requireTLS ? .required : .none)
    }

    private func metadata(_ current: Incoming, _ more: Logger.Metadata = [:]) -> Logger.Metadata {
        var metadata: Logger.Metadata = [
            "message": "\(current.writer.id)", "octets": "\(current.writer.size)",
            "recipients": "\(current.message.envelope.recipients.count)",
        ]
        if case .credential(let credential) = submitter { metadata["credential"] = "\(credential.id)" }
        metadata.merge(more) { $1 }
        return metadata
    }

    private func report(_ error: any Error) {
        desk.logger.error(
            "mail cannot be taken in at the moment",
            metadata: ["client": "\(client.address)", "error": "\(String(reflecting: error))"])
    }
}
