import DNS
import MailAuth
import Testing

struct SPFEvaluatorTests {
    private func evaluate(
        _ records: String, from: String = "anna@kunde.example", at address: String = "192.0.2.1",
        helo: String = "mail.kunde.example", failing: [(String, DNSRecordType?, DNSFailure.Code)] = []
    ) async throws -> SPFResult {
        let zone = try InMemoryZone(records)
        for (name, type, code) in failing {
            zone.fail(try #require(DNSName(name)), type, with: DNSFailure(code, server: "192.0.2.53"))
        }
        let request = SPFRequest(clientAddress: try #require(IPAddress(address)), mailFrom: from, helo: helo)
        return await SPFEvaluator(resolver: zone).evaluate(request)
    }

    // MARK: Results

    @Test(arguments: [
        ("ip4:192.0.2.0/24 -all", SPFResult.Code.pass), ("-all", .fail), ("~all", .softfail), ("?all", .neutral),
        ("", .neutral),
        ("ip4:192.0.2.2 ~all", .softfail), ("ip6:::/0 -all", .fail), ("ip4:0.0.0.0/0", .pass),
        ("?ip4:192.0.2.1 -all", .neutral),
    ]) func comparesAddresses(_ terms: String, _ code: SPFResult.Code) async throws {
        #expect(try await evaluate(#"kunde.example 60 TXT "v=spf1 \#(terms)""#).code == code)
    }

    @Test func saysWhichTermMatchedAndWhatItCost() async throws {
        let result = try await evaluate(
            """
            kunde.example 60 TXT "v=spf1 a mx -all"
            kunde.example 60 A 192.0.2.7
            kunde.example 60 MX 10 mail.kunde.example
            mail.kunde.example 60 A 192.0.2.1
            """)
        #expect(result.code == .pass)
        #expect(result.match?.description == "mx")
        #expect(result.lookups == 2)
        #expect(result.voidLookups == 0)
        #expect(result.decidingDomain == "kunde.example")
        #expect(result.identity == .mailFrom)
        #expect(result.problem == nil)
    }

    @Test func bouncesAreJudgedByTheNameInHELO() async throws {
        let result = try await evaluate(#"mail.kunde.example 60 TXT "v=spf1 ip4:192.0.2.1 -all""#, from: "")
        #expect(result.code == .pass)
        #expect(result.identity == .helo)
    }

    @Test func mappedAddressesAreIPv4() async throws {
        let result = try await evaluate(
            #"kunde.example 60 TXT "v=spf1 ip4:192.0.2.1 -all""#, at: "::ffff:192.0.2.1")
        #expect(result.code == .pass)
    }

    @Test func internationalDomainsAreAskedAsALabels() async throws {
        let result = try await evaluate(
            #"xn--bcher-kva.example 60 TXT "v=spf1 ip4:192.0.2.1 -all""#, from: "anna@bücher.example")
        #expect(result.code == .pass)
    }

    @Test func localPartsBeyondASCIIMatchNothing() async throws {
        let result = try await evaluate(
            """
            kunde.example 60 TXT "v=spf1 exists:%{l}.x.example ?all"
            x.example 60 A 192.0.2.1
            """, from: "jörg@kunde.example")
        #expect(result.code == .neutral)
        #expect(result.voidLookups == 0)
    }

    @Test func redirectTakesTheOtherDomainsRecordAndExplanation() async throws {
        let result = try await evaluate(
            """
            kunde.example 60 TXT "v=spf1 exp=own.example redirect=_spf.provider.example"
            _spf.provider.example 60 TXT "v=spf1 -all exp=why.provider.example"
            why.provider.example 60 TXT "%{c} is not ours; %{d} says so to %{o}"
            own.example 60 TXT "never"
            """)
        #expect(result.code == .fail)
        #expect(result.decidingDomain == "_spf.provider.example")
        #expect(result.explanation == "192.0.2.1 is not ours; _spf.provider.example says so to kunde.example")
        #expect(result.lookups == 1)
    }

    @Test(arguments: [("-all", SPFResult.Code.softfail), ("~all", .softfail), ("?all", .softfail), ("all", .pass)])
    func onlyAPassOfAnIncludedRecordCounts(_ terms: String, _ code: SPFResult.Code) async throws {
        let result = try await evaluate(
            """
            kunde.example 60 TXT "v=spf1 include:_spf.provider.example ~all"
            _spf.provider.example 60 TXT "v=spf1 \(terms)"
            """)
        #expect(result.code == code)
    }

    @Test func macrosAfterAnIncludeAreAboutTheOuterDomainAgain() async throws {
        let result = try await evaluate(
            """
            kunde.example 60 TXT "v=spf1 include:_spf.provider.example exists:%{d} -all"
            kunde.example 60 A 127.0.0.2
            _spf.provider.example 60 TXT "v=spf1 exists:nothing.%{d}"
            """)
        #expect(result.match?.description == "exists:%{d}")
    }

    @Test func namesOfTheClientCountOnlyIfTheyLeadBack() async throws {
        let records = """
            kunde.example 60 TXT "v=spf1 ptr -all"
            1.2.0.192.in-addr.arpa 60 PTR forged.kunde.example
            1.2.0.192.in-addr.arpa 60 PTR mail.kunde.example
            forged.kunde.example 60 A 192.0.2.99
            """
        #expect(try await evaluate(records).code == .fail)
        #expect(try await evaluate(records + "\nmail.kunde.example 60 A 192.0.2.1").code == .pass)
    }

    // MARK: Trouble, each with its own message

    @Test(arguments: [
        "anna@localhost", "anna@[192.0.2.1]", "anna@a..example",
        "anna@" + String(repeating: "x", count: 64) + ".example",
    ])
    func malformedDomainsHaveNoResult(_ from: String) async throws {
        let result = try await evaluate("", from: from)
        #expect(result.code == .none)
        #expect(result.problem?.code == "malformed-domain")
    }

    @Test func domainsThatDoNotExistAreNamed() async throws {
        let result = try await evaluate("")
        #expect(result.code == .none)
        #expect(result.problem == .noSuchDomain(try #require(DNSName("kunde.example"))))
    }

    @Test func domainsWithoutRecordAreNamed() async throws {
        let result = try await evaluate(#"kunde.example 60 TXT "google-site-verification=x""#)
        #expect(result.code == .none)
        #expect(result.problem?.description == "kunde.example has no SPF record")
    }

    @Test func twoRecordsAreAnError() async throws {
        let result = try await evaluate(
            """
            kunde.example 60 TXT "v=spf1 a -all"
            kunde.example 60 TXT "V=SPF1 mx -all"
            kunde.example 60 TXT "v=spf10 is another thing"
            """)
        #expect(result.code == .permerror)
        #expect(result.problem?.description == "kunde.example has 2 SPF records; only one is allowed")
    }

    @Test func aMistakeAnywhereInTheRecordIsFound() async throws {
        let result = try await evaluate(#"kunde.example 60 TXT "v=spf1 ip4:192.0.2.1 -all moo""#)
        #expect(result.code == .permerror)
        #expect(result.problem?.code == "syntax-unknown-mechanism")
    }

    @Test func eightBitRecordsAreAnError() async throws {
        let result = try await evaluate(#"kunde.example 60 TXT "v=spf1 a:\239\187\191x.example -all""#)
        #expect(result.problem?.code == "syntax-not-ascii")
        #expect(result.code == .permerror)
    }

    @Test(arguments: [
        "include:kunde.example -all", "redirect=kunde.example", "include:b.example", "redirect=b.example",
    ])
    func loopsAreNamed(_ terms: String) async throws {
        let result = try await evaluate(
            """
            kunde.example 60 TXT "v=spf1 \(terms)"
            b.example 60 TXT "v=spf1 include:kunde.example ?all"
            """)
        #expect(result.code == .permerror)
        #expect(result.problem?.code == "loop")
        #expect(result.problem?.description.hasSuffix("→ kunde.example") == true)
    }

    @Test func tenTermsMayAskAndNoEleventh() async throws {
        func records(_ count: Int) -> String {
            """
            kunde.example 60 TXT "v=spf1 \(String(repeating: "a ", count: count))-all"
            kunde.example 60 A 192.0.2.9
            """
        }
        let ten = try await evaluate(records(10))
        #expect(ten.code == .fail)
        #expect(ten.lookups == 10)
        let eleven = try await evaluate(records(11))
        #expect(eleven.code == .permerror)
        #expect(eleven.problem == .tooManyLookups)
    }

    @Test func twoQuestionsMayHaveNoAnswerAndNoThird() async throws {
        let two = try await evaluate(#"kunde.example 60 TXT "v=spf1 a:x.example mx:y.example ?all""#)
        #expect(two.code == .neutral)
        #expect(two.voidLookups == 2)
        let three = try await evaluate(#"kunde.example 60 TXT "v=spf1 a:x.example mx:y.example exists:z.example ?all""#)
        #expect(three.code == .permerror)
        #expect(three.problem == .tooManyVoidLookups(try #require(DNSName("z.example")), .a))
    }

    @Test func moreThanTenMailExchangesAreAnError() async throws {
        let exchanges = (0..<11).map { "kunde.example 60 MX \($0) m\($0).kunde.example" }.joined(separator: "\n")
        let result = try await evaluate("kunde.example 60 TXT \"v=spf1 mx -all\"\n" + exchanges)
        #expect(result.code == .permerror)
        #expect(result.problem?.code == "too-many-exchanges")
    }

    @Test func theNullExchangeIsNotAskedFor() async throws {
        let result = try await evaluate("kunde.example 60 TXT \"v=spf1 mx ?all\"\nkunde.example 60 MX 0 .")
        #expect(result.code == .neutral)
        #expect(result.voidLookups == 0)
    }

    @Test func onlyTenNamesOfTheClientAreLookedAt() async throws {
        let names = (0..<11).map { "1.2.0.192.in-addr.arpa 60 PTR m\($0).kunde.example" }
        let addresses = (0..<11).map { "m\($0).kunde.example 60 A 192.0.2.\($0 == 10 ? 1 : 77)" }
        let result = try await evaluate(
            (["kunde.example 60 TXT \"v=spf1 ptr ?all\""] + names + addresses).joined(separator: "\n"))
        #expect(result.code == .neutral)
    }

    @Test(arguments: ["include:no.example", "redirect=no.example"])
    func recordsThatAreNeededAndMissingAreNamed(_ terms: String) async throws {
        let result = try await evaluate(#"kunde.example 60 TXT "v=spf1 \#(terms)""#)
        #expect(result.code == .permerror)
        #expect(result.problem?.description == "the record of kunde.example needs that of no.example, which has none")
    }

    @Test(arguments: DNSFailure.Code.allCases) func failuresOfTheResolverAreTemporary(_ code: DNSFailure.Code)
        async throws
    {
        let first = try await evaluate("", failing: [("kunde.example", nil, code)])
        #expect(first.code == .temperror)
        #expect(first.problem?.description.contains("192.0.2.53") == true)
        let later = try await evaluate(
            #"kunde.example 60 TXT "v=spf1 a:x.example -all""#, failing: [("x.example", .a, code)])
        #expect(later.code == .temperror)
        let included = try await evaluate(
            #"kunde.example 60 TXT "v=spf1 include:x.example -all""#, failing: [("x.example", .txt, code)])
        #expect(included.code == .temperror)
    }

    @Test func failuresOnTheWayToTheClientsNamesDoNotMatch() async throws {
        let records = #"kunde.example 60 TXT "v=spf1 ptr -all""#
        let result = try await evaluate(records, failing: [("1.2.0.192.in-addr.arpa", nil, .serverFailure)])
        #expect(result.code == .fail)
    }

    @Test func macrosThatMakeNoNameMatchNothing() async throws {
        let records = """
            kunde.example 60 TXT "v=spf1 a:%{l}.kunde.example exists:%{h}.x ?all"
            """
        let result = try await evaluate(
            records, from: String(repeating: "l", count: 64) + "@kunde.example", helo: "a...b")
        #expect(result.code == .neutral)
        #expect(result.voidLookups == 0)
        let included = try await evaluate(
            #"kunde.example 60 TXT "v=spf1 include:%{l}.x.example ?all""#, from: "a..b@kunde.example")
        #expect(included.code == .permerror)
        #expect(included.problem?.code == "missing-record")
    }

    @Test func macrosMayMakeNamesThatNoHostHas() async throws {
        let result = try await evaluate(
            """
            kunde.example 60 TXT "v=spf1 exists:%{l}.%{h}.x.example -all"
            a\\032b\\000c.evil\\033.x.example 60 A 127.0.0.2
            """, from: "a b\u{0}c@kunde.example", helo: "evil!")
        #expect(result.code == .pass)
    }

    @Test func namesThatGotTooLongAreCutAtTheLeft() async throws {
        let long = Array(repeating: String(repeating: "x", count: 60), count: 3).joined(separator: ".") + ".example"
        let zone = InMemoryZone()
        let domain = try #require(DNSName(long))
        zone.set(domain, .txt, [.txt("v=spf1 exists:%{d}.%{d} -all")])
        zone.set(domain, .a, [.a(try #require(IPAddress("127.0.0.2")))])
        let request = SPFRequest(
            clientAddress: try #require(IPAddress("192.0.2.1")), mailFrom: "a@" + long, helo: "x.example")
        let result = await SPFEvaluator(resolver: zone).evaluate(request)
        #expect(result.code == .fail)
        let asked = try #require(zone.questions.last?.name)
        #expect(asked.description.utf8.count <= 253)
        #expect(asked.isSubdomain(of: domain))
    }

    @Test(arguments: [
        "no.example", "two.example", "bad.example", "late.example", "eight.example", "%{l}.%{d}.x",
    ]) func whatIsWrongWithAnExplanationIsNoProblem(_ target: String) async throws {
        let result = try await evaluate(
            """
            kunde.example 60 TXT "v=spf1 -all exp=\(target)"
            two.example 60 TXT "one"
            two.example 60 TXT "two"
            bad.example 60 TXT "The %{x}-files"
            eight.example 60 TXT "\\239"
            """, from: "a..b@kunde.example", failing: [("late.example", nil, .timeout)])
        #expect(result.code == .fail)
        #expect(result.explanation == nil)
        #expect(result.problem == nil)
    }

    @Test func explanationsCannotCarryControlCharacters() async throws {
        let result = try await evaluate(
            """
            kunde.example 60 TXT "v=spf1 -all exp=why.example"
            why.example 60 TXT "%{l}"
            """, from: "a\r\nb@kunde.example")
        #expect(result.explanation == "a??b")
    }

    // MARK: Time

    @Test func aResolverThatNeverAnswersEndsWithTheTime() async throws {
        let clock = ManualClock()
        let evaluator = SPFEvaluator(resolver: SilentResolver(), clock: clock)
        let request = SPFRequest(
            clientAddress: try #require(IPAddress("192.0.2.1")), mailFrom: "a@kunde.example", helo: "x.example")
        async let result = evaluator.evaluate(request)
        await clock.sleeperArrived()
        clock.advance(by: .seconds(20))
        let late = await result
        #expect(late.code == .temperror)
        #expect(late.problem == .tooSlow(try #require(DNSName("kunde.example")), .txt))
    }
}
