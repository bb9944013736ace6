public import MailMessage

/// What whoever handed a message in wants to be told about one recipient (RFC 3461, 4.1 and 4.2).
public struct DeliveryNotificationRequest: Equatable, Sendable {
    /// When it is to be told.
    public var request: NotificationRequest
    /// The recipient as the sender first named it, `rfc822;user@example.com`; empty if not given.
    public var originalRecipient: String

    /// A request; by default what holds where nobody asked.
    public init(_ request: NotificationRequest = .unspecified, originalRecipient: String = "") {
        self.request = request
        self.originalRecipient = originalRecipient
    }

    /// The value of NOTIFY; `nil` where nobody asked.
    public var notify: String? {
        request.events.map { $0.isEmpty ? "NEVER" : $0.map(\.rawValue).sorted().joined(separator: ",") }
    }

    /// A request from the value of NOTIFY.
    public init(notify: String?, originalRecipient: String) {
        let events = notify.map { notify in
            Set(notify.split(separator: ",").compactMap { NotificationRequest.Event(rawValue: $0.uppercased()) })
        }
        self.init(NotificationRequest(events), originalRecipient: originalRecipient)
    }

    /// The first name of the recipient with its type apart.
    var original: NotifiedRecipient.Original? {
        let parts = originalRecipient.split(separator: ";", maxSplits: 1)
        return parts.count == 2 ? .init(type: parts[0].lowercased(), address: String(parts[1])) : nil
    }
}
