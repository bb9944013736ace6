public import Foundation
import MailMessage

/// The trace that a server puts on top of each message it takes (RFC 5321, 4.4).
public struct SMTPReceivedField: Sendable, Hashable {
    /// The name in EHLO or HELO.
    public var clientName: SMTPHelloName
    /// The client's IP address as text; nil to keep it out, such as that of one's own user.
    public var clientAddress: String?
    /// Our name.
    public var hostName: SMTPHelloName
    /// How the mail came.
    public var transmission: SMTPTransmission
    /// What we know the message by.
    public var id: String
    /// The recipient, only if there is no other: one must not learn of another (RFC 5321, 7.2).
    public var recipient: SMTPEnvelopeAddress?
    /// When the message came.
    public var date: Date

    /// Makes a field.
    ///
    /// - Parameters:
    ///   - clientName: The name in EHLO or HELO.
    ///   - clientAddress: The client's IP address as text, nil to keep it out.
    ///   - hostName: Our name.
    ///   - transmission: How the mail came.
    ///   - id: What we know the message by.
    ///   - recipients: All recipients; named only if there is exactly one.
    ///   - date: When the message came.
    public init(
        clientName: SMTPHelloName, clientAddress: String?, hostName: SMTPHelloName, transmission: SMTPTransmission,
        id: String, recipients: [SMTPEnvelopeAddress], date: Date
    ) {
        self.clientName = clientName
        self.clientAddress = clientAddress
        self.hostName = hostName
        self.transmission = transmission
        self.id = id
        recipient = recipients.count == 1 ? recipients[0] : nil
        self.date = date
    }

    /// The field's octets, folded, with its last CR LF.
    public var serialized: [UInt8] {
        var lines = ["Received: from \(clientName)"]
        if let clientAddress {
            // RFC 5321, 4.1.3 and 4.4: `TCP-info = address-literal`
            let address = Self.plain(clientAddress)
            lines.append("([\(address.contains(":") ? "IPv6:" : "")\(address)])")
        }
        lines.append("by \(hostName) with \(transmission.rawValue) id \(Self.plain(id))")
        if let recipient, !recipient.isNull { lines.append("for \(recipient)") }
        lines[lines.count - 1] += ";"
        lines.append(HeaderDate.string(date))
        return Array((lines.joined(separator: "\r\n\t") + "\r\n").utf8)
    }

    /// Only what is an atom in any header.
    private static func plain(_ text: String) -> String {
        String(
            text.unicodeScalars.map { scalar in
                switch scalar {
                case "a"..."z", "A"..."Z", "0"..."9", ".", ":", "-", "_": Character(scalar)
                default: "-"
                }
            })
    }
}
