import DNS
import Testing

struct DNSAnswerReaderTests {
    private func message(
        _ answers: String, authority: String = "", code: DNSResponseCode = .noError, isAuthoritative: Bool = false
    ) throws -> DNSMessage {
        var message = DNSMessage(id: 0, questions: [])
        message.isResponse = true
        message.isAuthoritative = isAuthoritative
        message.responseCode = code
        message.answers = try MasterFile(parsing: answers).records
        message.authorities = try MasterFile(parsing: authority).records
        return message
    }

    private func take(_ message: DNSMessage) throws -> DNSAnswerReader.Step {
        var answer = DNSAnswerReader(DNSQuestion(try #require(DNSName("www.kunde.example")), .a))
        return try answer.take(message)
    }

    private func answer(_ message: DNSMessage) throws -> DNSAnswer {
        guard case .finish(let answer) = try take(message) else { throw DNSFailure(.malformed) }
        return answer
    }

    private static let authority = "kunde.example 3600 SOA ns. admin. 1 2 3 4 300"

    @Test func findsRecordsBehindAliasesInAnyOrder() throws {
        let found = try answer(
            try message(
                """
                b.kunde.example 60 A 192.0.2.1
                b.kunde.example 90 A 192.0.2.2
                b.kunde.example 60 A 192.0.2.1
                a.kunde.example 50 CNAME b.kunde.example
                WWW.kunde.example 70 CNAME a.kunde.example
                fremd.example 1 A 192.0.2.66
                """))
        #expect(found.outcome == .found)
        #expect(found.addresses.map(\.description) == ["192.0.2.1", "192.0.2.2"])
        #expect(found.aliases.count == 2)
        #expect(found.ttl == 50)
        #expect(found.verdict == .insecure)
    }

    @Test func tellsMissingNamesFromMissingRecords() throws {
        let name = try answer(try message("", authority: Self.authority, code: .noSuchName))
        #expect(name == DNSAnswer(outcome: .noSuchName, ttl: 300))
        let record = try answer(try message("", authority: Self.authority))
        #expect(record == DNSAnswer(outcome: .noSuchRecord, ttl: 300))
        #expect(try answer(try message("")) == DNSAnswer(outcome: .noSuchRecord, ttl: 0))
        let foreign = try answer(
            try message("", authority: "andere.example 3600 SOA ns. admin. 1 2 3 4 300", isAuthoritative: true))
        #expect(foreign.ttl == 0, "somebody else's SOA record says nothing of this name")
    }

    @Test func asksOnWhereTheServerKnowsOnlyTheAlias() throws {
        let alias = try message("www.kunde.example 60 CNAME web.anbieter.example", isAuthoritative: true)
        #expect(try take(alias) == .ask(try #require(DNSName("web.anbieter.example"))))
        var chain = DNSAnswerReader(DNSQuestion(try #require(DNSName("www.kunde.example")), .a))
        _ = try chain.take(alias)
        guard case .finish(let end) = try chain.take(try message("web.anbieter.example 20 A 192.0.2.1")) else {
            Issue.record("not finished")
            return
        }
        #expect(end.aliases.count == 1)
        #expect(end.ttl == 20)
        let ended = try answer(
            try message("www.kunde.example 60 CNAME web.kunde.example", authority: Self.authority))
        #expect(ended.outcome == .noSuchRecord)
    }

    @Test func noticesLoopsOverSeveralMessages() throws {
        var chain = DNSAnswerReader(DNSQuestion(try #require(DNSName("www.kunde.example")), .a))
        #expect(
            try chain.take(try message("www.kunde.example 60 CNAME a.example"))
                == .ask(try #require(DNSName("a.example"))))
        #expect { try chain.take(try message("a.example 60 CNAME www.kunde.example")) } throws: {
            ($0 as? DNSFailure)?.code == .aliasLoop
        }
    }

    @Test func takesNoReferralForAnAnswer() throws {
        let referral = try message("", authority: "kunde.example 60 NS ns.anbieter.example")
        #expect { try take(referral) } throws: { ($0 as? DNSFailure)?.code == .refused }
        var own = referral
        own.isAuthoritative = true
        #expect(try answer(own).outcome == .noSuchRecord)
    }
}
