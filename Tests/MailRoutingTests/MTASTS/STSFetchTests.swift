import DNS
import MailRouting
import Testing

struct STSFetchTests {
    private let fetch: STSFetch

    init() throws {
        fetch = try #require(STSFetch(domain: try name("Kunde.example"), id: "1"))
    }

    private func judge(
        _ status: Int = 200, _ contentType: String? = "text/plain",
        _ body: String = "version: STSv1\nmode: none\nmax_age: 1"
    ) -> Result<STSPolicy, STSFetch.Failure> {
        fetch.judge(STSFetch.Response(status: status, contentType: contentType, body: Array(body.utf8)))
    }

    @Test func leadsToTheWellKnownPlace() {
        #expect(fetch.url == "https://mta-sts.kunde.example/.well-known/mta-sts.txt")
        #expect(fetch.host.description == "mta-sts.kunde.example")
    }

    @Test(arguments: [201, 204, 206, 301, 302, 304, 307, 404, 500]) func onlyAPlainAnswerCounts(_ status: Int) {
        #expect(judge(status) == .failure(.status(status)))
    }

    @Test(arguments: [
        ("text/plain", true), ("Text/Plain; charset=utf-8", true), ("text/plain ;x", true), ("text/html", false),
        ("text/plainer", false), ("", false), (nil, false),
    ]) func onlyTextCounts(_ contentType: String?, _ isText: Bool) {
        #expect((judge(200, contentType) == .failure(.contentType)) == !isText)
    }

    @Test func saysWhatIsReported() {
        #expect(judge(200, "text/plain", "x") == .failure(.invalid(.line(1))))
        #expect(STSFetch.Failure.invalid(.line(1)).resultType == .stsPolicyInvalid)
        #expect(STSFetch.Failure.certificate("expired").resultType == .stsWebPKIInvalid)
        #expect(STSFetch.Failure.unreachable("timeout").resultType == .stsPolicyFetchError)
        #expect(STSFetch.Failure.status(404).resultType == .stsPolicyFetchError)
    }
}
