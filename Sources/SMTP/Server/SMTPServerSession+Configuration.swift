extension SMTPServerSession {
    /// What a server offers, asks for and bears.
    public struct Configuration: Sendable, Hashable {
        /// Our name in the greeting and in the answer to EHLO.
        public var hostName: SMTPHelloName
        /// What stands behind the name in the greeting; what is not printable ASCII goes out as question marks.
        public var greeting: String
        /// What is offered when everything is. STARTTLS is left out over TLS, AUTH and REQUIRETLS without it.
        public var offer: SMTPServerOffer
        /// Whether a mail may begin only over TLS (RFC 3207, 4). Not for the port that the whole world sends to.
        public var requiresTLS: Bool
        /// Whether a mail may begin only after a sign-in (RFC 6409, 4.3).
        public var requiresAuthentication: Bool
        /// What is borne of one client.
        public var limits: Limits
        /// How long is waited. The session has no clock: this is for its owner.
        public var timeouts: SMTPServerTimeouts

        /// Makes a configuration.
        ///
        /// - Parameters:
        ///   - hostName: Our name.
        ///   - greeting: What stands behind the name in the greeting.
        ///   - offer: What is offered when everything is.
        ///   - requiresTLS: Whether a mail may begin only over TLS.
        ///   - requiresAuthentication: Whether a mail may begin only after a sign-in.
        ///   - limits: What is borne of one client.
        ///   - timeouts: How long is waited.
        public init(
            hostName: SMTPHelloName, greeting: String = "ESMTP", offer: SMTPServerOffer = SMTPServerOffer(),
            requiresTLS: Bool = false, requiresAuthentication: Bool = false, limits: Limits = Limits(),
            timeouts: SMTPServerTimeouts = .standard
        ) {
            self.hostName = hostName
            self.greeting = greeting
            self.offer = offer
            self.requiresTLS = requiresTLS
            self.requiresAuthentication = requiresAuthentication
            self.limits = limits
            self.timeouts = timeouts
        }

        var sizeLimit: Int { offer.size.flatMap { $0 > 0 ? $0 : nil } ?? .max }
    }

    /// What is borne of one client.
    public struct Limits: Sendable, Hashable {
        /// The most recipients of a mail. RFC 5321, 4.5.3.1.8 asks for at least 100.
        public var recipients = 1000
        /// The most mails of a connection.
        public var mails = 1000
        /// The error of this number ends the connection. Refusals that the owner chose are not counted; it can choose 421.
        public var errors = 20
        /// The failed sign-in of this number ends the connection.
        public var failedSignIns = 3
        /// The most commands in a row that lead to no mail, such as NOOP.
        public var idleCommands = 100
        /// The longest line of a message in octets, without its CR LF (RFC 5321, 4.5.3.1.6).
        public var lineLength = SMTPContentEncoder.maximumLineLength
        /// The most Received fields of a message. RFC 5321, 6.3 asks for at least 100.
        public var receivedFields = 100
        /// The most octets of a refused message that are read in vain.
        public var discarded = 64 << 20
        /// The most octets that wait while a question is open.
        public var backlog = 256 << 10

        /// Makes the limits; change the single ones afterwards.
        public init() {}
    }
}
