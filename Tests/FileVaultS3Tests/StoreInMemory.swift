import Crypto
import Foundation
import NIOCore
import Secrets
import Synchronization

@testable import FileVaultS3

/// An object store in memory that does what the test tells it, one fault for one request.
final class StoreInMemory: S3Exchange {
    enum Fault: Sendable {
        case none
        case status(Int, code: String)
        case fails(S3Failure.Kind)
        /// The connection breaks after the object was stored.
        case losesTheAnswer
        /// One bit of what is sent to us, or by us, is turned over.
        case hurts
        /// Fewer octets than were asked for.
        case cuts
    }

    struct State {
        var objects: [String: [UInt8]] = [:]
        var faults: [Fault] = []
        var requests: [S3Request] = []
        var pauses: [Duration] = []
    }

    let state = Mutex(State())
    private let clock = Date(timeIntervalSince1970: 1_800_000_000)
    private let pageSize: Int

    init(pageSize: Int = 1_000) { self.pageSize = pageSize }

    /// The next requests meet these.
    func meet(_ faults: [Fault]) { state.withLock { $0.faults = faults } }

    var requests: [S3Request] { state.withLock { $0.requests } }
    var pauses: [Duration] { state.withLock { $0.pauses } }
    var keys: [String] { state.withLock { $0.objects.keys.sorted() } }

    func client(_ bucket: S3Bucket = StoreInMemory.bucket) -> S3Client {
        S3Client(
            bucket: bucket, credentials: S3Credentials(accessKey: "AKIA", secretKey: "hidden", sessionToken: nil),
            exchange: self, random: SeededRandomSource(seed: 5), now: { [clock] in clock },
            pause: { pause in
                try Task.checkCancellation()
                self.state.withLock { $0.pauses.append(pause) }
            })
    }

    static let bucket = S3Bucket(authority: "store.example", name: "files", prefix: "p/")

    func send(_ request: S3Request) async throws(S3Failure) -> S3Answer {
        let fault = state.withLock { state in
            state.requests.append(request)
            return state.faults.isEmpty ? Fault.none : state.faults.removeFirst()
        }
        switch fault {
        case .status(let status, let code):
            return Self.refusal(status, code)
        case .fails(let kind): throw S3Failure(kind, "told to")
        case .none, .losesTheAnswer, .hurts, .cuts: break
        }
        var answer = serve(request, hurtsBody: { if case .hurts = fault { true } else { false } }())
        if case .losesTheAnswer = fault { throw S3Failure(.unreachable, "the answer is lost") }
        if request.method == "GET", answer.status < 300 {
            if case .hurts = fault {
                answer.body.setInteger(answer.body.getInteger(at: 40, as: UInt8.self)! ^ 4, at: 40)
            }
            if case .cuts = fault { answer.body = answer.body.getSlice(at: 0, length: answer.body.readableBytes / 2)! }
        }
        return answer
    }

    func shutDown() async {}

    private func serve(_ request: S3Request, hurtsBody: Bool) -> S3Answer {
        let parts = request.url.split(separator: "?", maxSplits: 1)
        let key = String(parts[0].dropFirst("https://store.example/files/".count))
        let headers = Dictionary(uniqueKeysWithValues: request.headers.map { ($0.name.lowercased(), $0.value) })
        switch request.method {
        case "PUT":
            var octets = request.body.flatMap { Array($0.readableBytesView) }
            if hurtsBody { octets[0] ^= 1 }
            guard headers["content-md5"] == Data(Insecure.MD5.hash(data: octets)).base64EncodedString(),
                headers["x-amz-content-sha256"] == Hex.encode(SHA256.hash(data: octets))
            else { return Self.refusal(400, "BadDigest") }
            state.withLock { $0.objects[key] = octets }
            return S3Answer(status: 200)
        case "DELETE":
            state.withLock { $0.objects[key] = nil }
            return S3Answer(status: 204)
        default:
            if parts.count == 2 { return list(String(parts[1])) }
            guard let octets = state.withLock({ $0.objects[key] }) else { return Self.refusal(404, "NoSuchKey") }
            let range = headers["range", default: ""].dropFirst("bytes=".count).split(separator: "-").compactMap {
                Int($0)
            }
            guard range.count == 2, range[0] < octets.count else { return Self.refusal(416, "InvalidRange") }
            let end = min(range[1] + 1, octets.count)
            return S3Answer(
                status: 206, headers: ["content-range": "bytes \(range[0])-\(end - 1)/\(octets.count)"],
                body: ByteBuffer(bytes: octets[range[0]..<end]))
        }
    }

    private func list(_ query: String) -> S3Answer {
        let fields = query.split(separator: "&").map { $0.split(separator: "=", maxSplits: 1).map(String.init) }
        let arguments = Dictionary(uniqueKeysWithValues: fields.map { ($0[0], $0.count == 2 ? $0[1] : "") })
        let prefix = arguments["prefix", default: ""].replacing("%2F", with: "/")
        let after = arguments["continuation-token"]?.replacing("%2F", with: "/") ?? ""
        let matching = keys.filter { $0.hasPrefix(prefix) && $0 > after }
        let page = matching.prefix(min(pageSize, Int(arguments["max-keys"] ?? "") ?? .max))
        let entries = page.map { key in
            "<Contents><Key>\(key)</Key><LastModified>2026-11-26T10:00:00.000Z</LastModified>"
                + "<Size>\(state.withLock { $0.objects[key]?.count ?? 0 })</Size></Contents>"
        }
        let more = matching.count > page.count
        return S3Answer(
            status: 200,
            body: ByteBuffer(
                string: "<ListBucketResult><IsTruncated>\(more)</IsTruncated>\(entries.joined())"
                    + (more ? "<NextContinuationToken>\(page.last ?? "")</NextContinuationToken>" : "")
                    + "</ListBucketResult>"))
    }

    private static func refusal(_ status: Int, _ code: String) -> S3Answer {
        S3Answer(status: status, body: ByteBuffer(string: "<Error><Code>\(code)</Code><Message>m</Message></Error>"))
    }
}
