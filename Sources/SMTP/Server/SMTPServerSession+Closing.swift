extension SMTPServerSession {
    /// Ends the session; a message that is not complete is given up.
    mutating func close(_ reply: SMTPReply?) -> [Action] {
        var actions: [Action] = []
        switch state {
        case .waiting(.begin): actions.append(.discardMessage)
        case .content(let content) where content.decoder.problem == nil: actions.append(.discardMessage)
        default: break
        }
        state = .closed
        backlog = []
        envelope = nil
        if let reply { actions.append(.reply(reply)) }
        return actions + [.close]
    }

    /// Answers an error of the client; too many of them end the session.
    mutating func refuse(_ reply: SMTPReply) -> [Action] {
        counts.errors += 1
        guard counts.errors < configuration.limits.errors else {
            return close(SMTPReply(421, 7, 0, "Too many errors"))
        }
        return [.reply(reply)]
    }

    /// Sends the refusal that the owner chose; 421 ends the session (RFC 5321, 3.8).
    mutating func pass(_ refusal: SMTPReply) -> [Action] {
        guard refusal.isTransient || refusal.isPermanent else {
            return [.reply(SMTPReply(451, 3, 0, "Not possible at the moment"))]
        }
        return refusal.code == 421 ? close(refusal) : [.reply(refusal)]
    }

    mutating func timedOut() -> [Action] {
        guard let wait else { return [] }
        // RFC 5321, 4.5.3.2.7 and 3.8. In the middle of a handshake nothing can be said.
        return close(wait == .tls ? nil : SMTPReply(421, 4, 2, "\(configuration.hostName) Nothing came for too long"))
    }

    mutating func shutDown() -> [Action] {
        switch state {
        case .waiting(.store):
            // The client shall hear what became of its mail.
            isShuttingDown = true
            return []
        case .securing, .initial: return close(nil)
        default: return close(shutdownReply)
        }
    }

    /// RFC 5321, 3.8: 421 when the server goes down.
    var shutdownReply: SMTPReply { SMTPReply(421, 3, 2, "\(configuration.hostName) The service goes down") }
}
