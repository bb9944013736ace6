public import SMTP

/// Decides about the mail that comes in by a listener, and takes it over.
public protocol MailIntakeDesk: Sendable {
    /// What the sessions of the listener offer, ask for and bear; asked anew for each connection.
    var configuration: SMTPServerSession.Configuration { get }

    /// Somebody has connected.
    ///
    /// - Returns: who answers the session's questions. One task asks it, one question after the other.
    func conversation(with client: MailIntakeClient) -> any MailIntakeConversation
}

/// Answers the questions of one session (``SMTP/SMTPServerSession/Action``), in their order. Each answer may take its
/// time: nothing of the connection waits on an event loop.
public protocol MailIntakeConversation: AnyObject {
    /// Whether this is somebody's name and password.
    func authenticate(user: String, password: SMTPSecret) async -> SMTPServerSession.AuthenticationVerdict
    /// Whether a mail with this sender may come in.
    func checkSender(_ envelope: SMTPServerSession.Envelope) async -> SMTPServerSession.Verdict
    /// Whether the mail may go to this recipient, too.
    func checkRecipient(_ recipient: SMTPServerSession.Envelope.Recipient) async -> SMTPServerSession.Verdict
    /// Makes room for a message.
    func beginMessage(_ message: MailIntakeMessage) async -> SMTPServerSession.Verdict
    /// Takes the next octets of the message. What goes wrong is told when it is complete.
    func take(_ octets: [UInt8]) async
    /// Stores the message: when this answers with an id, not even a crash may lose it (RFC 5321, 6.1).
    func completeMessage() async -> SMTPServerSession.StoreVerdict
    /// Throws the message away that was begun.
    func discardMessage() async
}

/// Who has connected.
public struct MailIntakeClient: Sendable, Hashable {
    /// The IP address as text.
    public let address: String

    /// A client.
    ///
    /// - Parameter address: the IP address as text.
    public init(address: String) {
        self.address = address
    }
}

/// What is known of a message before its first octet.
public struct MailIntakeMessage: Sendable, Hashable {
    /// Sender and recipients.
    public let envelope: SMTPServerSession.Envelope
    /// The name in EHLO or HELO.
    public let clientName: SMTPHelloName
    /// How the mail comes.
    public let transmission: SMTPTransmission

    /// A message with all its parts.
    public init(envelope: SMTPServerSession.Envelope, clientName: SMTPHelloName, transmission: SMTPTransmission) {
        self.envelope = envelope
        self.clientName = clientName
        self.transmission = transmission
    }
}
