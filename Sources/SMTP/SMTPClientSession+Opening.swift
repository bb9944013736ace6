extension SMTPClientSession {
    /// The steps of a sign-in that are still to come.
    struct Authentication: Sendable {
        var mechanism: String
        /// The lines that further 334 replies ask for.
        var responses: [String]
        /// Mechanisms to try if the server does not know this one.
        var alternatives: [String]
        /// What the server said before it wanted to hear the empty line (XOAUTH2), or why we gave up.
        var complaint: String?
    }

    mutating func connected() -> [Action] {
        guard case .initial = state else { return [] }
        if configuration.security == .tls {
            state = .securing(isImplicit: true)
            return [.startTLS]
        }
        state = .greeting
        return []
    }

    mutating func tlsEstablished() -> [Action] {
        guard case .securing(let isImplicit) = state else { return [] }
        isSecured = true
        if isImplicit {
            state = .greeting
            return []
        }
        return sayHello()
    }

    private mutating func sayHello() -> [Action] {
        state = .hello(isExtended: true)
        return [.send([.ehlo(configuration.helloName)])]
    }

    mutating func greeted(_ reply: SMTPReply) -> [Action] {
        // RFC 5321, 3.1 and 4.3.2: 220, or 554 from a server that takes no mail.
        if reply.code == 220 { return sayHello() }
        return refuseOpening(reply, text: "The server takes no connection: \(reply)")
    }

    mutating func helloAnswered(_ reply: SMTPReply, isExtended: Bool) -> [Action] {
        if reply.isSuccess {
            let offered = SMTPCapabilities(reply, isExtended: isExtended)
            capabilities = offered
            return proceed(with: offered)
        }
        // RFC 5321, 3.2 and 4.1.1.1: a server that does not know EHLO is greeted with HELO.
        if isExtended, reply.isPermanent {
            state = .hello(isExtended: false)
            return [.send([.helo(configuration.helloName)])]
        }
        return refuseOpening(reply, text: "The server does not accept our name: \(reply)")
    }

    private mutating func proceed(with offered: SMTPCapabilities) -> [Action] {
        let wantsTLS =
            switch configuration.security {
            case .startTLS: true
            case .opportunistic: offered.startTLS
            case .none, .tls: false
            }
        if wantsTLS, !isSecured {
            guard offered.startTLS else {
                return fail(
                    SMTPFailure(
                        phase: .startTLS, kind: .tlsNotOffered,
                        text: "TLS is required, and the server does not offer STARTTLS."), politely: true)
            }
            state = .startTLS
            return [.send([.startTLS])]
        }
        if let credentials = configuration.credentials, !isAuthenticated {
            guard isSecured || configuration.allowsCleartextAuthentication else {
                return fail(
                    SMTPFailure(
                        phase: .authentication, kind: .authenticationNotPossible,
                        text: "The connection is not secured, so the password is not sent."), politely: true)
            }
            let common = credentials.mechanisms.filter { offered.authenticationMechanisms.contains($0) }
            guard !common.isEmpty else {
                let list = offered.authenticationMechanisms.joined(separator: ", ")
                return fail(
                    SMTPFailure(
                        phase: .authentication, kind: .authenticationNotPossible,
                        text: "The server offers no way to sign in that we know (it offers: "
                            + "\(list.isEmpty ? "none" : list))."), politely: true)
            }
            return authenticate(credentials, with: common)
        }
        state = .idle
        return [.ready(offered)]
    }

    mutating func startTLSAnswered(_ reply: SMTPReply) -> [Action] {
        guard reply.code == 220 else {
            return refuseOpening(reply, kind: .tls, text: "The server refuses STARTTLS: \(reply)")
        }
        // RFC 3207, 4.2: what was learned before the handshake is forgotten.
        capabilities = nil
        state = .securing(isImplicit: false)
        return [.startTLS]
    }

    private mutating func authenticate(_ credentials: SMTPCredentials, with mechanisms: [String]) -> [Action] {
        let mechanism = mechanisms[0]
        var responses: [String]
        switch mechanism {
        case "PLAIN": responses = [Base64.encode(credentials.plainResponse)]
        case "LOGIN": responses = [Base64.encode(credentials.user.utf8), Base64.encode(credentials.secret.utf8)]
        default: responses = [Base64.encode(credentials.xoauth2Response)]
        }
        var initial: String?
        // RFC 4954, 4: no initial response if the line would be longer than 512 octets. LOGIN knows none everywhere.
        if mechanism != "LOGIN", "AUTH \(mechanism) \(responses[0])\r\n".utf8.count <= 512 {
            initial = responses.removeFirst()
        }
        state = .authenticating(
            Authentication(
                mechanism: mechanism, responses: responses, alternatives: Array(mechanisms.dropFirst())))
        return [.send([.auth(mechanism: mechanism, initialResponse: initial)])]
    }

    mutating func authenticationAnswered(_ reply: SMTPReply, _ current: Authentication) -> [Action] {
        var authentication = current
        if reply.isSuccess {
            guard authentication.complaint == nil else {
                return fail(.protocol, "The server accepted a sign-in that was given up.")
            }
            isAuthenticated = true
            state = .idle
            return [.ready(capabilities ?? SMTPCapabilities(reply, isExtended: false))]
        }
        if reply.isIntermediate {
            guard authentication.complaint == nil else {
                return fail(.protocol, "The server asks for more than the sign-in has.")
            }
            if !authentication.responses.isEmpty {
                let response = authentication.responses.removeFirst()
                state = .authenticating(authentication)
                return [.send([.authResponse(response)])]
            }
            // XOAUTH2: the error comes as a challenge, which an empty line answers; then the refusal follows.
            // Any other mechanism that wants more is given up (RFC 4954, 4).
            let isOAuth = authentication.mechanism == "XOAUTH2"
            authentication.complaint =
                isOAuth ? Self.challengeText(reply) : "the server asks for more than \(authentication.mechanism) has"
            state = .authenticating(authentication)
            return [.send([.authResponse(isOAuth ? "" : "*")])]
        }
        if reply.code == 504, authentication.complaint == nil, let credentials = configuration.credentials,
            !authentication.alternatives.isEmpty
        {
            return authenticate(credentials, with: authentication.alternatives)
        }
        let complaint = authentication.complaint.map { " (\($0))" } ?? ""
        return refuseOpening(
            reply, kind: .authentication, text: "The server refuses the sign-in: \(reply)\(complaint)")
    }

    private static func challengeText(_ reply: SMTPReply) -> String {
        let octets = Base64.decode(reply.lines[0]) ?? []
        return SMTPSafeText.shortened(String(decoding: octets, as: UTF8.self), to: 200)
    }

    /// What is wrong while a connection is opened concerns the host and no mail: it is never permanent.
    private mutating func refuseOpening(
        _ reply: SMTPReply, kind: SMTPFailure.Kind = .rejected, text: String
    ) -> [Action] {
        guard reply.isTransient || reply.isPermanent else {
            return fail(.protocol, "The server's reply does not fit: \(reply)")
        }
        return fail(SMTPFailure(phase: phase, kind: kind, reply: reply, text: text), politely: true)
    }
}
