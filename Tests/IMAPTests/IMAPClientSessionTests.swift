import IMAP
import Testing

@Suite struct IMAPClientSessionTests {
    private struct Peer {
        var session: IMAPClientSession
        var actions: [IMAPClientSession.Action] = []

        init(
            _ security: IMAPClientSession.Security, clear: Bool = false, token: Bool = false,
            password: String = "geheim!"
        ) throws {
            let credentials =
                token
                ? IMAPCredentials.xoauth2(user: "b", accessToken: "tok-en-123")
                : .password(user: "b", password: password)
            session = IMAPClientSession(
                configuration: .init(
                    security: security, credentials: try #require(credentials), allowsCleartextAuthentication: clear))
            actions = session.received(.connected)
        }

        /// What the client sends on lines of the server.
        mutating func says(_ lines: String...) -> [IMAPClientSession.Action] {
            actions = []
            for line in lines {
                var parser = IMAPResponseParser()
                switch parser.consume(Array((line + "\r\n").utf8)).outcome {
                case .response(let response): actions += session.received(.response(response))
                case .violation(let violation): actions += session.received(.violation(violation))
                case .incomplete: Issue.record("incomplete: \(line)")
                }
            }
            return actions
        }

        var sent: [String] {
            actions.compactMap {
                if case .send(let octets) = $0 { String(decoding: octets, as: UTF8.self) } else { nil }
            }
        }

        var failure: IMAPFailure? {
            actions.lazy.compactMap { action in
                switch action {
                case .failed(let failure), .finished(.failure(let failure)): failure
                default: nil
                }
            }.first
        }
    }

    @Test func overTLSItSignsInWithOneAnswer() throws {
        var peer = try Peer(.tls)
        #expect(peer.actions == [.startTLS])
        peer.actions = peer.session.received(.tlsEstablished)
        _ = peer.says("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] hi")
        #expect(peer.sent == ["d1 AUTHENTICATE PLAIN AGIAZ2VoZWltIQ==\r\n"])
        #expect(peer.says("* CAPABILITY IMAP4rev1 MOVE UIDPLUS", "d1 OK in") == [.ready])
        #expect(peer.session.capabilities.contains("MOVE") && peer.session.isIdle)
    }

    @Test func withoutAnInitialAnswerTheServerIsAwaited() throws {
        var peer = try Peer(.none, clear: true)
        _ = peer.says("* OK hi")
        #expect(peer.sent == ["d1 CAPABILITY\r\n"])
        _ = peer.says("* CAPABILITY IMAP4rev1 AUTH=PLAIN", "d1 OK")
        #expect(peer.sent == ["d2 AUTHENTICATE PLAIN\r\n"])
        _ = peer.says("+ ")
        #expect(peer.sent == ["AGIAZ2VoZWltIQ==\r\n"])
        #expect(peer.says("d2 OK") == [.ready])
    }

    @Test func passwordsOfAnyCharactersGoByLogin() throws {
        var peer = try Peer(.none, clear: true, password: "a\"b\\c")
        _ = peer.says("* OK [CAPABILITY IMAP4rev1] hi")
        #expect(peer.sent == ["d1 LOGIN \"b\" \"a\\\"b\\\\c\"\r\n"])
        peer = try Peer(.none, clear: true, password: "größe")
        _ = peer.says("* OK [CAPABILITY IMAP4rev1] hi")
        #expect(peer.sent == ["d1 LOGIN \"b\" {7}\r\n"])
        _ = peer.says("+ go on")
        #expect(peer.sent == ["größe\r\n"])
    }

    @Test func aTokenGoesByXOAUTH2AndItsRefusalIsUnderstood() throws {
        var peer = try Peer(.none, clear: true, token: true)
        _ = peer.says("* OK [CAPABILITY IMAP4rev1 AUTH=XOAUTH2 SASL-IR] hi")
        #expect(
            peer.sent.first?.hasPrefix("d1 AUTHENTICATE XOAUTH2 dXNlcj1iAWF1dGg9QmVhcmVyIHRvay1lbi0xMjMBAQ==") == true)
        _ = peer.says("+ eyJzdGF0dXMiOiI0MDEifQ==")
        #expect(peer.sent == ["\r\n"])
        _ = peer.says("d1 NO [AUTHENTICATIONFAILED] no tok-en-123")
        #expect(peer.failure == IMAPFailure(.authentication, .authentication, "no ***"))
    }

    @Test func withSTARTTLSNothingButThatIsSaidInTheClear() throws {
        var peer = try Peer(.startTLS)
        _ = peer.says("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN STARTTLS] hi")
        #expect(peer.sent == ["d1 CAPABILITY\r\n"])
        _ = peer.says("* CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN", "d1 OK")
        #expect(peer.sent == ["d2 STARTTLS\r\n"])
        #expect(peer.says("d2 OK begin") == [.startTLS])
        peer.actions = peer.session.received(.tlsEstablished)
        #expect(peer.session.capabilities.isEmpty)
        #expect(peer.sent == ["d3 CAPABILITY\r\n"])
    }

