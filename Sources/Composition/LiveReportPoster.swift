import AsyncHTTPClient
import DNS
import Foundation
import NIOCore
import NIOHTTP1
import Outbox

/// Posts reports on TLS (RFC 8460, 5.4).
struct LiveReportPoster: TLSReportPoster {
    let https: JudgedHTTPS

    func post(_ report: [UInt8], to uri: String) async -> Bool {
        guard let host = URL(string: uri)?.host(), let name = DNSName(host) else { return false }
        var request = HTTPClientRequest(url: uri)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/tlsrpt+gzip")
        request.body = .bytes(ByteBuffer(bytes: report))
        guard let answer = try? await https.send(request, to: name, seconds: 60, mostOctets: 1_024) else {
            return false
        }
        // RFC 8460, 5.4: 200 to 299 is success; what is refused for good is not sent again either.
        return (200..<300).contains(answer.status) || (400..<500).contains(answer.status)
    }
}
