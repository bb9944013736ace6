import DNS
import MailAuth
import Testing

struct DMARCEvaluatorTests {
    private func evaluate(
        _ author: String, _ records: String, spf: String? = nil, dkim: [String] = [], list: String? = nil,
        failing: String? = nil
    ) async throws -> DMARCResult {
        let zone = try InMemoryZone(records)
        if let failing {
            zone.fail(try #require(DNSName(failing)), nil, with: DNSFailure(.bogus, server: "192.0.2.53"))
        }
        var identifiers = try dkim.map { DMARCIdentifier(.dkim, try #require(DNSName($0)), isPass: true) }
        if let spf { identifiers.append(DMARCIdentifier(.spf, try #require(DNSName(spf)), isPass: true)) }
        let evaluator = DMARCEvaluator(resolver: zone, suffixes: list.map { PublicSuffixList(parsing: $0) })
        return await evaluator.evaluate(author: try #require(DNSName(author)), identifiers: identifiers)
    }

    // MARK: Tree walk (RFC 9989, 4.10)

    @Test func aLongNameCostsEightQuestions() async throws {
        let result = try await evaluate("a.b.c.d.e.f.g.h.i.j.mail.example.com", "")
        #expect(
            result.treeWalk.questions.map(\.description) == [
                "_dmarc.a.b.c.d.e.f.g.h.i.j.mail.example.com", "_dmarc.g.h.i.j.mail.example.com",
                "_dmarc.h.i.j.mail.example.com", "_dmarc.i.j.mail.example.com", "_dmarc.j.mail.example.com",
                "_dmarc.mail.example.com", "_dmarc.example.com", "_dmarc.com",
            ])
        #expect(result.treeWalk.code == .none)
        #expect(result.treeWalk.problem == .noRecord)
    }

    @Test func theRecordHighestInTheTreeNamesTheOrganization() async throws {
        let result = try await evaluate(
            "a.mail.example.com",
            """
            _dmarc.mail.example.com 60 TXT "v=DMARC1; p=none"
            _dmarc.example.com 60 TXT "v=DMARC1; p=reject; sp=quarantine"
            """)
        #expect(result.treeWalk.organizationalDomain == DNSName("example.com"))
        #expect(result.treeWalk.policyDomain == DNSName("example.com"))
        #expect(result.treeWalk.policy == .quarantine)
        #expect(result.treeWalk.code == .fail)
        #expect(result.treeWalk.disposition == .quarantine)
    }

    @Test func aDomainThatSaysItIsNoSuffixIsTheOrganization() async throws {
        let result = try await evaluate(
            "a.mail.example.com",
            """
            _dmarc.mail.example.com 60 TXT "v=DMARC1; p=reject; psd=n"
            _dmarc.example.com 60 TXT "v=DMARC1; p=none"
            """)
        #expect(result.treeWalk.organizationalDomain == DNSName("mail.example.com"))
        #expect(result.treeWalk.policy == .reject)
        #expect(result.treeWalk.questions.count == 2)
    }

    @Test func theNameBelowAPublicSuffixIsTheOrganization() async throws {
        let records = #"_dmarc.com 60 TXT "v=DMARC1; psd=y; p=reject; sp=quarantine; np=reject""#
        let result = try await evaluate("a.mail.example.com", records + "\na.mail.example.com 60 A 192.0.2.1")
        #expect(result.treeWalk.organizationalDomain == DNSName("example.com"))
        #expect(result.treeWalk.policyDomain == DNSName("com"))
        #expect(result.treeWalk.policy == .quarantine)
        #expect(try await evaluate("a.mail.example.com", records).treeWalk.policy == .reject)
    }

    @Test func theAuthorsOwnRecordComesFirst() async throws {
        let result = try await evaluate(
            "mail.example.com",
            """
            _dmarc.mail.example.com 60 TXT "v=DMARC1; p=none; sp=reject"
            _dmarc.example.com 60 TXT "v=DMARC1; p=reject"
            """)
        #expect(result.treeWalk.policyDomain == DNSName("mail.example.com"))
        #expect(result.treeWalk.organizationalDomain == DNSName("example.com"))
        #expect(result.treeWalk.policy == DMARCPolicy.none)
    }

    @Test(arguments: [
        ("np=reject", true, DMARCPolicy.none), ("np=reject", false, .reject), ("sp=quarantine", false, .quarantine),
        ("", false, .none),
    ])
    func namesThatDoNotExistHaveAPolicyOfTheirOwn(_ tags: String, _ exists: Bool, _ policy: DMARCPolicy) async throws {
        let result = try await evaluate(
            "shop.example.com",
            "_dmarc.example.com 60 TXT \"v=DMARC1; p=none; \(tags)\"" + (exists ? "\nshop.example.com 60 TXT x" : ""))
        #expect(result.treeWalk.policy == policy)
    }

    @Test func anAbsentPolicyIsNone() async throws {
        let result = try await evaluate("example.com", #"_dmarc.example.com 60 TXT "v=DMARC1""#)
        #expect(result.treeWalk.code == .fail)
        #expect(result.treeWalk.policy == DMARCPolicy.none)
    }

    @Test func aPolicyThatCannotBeReadCountsOnlyWithReports() async throws {
        let without = try await evaluate("example.com", #"_dmarc.example.com 60 TXT "v=DMARC1; p=rejekt""#)
        #expect(without.treeWalk.code == .none)
        #expect(without.treeWalk.problem == .invalidPolicy(try #require(DNSName("example.com"))))
        let with = try await evaluate(
            "example.com", #"_dmarc.example.com 60 TXT "v=DMARC1; p=reject; sp=x; rua=mailto:a@example.com""#)
        #expect(with.treeWalk.policy == DMARCPolicy.none)
    }

    @Test func twoRecordsCountAsNone() async throws {
        let result = try await evaluate(
            "example.com",
            """
            _dmarc.example.com 60 TXT "v=DMARC1; p=reject"
            _dmarc.example.com 60 TXT "v=DMARC1; p=none"
            _dmarc.example.com 60 TXT "v=spf1 -all"
            """)
        #expect(result.treeWalk.code == .none)
        #expect(result.treeWalk.problem == .severalRecords(try #require(DNSName("example.com")), count: 2))
    }

    @Test(arguments: ["_dmarc.mail.example.com", "_dmarc.example.com", "_dmarc.com"])
    func aFailureOfTheResolverIsTemporaryAndNamed(_ name: String) async throws {
        let result = try await evaluate(
            "mail.example.com", "", failing: name)
        #expect(result.treeWalk.code == .temperror)
        #expect(result.treeWalk.disposition == .none)
        #expect(result.treeWalk.problem?.description.contains("192.0.2.53") == true)
    }

    // MARK: Alignment (RFC 9989, 4.10.2)

    @Test(arguments: [
        ("mail.example.com", "", true), ("example.com", "", true), ("news.example.com", "", true),
        ("example.net", "", false),
        ("example.com.evil.example", "", false), ("mail.example.com", "adkim=s; aspf=s", true),
        ("example.com", "adkim=s; aspf=s", false),
    ]) func comparesDomains(_ domain: String, _ tags: String, _ isAligned: Bool) async throws {
        let records = "_dmarc.example.com 60 TXT \"v=DMARC1; p=reject; \(tags)\""
        let dkim = try await evaluate("mail.example.com", records, dkim: ["unrelated.example", domain])
        #expect((dkim.treeWalk.code == .pass) == isAligned)
        #expect(dkim.treeWalk.disposition == (isAligned ? .none : .reject))
        let spf = try await evaluate("mail.example.com", records, spf: domain)
        #expect((spf.treeWalk.code == .pass) == isAligned)
    }

    @Test func whatDidNotPassDoesNotCount() async throws {
        let zone = try InMemoryZone(#"_dmarc.example.com 60 TXT "v=DMARC1; p=reject""#)
        let author = try #require(DNSName("example.com"))
        let result = await DMARCEvaluator(resolver: zone).evaluate(
            author: author, identifiers: [DMARCIdentifier(.spf, author, isPass: false)])
        #expect(result.treeWalk.code == .fail)
        #expect(result.treeWalk.alignments.first?.isAligned == true)
    }

    @Test func aRecordBelowTheSuffixSeparatesCustomers() async throws {
        let records = """
            _dmarc.hoster.example 60 TXT "v=DMARC1; p=none; psd=y"
            _dmarc.a.hoster.example 60 TXT "v=DMARC1; p=reject"
            _dmarc.b.hoster.example 60 TXT "v=DMARC1; p=reject"
            """
        let result = try await evaluate("a.hoster.example", records, dkim: ["b.hoster.example"])
        #expect(result.treeWalk.code == .fail)
    }

    @Test func hundredsOfSignaturesCostNoHundredsOfWalks() async throws {
        let signatures = (0..<300).map { "s\($0).x.example" }
        let result = try await evaluate(
            "example.com", #"_dmarc.example.com 60 TXT "v=DMARC1; p=reject""#, dkim: signatures)
        #expect(result.treeWalk.alignments.count == DMARCEvaluator.maximumIdentifiers)
        #expect(result.treeWalk.questions.count < 40)
    }

    @Test func testModeAsksForOneStepLess() async throws {
        let result = try await evaluate("example.com", #"_dmarc.example.com 60 TXT "v=DMARC1; p=reject; t=y""#)
        #expect(result.treeWalk.policy == .reject)
        #expect(result.treeWalk.disposition == .quarantine)
    }

    // MARK: Beside RFC 7489

    @Test func bothWaysAgreeForAnOrdinaryDomain() async throws {
        let result = try await evaluate(
            "mail.example.com", #"_dmarc.example.com 60 TXT "v=DMARC1; p=reject""#, dkim: ["example.com"], list: "com")
        #expect(result.treeWalk.code == .pass)
        #expect(result.publicSuffixList?.code == .pass)
        #expect(!result.isDifferent)
    }

    @Test(arguments: [
        (#"_dmarc.example.com 60 TXT "v=DMARC1; p=reject; t=y""#, DMARCPolicy.quarantine, DMARCPolicy.reject),
        (#"_dmarc.example.com 60 TXT "v=DMARC1; p=reject; pct=0""#, .reject, .reject),
        (#"_dmarc.example.com 60 TXT "v=DMARC1; rua=""#, .none, .none),
    ]) func showsWhereTheWaysDiffer(_ record: String, _ standard: DMARCPolicy, _ older: DMARCPolicy) async throws {
        let result = try await evaluate("example.com", record, list: "com")
        #expect(result.treeWalk.disposition == standard)
        #expect(result.publicSuffixList?.disposition == older)
        #expect(result.isDifferent)
    }

    @Test func theListKnowsNoRecordInBetween() async throws {
        let result = try await evaluate(
            "a.dept.example.com", #"_dmarc.dept.example.com 60 TXT "v=DMARC1; p=reject; psd=n""#, list: "com")
        #expect(result.treeWalk.policy == .reject)
        #expect(result.publicSuffixList?.code == DMARCEvaluation.Code.none)
        #expect(result.publicSuffixList?.organizationalDomain == DNSName("example.com"))
        #expect(result.isDifferent)
    }

    @Test func theListEndsAtTwoRecords() async throws {
        let result = try await evaluate(
            "mail.example.com",
            """
            _dmarc.mail.example.com 60 TXT "v=DMARC1; p=none"
            _dmarc.mail.example.com 60 TXT "v=DMARC1; p=none"
            _dmarc.example.com 60 TXT "v=DMARC1; p=reject"
            """, list: "com")
        #expect(result.treeWalk.policy == .reject)
        #expect(
            result.publicSuffixList?.problem == .severalRecords(try #require(DNSName("mail.example.com")), count: 2))
    }
}