    @Test func anAnswerSentAheadOfTheHandshakeEndsAll() throws {
        var peer = try Peer(.startTLS)
        _ = peer.says("* OK hi", "* CAPABILITY STARTTLS", "d1 OK", "d2 OK begin")
        _ = peer.says("* CAPABILITY AUTH=PLAIN")
        #expect(peer.failure?.kind == .injection && peer.session.isClosed)
    }

    @Test func aServerThatSkipsTheSignInCannotAvoidTLS() throws {
        var peer = try Peer(.startTLS)
        _ = peer.says("* PREAUTH hello")
        #expect(peer.failure?.kind == .tlsNotOffered)
        peer = try Peer(.startTLS)
        _ = peer.says("* OK hi", "* CAPABILITY IMAP4rev1", "d1 OK")
        #expect(peer.failure?.kind == .tlsNotOffered)
    }

    @Test func credentialsStayHereWithoutProtection() throws {
        var peer = try Peer(.none)
        _ = peer.says("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hi")
        #expect(peer.failure?.kind == .authenticationNotPossible && peer.sent.isEmpty)
        peer = try Peer(.none, clear: true)
        _ = peer.says("* OK [CAPABILITY IMAP4rev1 LOGINDISABLED] hi")
        #expect(peer.failure?.kind == .authenticationNotPossible)
    }

    private func ready() throws -> Peer {
        var peer = try Peer(.none, clear: true)
        _ = peer.says("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] hi", "d1 OK")
        return peer
    }

    @Test func aCommandBringsItsData() throws {
        var peer = try ready()
        let folder = try #require(IMAPFolderName("Rückläufer & mehr"))
        peer.actions = peer.session.received(.begin(.select(folder)))
        #expect(peer.sent == ["d2 SELECT \"R&APw-ckl&AOQ-ufer &- mehr\"\r\n"])
        _ = peer.says("* 3 EXISTS", "* OK [UIDVALIDITY 77] ok", "* OK [UIDNEXT 12] ok", "d2 OK [READ-WRITE] done")
        guard case .finished(.success(let answer))? = peer.actions.last else {
            Issue.record("no answer")
            return
        }
        #expect(answer.number("UIDVALIDITY") == 77 && answer.number("UIDNEXT") == 12)
        peer.actions = peer.session.received(.begin(.search(5...11)))
        #expect(peer.sent == ["d3 UID SEARCH UID 5:11\r\n"])
        _ = peer.says("* SEARCH 9 5 7", "d3 OK")
        guard case .finished(.success(let found))? = peer.actions.last else { return }
        #expect(found.found == [5, 7, 9])
    }

    @Test func aRefusedCommandLeavesTheConnectionUsable() throws {
        var peer = try ready()
        peer.actions = peer.session.received(.begin(.noOperation))
        _ = peer.says("d2 NO not now")
        #expect(peer.failure == IMAPFailure(.command, .refused, "not now") && peer.session.isIdle)
    }

    @Test(arguments: ["d9 OK", "+ what"])
    func whatWasNotAskedEndsTheConnection(_ line: String) throws {
        var peer = try ready()
        peer.actions = peer.session.received(.begin(.noOperation))
        _ = peer.says(line)
        #expect(peer.failure?.kind == .protocol && peer.session.isClosed)
    }

    @Test func aGoodbyeIsTheReasonOfTheClosing() throws {
        var peer = try ready()
        peer.actions = peer.session.received(.begin(.noOperation))
        _ = peer.says("* BYE shutting down")
        peer.actions = peer.session.received(.closed)
        #expect(peer.failure == IMAPFailure(.command, .closed, "shutting down"))
    }

    @Test func dataWithoutEndIsNotGathered() throws {
        var peer = try ready()
        peer.actions = peer.session.received(.begin(.noOperation))
        for _ in 0...10_000 { peer.actions = peer.session.received(.response(.data([.atom("1"), .atom("EXISTS")]))) }
        #expect(peer.failure?.kind == .protocol)
    }

    @Test func secretsAreNotShown() throws {
        let credentials = try #require(IMAPCredentials.password(user: "b", password: "geheim!"))
        #expect(!"\(credentials)".contains("geheim") && !String(reflecting: credentials).contains("geheim"))
        #expect(IMAPCredentials.password(user: "a\r\nb", password: "x") == nil)
        #expect(IMAPFolderName("a\r\nb") == nil && IMAPFolderName("") == nil)
    }
}
