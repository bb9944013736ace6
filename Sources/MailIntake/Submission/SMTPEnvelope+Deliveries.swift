import Deliveries
import MailMessage
import SMTP

extension SMTPEnvelopeAddress {
    /// The same as an address of the outbox; nil for the null path and for address literals, which lead nowhere here.
    var emailAddress: EmailAddress? { isNull ? nil : try? EmailAddress(parsing: wire) }
}

extension SMTPServerSession.Envelope.Recipient {
    /// The same for the outbox.
    var spooled: MessageSpool.Envelope.Recipient? {
        guard let email = address.emailAddress else { return nil }
        let original = parameters.original.map { "\($0.type);\($0.address)" } ?? ""
        let notify = parameters.notify.map { notify in
            notify.isEmpty ? "NEVER" : notify.map(\.rawValue).sorted().joined(separator: ",")
        }
        return .init(
            email, notification: DeliveryNotificationRequest(notify: notify, originalRecipient: original))
    }
}
