internal import Crypto
internal import FileVault
package import Foundation
internal import NIOCore
package import Secrets

/// Asks an object store, and asks again where that helps.
package struct S3Client: Sendable {
    /// How often and how long it goes on.
    package struct Patience: Sendable {
        /// How often a request is sent at the most.
        package var attempts = 5
        /// The longest pause after the first failure; it doubles each time.
        package var firstPause = Duration.milliseconds(200)
        /// No pause is longer.
        package var longestPause = Duration.seconds(5)

        package init() {}
    }

    /// An error document or a listing is not longer than this.
    private static let mostOctets = 4 << 20

    package let bucket: S3Bucket
    private let signature: SignatureV4
    private let exchange: any S3Exchange
    private let patience: Patience
    private let random: any RandomSource
    private let now: @Sendable () -> Date
    private let pause: @Sendable (Duration) async throws -> Void

    package init(
        bucket: S3Bucket, credentials: S3Credentials, exchange: any S3Exchange, patience: Patience = Patience(),
        random: any RandomSource, now: @escaping @Sendable () -> Date,
        pause: @escaping @Sendable (Duration) async throws -> Void
    ) {
        self.bucket = bucket
        self.exchange = exchange
        self.patience = patience
        self.random = random
        self.now = now
        self.pause = pause
        signature = SignatureV4(credentials: credentials, region: bucket.region)
    }

    /// Stores an object; it is durable when this returns.
    func put(_ content: SealedContent, at key: String) async throws(S3Failure) {
        var headers: [SignatureV4.Field] = [
            ("Content-MD5", content.md5), ("Content-Type", "application/octet-stream"),
        ]
        switch bucket.encryption {
        case .aes256: headers.append(("X-Amz-Server-Side-Encryption", "AES256"))
        case .kms(let key):
            headers.append(("X-Amz-Server-Side-Encryption", "aws:kms"))
            if let key { headers.append(("X-Amz-Server-Side-Encryption-Aws-Kms-Key-Id", key)) }
        case nil: break
        }
        _ = try await ask("PUT", key: key, headers: headers, body: content.records, digest: content.sha256)
    }

    /// Reads a part of an object that has so many octets.
    func get(_ key: String, range: Range<Int>, of size: Int) async throws(S3Failure) -> ByteBuffer {
        let headers: [SignatureV4.Field] = [("Range", "bytes=\(range.lowerBound)-\(range.upperBound - 1)")]
        return try await ask("GET", key: key, headers: headers, mostOctets: range.count) { answer in
            // RFC 9110, 14.4: how large the whole is stands behind the slash. Some stores say it with status 200.
            let part = answer.headers["content-range"]
            if let total = part?.split(separator: "/").last.flatMap({ Int($0) }), total != size {
                return S3Failure(.refused(status: 416, code: "the object has \(total) octets instead of \(size)"))
            }
            guard part != nil || range == 0..<size, answer.body.readableBytes == range.count else {
                return S3Failure(.malformed, "\(answer.body.readableBytes) octets instead of \(range.count)")
            }
            return nil
        }.body
    }

    /// Removes an object; it is no error if it is gone already.
    func delete(_ key: String) async throws(S3Failure) {
        do {
            _ = try await ask("DELETE", key: key)
        } catch  where error.isMissing {
            return
        }
    }

    /// All objects whose names begin so.
    func list(_ prefix: String, atMost: Int = .max) async throws(S3Failure) -> [S3Listing.Object] {
        var objects: [S3Listing.Object] = []
        var token: String?
        repeat {
            var query: [SignatureV4.Field] = [("list-type", "2"), ("prefix", bucket.prefix + prefix)]
            if atMost < 1_000 { query.append(("max-keys", "\(atMost)")) }
            if let token { query.append(("continuation-token", token)) }
            let answer = try await ask("GET", query: query)
            let listing = try S3Listing(answer.body.readableBytesView)
            for object in listing.objects where object.key.hasPrefix(bucket.prefix + prefix) {
                objects.append(
                    S3Listing.Object(
                        key: String(object.key.dropFirst(bucket.prefix.count)), size: object.size,
                        modifiedAt: object.modifiedAt))
            }
            token = listing.next
        } while token != nil && objects.count < atMost
        return objects
    }

    func shutDown() async { await exchange.shutDown() }

    /// Sends a request until there is an answer, or no hope of one.
    private func ask(
        _ method: String, key: String? = nil, query: [SignatureV4.Field] = [], headers: [SignatureV4.Field] = [],
        body: [ByteBuffer] = [], digest: String = SealedContent.emptyDigest, mostOctets: Int = 0,
        check: (S3Answer) -> S3Failure? = { _ in nil }
    ) async throws(S3Failure) -> S3Answer {
        var attempt = 1
        while true {
            var failure: S3Failure
            do throws(S3Failure) {
                // Signed anew each time: a signature is good for some minutes only.
                let answer = try await exchange.send(
                    signed(
                        method, key: key, query: query, headers: headers, body: body, digest: digest,
                        mostOctets: mostOctets))
                guard let trouble = Self.refusal(answer) ?? check(answer) else { return answer }
                failure = trouble
            } catch {
                failure = error
            }
            guard failure.isPassing, attempt < patience.attempts else { throw failure }
            do {
                try await pause(pause(after: attempt))
            } catch {
                throw S3Failure(.cancelled)
            }
            attempt += 1
        }
    }

    /// Somewhere between nothing and a limit that doubles, so that those who failed together do not come back together.
    private func pause(after attempt: Int) -> Duration {
        let limit = min(patience.longestPause, patience.firstPause * (1 << min(attempt - 1, 16)))
        return limit * (Double(random.uniform(below: 1_000_001)) / 1_000_000)
    }

    private func signed(
        _ method: String, key: String?, query: [SignatureV4.Field], headers: [SignatureV4.Field], body: [ByteBuffer],
        digest: String, mostOctets: Int
    ) -> S3Request {
        let date = now()
        let path = bucket.path(key.map { bucket.prefix + $0 } ?? "")
        var headers = headers
        headers += [
            ("Host", bucket.host), ("X-Amz-Content-Sha256", digest), ("X-Amz-Date", SignatureV4.timestamp(date)),
        ]
        if let token = signature.credentials.sessionToken { headers.append(("X-Amz-Security-Token", token)) }
        let authorization = signature.authorization(
            method: method, path: path, query: query, headers: headers, payloadDigest: digest, at: date)
        return S3Request(
            method: method, url: bucket.url(path: path, query: SignatureV4.canonicalQuery(query)),
            headers: headers + [("Authorization", authorization)], body: body,
            mostOctets: max(mostOctets, Self.mostOctets))
    }

    private static func refusal(_ answer: S3Answer) -> S3Failure? {
        guard !(200..<300).contains(answer.status) else { return nil }
        let elements = (try? S3Document.elements(answer.body.readableBytesView)) ?? []
        let code = elements.first { $0.name == "Code" }?.text ?? ""
        let region = answer.headers["x-amz-bucket-region"] ?? elements.first { $0.name == "Region" }?.text
        return S3Failure(
            .refused(status: answer.status, code: String(code.prefix(60))), String((region ?? "").prefix(60)))
    }
}
