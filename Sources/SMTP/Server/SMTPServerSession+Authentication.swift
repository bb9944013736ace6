extension SMTPServerSession {
    /// What the next line of a sign-in is.
    enum SignIn: Sendable {
        case plainResponse
        case loginUser
        case loginPassword(user: String)
    }

    mutating func authenticate(_ name: String, _ response: SMTPSecret?) -> [Action] {
        guard clientName != nil, isExtended else { return refuse(.sequence("Say EHLO first")) }
        guard !configuration.offer.authentication.isEmpty else { return refuse(SMTPReply(502, 5, 1, "Not offered")) }
        // RFC 4954, 6 and RFC 5248: 538 with X.7.11
        guard isSecured else { return refuse(SMTPReply(538, 7, 11, "Not without TLS")) }
        // RFC 4954, 4: once in a session, and not within a mail.
        guard user == nil else { return refuse(.sequence("You are signed in already")) }
        guard envelope == nil else { return refuse(.sequence("Not within a mail")) }
        guard let mechanism = SMTPAuthenticationMechanism(rawValue: name), offer.authentication.contains(mechanism)
        else { return refuse(SMTPReply(504, 5, 4, "This mechanism is not offered")) }
        let signIn: SignIn = mechanism == .plain ? .plainResponse : .loginUser
        if let response { return responseGiven(response.text, signIn) }
        return challenge(signIn)
    }

    private mutating func challenge(_ signIn: SignIn) -> [Action] {
        state = .authenticating(signIn)
        let text =
            switch signIn {
            case .plainResponse: ""
            case .loginUser: Base64.encode("Username:".utf8)
            case .loginPassword: Base64.encode("Password:".utf8)
            }
        return [.reply(SMTPReply(code: 334, lines: [text]))]
    }

    mutating func responseReceived(_ line: [UInt8], _ signIn: SignIn) -> [Action] {
        // RFC 4954, 4: a lone asterisk gives the sign-in up.
        if line == [UInt8(ascii: "*")] {
            state = .ready
            return [.reply(SMTPReply(501, 7, 0, "The sign-in was given up"))]
        }
        return responseGiven(String(decoding: line, as: UTF8.self), signIn)
    }

    private mutating func responseGiven(_ text: String, _ signIn: SignIn) -> [Action] {
        state = .ready
        // RFC 4954, 4: 501 if the response is not base64.
        guard let octets = Base64.decode(text) else { return refuse(SMTPReply(501, 5, 2, "This is not base64")) }
        switch signIn {
        case .plainResponse:
            // RFC 4616, 2: `message = [authzid] UTF8NUL authcid UTF8NUL passwd`
            let parts = octets.split(separator: 0, omittingEmptySubsequences: false)
            guard parts.count == 3, let asked = Self.text(parts[0]), let user = Self.text(parts[1]),
                let password = Self.text(parts[2])
            else { return refuse(SMTPReply(501, 5, 2, "This is no response of PLAIN")) }
            // Nobody acts for another.
            guard asked.isEmpty || asked == user else { return signInFailed() }
            return ask(user, password)
        case .loginUser:
            guard let user = Self.text(octets[...]) else { return refuse(SMTPReply(501, 5, 2, "This is no name")) }
            return challenge(.loginPassword(user: user))
        case .loginPassword(let user):
            guard let password = Self.text(octets[...]) else {
                return refuse(SMTPReply(501, 5, 2, "This is no password"))
            }
            return ask(user, password)
        }
    }

    private static func text(_ octets: ArraySlice<UInt8>) -> String? {
        octets.contains(0) ? nil : String(validating: octets, as: UTF8.self)
    }

    private mutating func ask(_ user: String, _ password: String) -> [Action] {
        // An empty password must never come through to a back end that takes it for "anonymous".
        guard !user.isEmpty, !password.isEmpty else { return signInFailed() }
        state = .waiting(.authentication(user: user))
        return [.authenticate(user: user, password: SMTPSecret(password))]
    }

    mutating func authenticationAnswered(_ verdict: AuthenticationVerdict) -> [Action] {
        guard case .waiting(.authentication(let name)) = state else { return [] }
        state = .ready
        switch verdict {
        case .accepted:
            user = name
            return [.reply(SMTPReply(235, 7, 0, "Signed in"))]
        case .refused: return signInFailed()
        // RFC 4954, 6
        case .unavailable: return [.reply(SMTPReply(454, 7, 0, "Signing in is not possible at the moment"))]
        }
    }

    private mutating func signInFailed() -> [Action] {
        counts.failedSignIns += 1
        guard counts.failedSignIns < configuration.limits.failedSignIns else {
            return close(SMTPReply(421, 7, 0, "Too many failed sign-ins"))
        }
        // RFC 4954, 6: the same for a wrong name and a wrong password.
        return [.reply(SMTPReply(535, 7, 8, "Name or password is wrong"))]
    }
}
