import AsyncHTTPClient
import DNS
import MailRouting
import Outbox

/// Fetches MTA-STS policies over HTTPS (RFC 8461, 3.3).
struct LivePolicyFetcher: STSPolicyFetcher {
    let https: JudgedHTTPS
    let port: Int

    func fetch(_ fetch: STSFetch) async throws(STSFetch.Failure) -> STSFetch.Response {
        let url = port == 443 ? fetch.url : "https://\(fetch.host):\(port)\(STSFetch.path)"
        do throws(JudgedHTTPS.Failure) {
            // One octet more than is allowed shows that it is too large.
            let answer = try await https.send(
                HTTPClientRequest(url: url), to: fetch.host, seconds: STSFetch.timeout,
                mostOctets: STSPolicy.sizeLimit + 1)
            return STSFetch.Response(status: answer.status, contentType: answer.contentType, body: answer.body)
        } catch {
            switch error {
            case .unreachable(let words): throw .unreachable(words)
            case .certificate(let words): throw .certificate(words)
            }
        }
    }
}
