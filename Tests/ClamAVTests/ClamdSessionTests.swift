import Testing

@testable import ClamAV

@Suite struct ClamdSessionTests {
    private func answered(_ text: String, sent: Bool = true) -> Result<ClamdReply, ClamdFailure>? {
        var session = ClamdSession(.stream)
        if sent { _ = session.end() }
        session.receive(Array(text.utf8))
        return session.result
    }

    private func kind(_ result: Result<ClamdReply, ClamdFailure>?) -> ClamdFailure.Kind? {
        guard case .failure(let failure)? = result else { return nil }
        return failure.kind
    }

    @Test func whatIsSentIsFramed() {
        #expect(ClamdSession(.stream).opening == Array("zINSTREAM\0".utf8))
        #expect(ClamdSession(.version).opening == Array("zVERSION\0".utf8))
        #expect(ClamdSession.header(ofChunk: 0x01_02_03) == [0, 1, 2, 3])
        var session = ClamdSession(.stream)
        #expect(session.end() == [0, 0, 0, 0])
    }

    @Test func answersAreRead() {
        #expect(answered("stream: OK\0") == .success(.clean))
        #expect(answered("stream: Eicar-Test-Signature FOUND\0") == .success(.found("Eicar-Test-Signature")))
        #expect(answered("INSTREAM size limit exceeded. ERROR\0") == .success(.tooLarge))
        #expect(
            answered("stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND\0") == .success(.tooLarge))
        #expect(answered("stream: Heuristics.Encrypted.Zip FOUND\0") == .success(.found("Heuristics.Encrypted.Zip")))
        var version = ClamdSession(.version)
        version.receive(Array("ClamAV 1.4.3/27500/Mon".utf8))
        #expect(version.result == nil)
        version.receive([0])
        #expect(version.result == .success(.version("ClamAV 1.4.3/27500/Mon")))
    }

    @Test func anAnswerMayComeOctetByOctet() {
        var session = ClamdSession(.stream)
        _ = session.end()
        for octet in "stream: A FOUND\0".utf8 { session.receive([octet]) }
        #expect(session.result == .success(.found("A")))
    }

    @Test func nothingFoundCountsOnlyWhenAllWasSent() {
        #expect(kind(answered("stream: OK\0", sent: false)) == .malformed)
        // A find may come early.
        #expect(answered("stream: A FOUND\0", sent: false) == .success(.found("A")))
        #expect(answered("INSTREAM size limit exceeded. ERROR\0", sent: false) == .success(.tooLarge))
    }

    @Test func whatIsNoAnswerIsNeverTakenForOne() {
        for text in [
            "\0", "OK\0", "stream: ok\0", "stream: OK\n\0", "stream:OK\0", "xstream: OK\0", "stream: FOUND\0",
            "stream:  FOUND\0", "PONG\0", "HTTP/1.1 200 OK\r\n\0",
        ] {
            #expect(kind(answered(text)) == .malformed, "\(text)")
        }
        #expect(kind(answered("Can't allocate memory ERROR\0")) == .refused)
        #expect(kind(answered("UNKNOWN COMMAND\0")) == .malformed)
        var version = ClamdSession(.version)
        version.receive(Array("stream: OK\0".utf8))
        #expect(kind(version.result) == .malformed)
    }

    @Test func anEndlessLineIsGivenUp() {
        var session = ClamdSession(.stream)
        _ = session.end()
        session.receive([UInt8](repeating: 0x41, count: ClamdSession.longestReply))
        #expect(session.result == nil)
        session.receive([0x41])
        #expect(kind(session.result) == .malformed)
        // The first answer stays.
        session.receive(Array("stream: OK\0".utf8))
        #expect(kind(session.result) == .malformed)
    }

    @Test func namesAreShortAndPrintable() {
        let name = "Ünfug\u{1B}[31m" + String(repeating: "x", count: 500)
        guard case .success(.found(let shown))? = answered("stream: \(name) FOUND\0") else {
            Issue.record("no find")
            return
        }
        #expect(shown.utf8.count == ClamdReply.longestName)
        #expect(shown.utf8.allSatisfy { (0x20...0x7E).contains($0) })
    }

    @Test func theEndAndSilenceAreFailures() {
        var closed = ClamdSession(.stream)
        closed.receive(Array("stream: OK".utf8))
        closed.close()
        #expect(kind(closed.result) == .closed)
        var silent = ClamdSession(.version)
        silent.timeOut()
        #expect(kind(silent.result) == .timeout)
        // What came before stays.
        var done = ClamdSession(.version)
        done.receive(Array("ClamAV 1\0".utf8))
        done.close()
        #expect(done.result == .success(.version("ClamAV 1")))
    }
}
