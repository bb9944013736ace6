extension SMTPServerSession {
    /// What happens to a session.
    public enum Event: Sendable, Hashable {
        /// The TCP connection is there, and TLS too if the session was made for it.
        case connected
        /// Octets of the client came.
        case received([UInt8])
        /// The TLS handshake that ``Action/startTLS`` asked for is done.
        case tlsEstablished
        /// The answer to ``Action/authenticate(user:password:)``.
        case authenticationAnswered(AuthenticationVerdict)
        /// The answer to ``Action/checkSender(_:)``.
        case senderAnswered(Verdict)
        /// The answer to ``Action/checkRecipient(_:)``.
        case recipientAnswered(Verdict)
        /// The answer to ``Action/beginMessage(_:)``.
        case messageBegun(Verdict)
        /// The answer to ``Action/completeMessage``.
        case messageAnswered(StoreVerdict)
        /// The time limit of ``SMTPServerSession/wait`` is over.
        case timeout
        /// The server goes down. A message that is being stored is still answered, everything else ends.
        case shutdown
        /// The client closed the connection, or it failed.
        case closed
    }

    /// What the owner of a session has to do.
    public enum Action: Sendable, Hashable {
        /// Send ``SMTPReply/wire``. Replies that come together may go in one packet (RFC 2920, 3.2).
        case reply(SMTPReply)
        /// Begin the TLS handshake once the reply before is written. If octets of the client are left over in the clear
        /// at this moment, it is an attack: close the connection.
        case startTLS
        /// A question: is this somebody's name and password?
        case authenticate(user: String, password: SMTPSecret)
        /// A question: may a mail with this sender come in? It has no recipients yet.
        case checkSender(Envelope)
        /// A question: may it go to this recipient, too? The mail is ``SMTPServerSession/envelope``.
        case checkRecipient(Envelope.Recipient)
        /// A question: make room for a message; is it there?
        case beginMessage(Envelope)
        /// The next octets of the message, as they are in the mail: dots undone, lines ended by CR LF.
        case content([UInt8])
        /// A question: the message is complete; is it on disk so that not even a crash loses it (RFC 5321, 6.1)?
        case completeMessage
        /// Throw away the message that was begun: it is refused, or the connection ends.
        case discardMessage
        /// Close the connection once the replies are written. No question is to be answered any more, but a message that
        /// was complete may be stored: its sender does not know (RFC 1047).
        case close
    }

    /// The owner's answer to most questions.
    public enum Verdict: Sendable, Hashable {
        /// Yes.
        case accepted
        /// No, and this is to be said: 4yz or 5yz; 421 ends the session.
        case refused(SMTPReply)
    }

    /// The owner's answer to ``Action/authenticate(user:password:)``.
    public enum AuthenticationVerdict: Sendable, Hashable {
        /// Name and password are right.
        case accepted
        /// They are not.
        case refused
        /// Nobody can tell at the moment.
        case unavailable
    }

    /// The owner's answer to ``Action/completeMessage``.
    public enum StoreVerdict: Sendable, Hashable {
        /// The message is on disk; the id is shown to the client.
        case stored(id: String)
        /// It is not, and this is to be said: 4yz or 5yz; 421 ends the session.
        case refused(SMTPReply)
    }

    /// What a session waits for.
    public enum Wait: Sendable, Hashable, CaseIterable {
        /// The next line of the client.
        case command
        /// The next octets of a message.
        case content
        /// The end of the TLS handshake.
        case tls
    }

    /// A mail's sender and recipients (RFC 5321, 2.3.1).
    public struct Envelope: Sendable, Hashable {
        /// The reverse path.
        public var sender: SMTPEnvelopeAddress
        /// What else MAIL said.
        public var parameters: SMTPMailParameters
        /// The recipients that were accepted, in order.
        public var recipients: [Recipient]

        /// Makes an envelope.
        public init(
            sender: SMTPEnvelopeAddress, parameters: SMTPMailParameters = SMTPMailParameters(),
            recipients: [Recipient] = []
        ) {
            self.sender = sender
            self.parameters = parameters
            self.recipients = recipients
        }

        /// One recipient.
        public struct Recipient: Sendable, Hashable {
            /// The forward path.
            public var address: SMTPEnvelopeAddress
            /// What else RCPT said.
            public var parameters: SMTPRecipientParameters

            /// Makes a recipient.
            public init(address: SMTPEnvelopeAddress, parameters: SMTPRecipientParameters = SMTPRecipientParameters()) {
                self.address = address
                self.parameters = parameters
            }
        }
    }
}
