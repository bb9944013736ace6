import Deliveries
import Logging
import MailMessage
import SMTP

/// One server that brings mail to our own addresses.
final class ReturnPathConversation: MailIntakeConversation {
    /// How many addresses that do not exist here one connection may try.
    static let mostUnknown = 10

    private let desk: ReturnPathDesk
    private let client: MailIntakeClient
    private var unknown = 0
    private var message: MailIntakeMessage?
    private var octets: [UInt8] = []

    init(_ desk: ReturnPathDesk, _ client: MailIntakeClient) {
        self.desk = desk
        self.client = client
    }

    func authenticate(user: String, password: SMTPSecret) async -> SMTPServerSession.AuthenticationVerdict {
        // Not offered: nobody signs in to bring a report.
        .refused
    }

    func checkSender(_ envelope: SMTPServerSession.Envelope) async -> SMTPServerSession.Verdict {
        do {
            // Whoever the sender is: reports come from nobody or from anybody, and nothing is ever sent back.
            return try await desk.guardian.isBarred(client.address) ? .refused(.tooManyUnknown) : .accepted
        } catch {
            return trouble(error)
        }
    }

    func checkRecipient(_ recipient: SMTPServerSession.Envelope.Recipient) async -> SMTPServerSession.Verdict {
        do {
            if let address = recipient.address.emailAddress, try await desk.taker.isOurs(address) { return .accepted }
            unknown += 1
            try await desk.guardian.count(client.address)
            return .refused(unknown >= Self.mostUnknown ? .tooManyUnknown : .notHere)
        } catch {
            return trouble(error)
        }
    }

    func beginMessage(_ message: MailIntakeMessage) async -> SMTPServerSession.Verdict {
        self.message = message
        octets = []
        return .accepted
    }

    func take(_ piece: [UInt8]) async {
        // A report is read as a whole; the session refuses what is larger than was offered.
        octets += piece
    }

    func completeMessage() async -> SMTPServerSession.StoreVerdict {
        guard let message else { return .refused(.trouble) }
        defer { forget() }
        let envelope = message.envelope
        // RFC 5321, 4.4: the last server writes the envelope sender down.
        let trace = SMTPReceivedField(
            clientName: message.clientName, clientAddress: client.address, hostName: desk.configuration.hostName,
            transmission: message.transmission, id: "in", recipients: envelope.recipients.map(\.address),
            date: desk.now())
        let whole = Array("Return-Path: \(envelope.sender)\r\n".utf8) + trace.serialized + octets
        do {
            try await desk.taker.take(
                whole, sender: envelope.sender.emailAddress,
                recipients: envelope.recipients.compactMap(\.address.emailAddress))
            return .stored(id: "taken")
        } catch {
            desk.logger.error(
                "mail to an address of ours cannot be taken in at the moment",
                metadata: ["client": "\(client.address)", "error": "\(String(reflecting: error))"])
            return .refused(.trouble)
        }
    }

    func discardMessage() async { forget() }

    private func forget() {
        message = nil
        octets = []
    }

    private func trouble(_ error: any Error) -> SMTPServerSession.Verdict {
        desk.logger.error("mail cannot be taken in at the moment", metadata: ["error": "\(String(reflecting: error))"])
        return .refused(.trouble)
    }
}
