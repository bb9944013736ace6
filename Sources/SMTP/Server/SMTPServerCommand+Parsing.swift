extension SMTPServerCommand {
    /// Reads a command line.
    ///
    /// - Parameters:
    ///   - line: The line without its CR LF.
    ///   - offer: What the server offers at this moment: other parameters are unknown.
    /// - Throws: ``Problem``, from which the reply follows.
    public init(parsing line: some Collection<UInt8>, offer: SMTPServerOffer) throws(Problem) {
        var octets = Array(line)
        // RFC 5321, 4.1.1: white space before the CR LF is tolerated.
        while let last = octets.last, last == 0x20 || last == 0x09 { octets.removeLast() }
        let verb = octets.prefix { $0 != 0x20 }
        let hasArgument = verb.count < octets.count
        let argument = octets.dropFirst(verb.count + 1)
        switch Self.text(verb)?.uppercased() ?? "" {
        case "EHLO": self = .ehlo(try Self.name(argument))
        case "HELO": self = .helo(try Self.name(argument))
        case "MAIL": self = try Self.mail(argument, offer)
        case "RCPT": self = try Self.recipient(argument, offer)
        case "DATA": self = try Self.bare(.data, hasArgument)
        case "RSET": self = try Self.bare(.reset, hasArgument)
        case "QUIT": self = try Self.bare(.quit, hasArgument)
        // RFC 3207, 4: 501 if there are parameters.
        case "STARTTLS": self = try Self.bare(.startTLS, hasArgument)
        case "AUTH": self = try Self.auth(argument)
        case "VRFY":
            guard hasArgument else { throw .badArgument }
            self = .verify
        // RFC 5321, 4.1.1.8 and 4.1.1.9: what stands behind these is ignored.
        case "NOOP": self = .noop
        case "HELP": self = .help
        case "EXPN", "TURN", "ETRN", "ATRN", "SEND", "SOML", "SAML", "BDAT", "BURL": throw .notImplemented
        case "GET", "POST", "PUT", "HEAD", "OPTIONS", "CONNECT", "DELETE", "PATCH", "TRACE": throw .foreignProtocol
        default: throw .unknown
        }
    }

    private static func bare(_ command: SMTPServerCommand, _ hasArgument: Bool) throws(Problem) -> SMTPServerCommand {
        guard !hasArgument else { throw .badArgument }
        return command
    }

    /// RFC 5321, 4.1.1.1: `"EHLO" SP ( Domain / address-literal )`
    private static func name(_ argument: ArraySlice<UInt8>) throws(Problem) -> SMTPHelloName {
        guard let name = text(argument).flatMap({ SMTPHelloName($0) }) else { throw .badArgument }
        return name
    }

    /// RFC 4954, 4: `"AUTH" SP sasl-mech [SP initial-response]`, where `=` is an empty response.
    private static func auth(_ argument: ArraySlice<UInt8>) throws(Problem) -> SMTPServerCommand {
        let words = argument.split(separator: 0x20, omittingEmptySubsequences: false)
        guard words.count <= 2, let mechanism = words.first.flatMap({ text($0) }), !mechanism.isEmpty else {
            throw .syntax
        }
        guard words.count == 2 else { return .auth(mechanism: mechanism.uppercased(), initialResponse: nil) }
        guard let response = text(words[1]), !response.isEmpty else { throw .syntax }
        return .auth(mechanism: mechanism.uppercased(), initialResponse: SMTPSecret(response == "=" ? "" : response))
    }

    private static func mail(_ argument: ArraySlice<UInt8>, _ offer: SMTPServerOffer) throws(Problem) -> Self {
        let (path, words) = try SMTPPathScanner.scan(argument, after: "FROM:")
        let parameters = try SMTPMailParameters(words, offer)
        if path.isEmpty { return .mail(.null, parameters) }
        return .mail(try address(path, parameters.smtpUTF8, otherwise: .badSender), parameters)
    }

    private static func recipient(_ argument: ArraySlice<UInt8>, _ offer: SMTPServerOffer) throws(Problem) -> Self {
        let (path, words) = try SMTPPathScanner.scan(argument, after: "TO:")
        let parameters = try SMTPRecipientParameters(words, offer)
        // RFC 5321, 4.1.1.3 and 4.5.1
        if text(path)?.lowercased() == "postmaster" { return .recipient(.postmaster, parameters) }
        guard !path.isEmpty else { throw .badRecipient }
        return .recipient(.mailbox(try address(path, offer.smtpUTF8, otherwise: .badRecipient)), parameters)
    }

    private static func address(
        _ path: ArraySlice<UInt8>, _ allowsUTF8: Bool, otherwise problem: Problem
    ) throws(Problem) -> SMTPEnvelopeAddress {
        let isASCII = path.allSatisfy { $0 < 0x80 }
        guard isASCII || allowsUTF8 else { throw .needsSMTPUTF8 }
        guard let mailbox = String(validating: path, as: UTF8.self) else { throw problem }
        do throws(SMTPEnvelopeAddress.Problem) {
            return try SMTPEnvelopeAddress(mailbox, mappingDomain: !isASCII)
        } catch { throw problem }
    }

    /// - Returns: nil if there are other than printable ASCII characters.
    static func text(_ octets: ArraySlice<UInt8>) -> String? {
        octets.allSatisfy { (32...126).contains($0) } ? String(decoding: octets, as: UTF8.self) : nil
    }
}
