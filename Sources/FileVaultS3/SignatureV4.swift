internal import Crypto
public import FoundationEssentials
internal import Secrets

/// Signs requests as AWS and all who speak its protocols demand it: Signature Version 4, in the `Authorization` field.
///
/// A value without clock or network. Source: "AWS Signature Version 4 for API requests", AWS IAM User Guide, and for the
/// path, which is encoded once, "Authenticating Requests", Amazon S3 API Reference.
public struct SignatureV4: Sendable {
    /// A header field or an argument of the query.
    public typealias Field = (name: String, value: String)

    /// Who signs.
    public let credentials: S3Credentials
    /// The region, such as `eu-central-1`.
    public let region: String
    /// The service, such as `s3`.
    public let service: String

    /// Describes who signs for what.
    ///
    /// - Parameters:
    ///   - credentials: who signs.
    ///   - region: the region.
    ///   - service: the service.
    public init(credentials: S3Credentials, region: String, service: String = "s3") {
        self.credentials = credentials
        self.region = region
        self.service = service
    }

    /// The value of the field `Authorization`.
    ///
    /// - Parameters:
    ///   - method: the method, in capitals.
    ///   - path: the path, not encoded; begins with a slash.
    ///   - query: the arguments, not encoded, in any order.
    ///   - headers: all fields that are signed, `Host` and `X-Amz-Date` among them.
    ///   - payloadDigest: the SHA-256 of the body in small hexadecimal digits.
    ///   - date: the time, the same as in `X-Amz-Date`.
    /// - Returns: the value.
    public func authorization(
        method: String, path: String, query: [Field] = [], headers: [Field], payloadDigest: String, at date: Date
    ) -> String {
        let time = Self.timestamp(date)
        let scope = "\(time.prefix(8))/\(region)/\(service)/aws4_request"
        let (request, names) = Self.canonicalRequest(
            method: method, path: path, query: query, headers: headers, payloadDigest: payloadDigest)
        let text = "AWS4-HMAC-SHA256\n\(time)\n\(scope)\n" + Hex.encode(SHA256.hash(data: Array(request.utf8)))
        let signature = Self.hmac(text, key: signingKey(day: String(time.prefix(8))))
        return "AWS4-HMAC-SHA256 Credential=\(credentials.accessKey)/\(scope),SignedHeaders=\(names),"
            + "Signature=" + Hex.encode(signature)
    }

    /// The time as `X-Amz-Date` has it, such as `20130524T000000Z`.
    ///
    /// - Parameter date: the time.
    /// - Returns: it in UTC, to the second.
    public static func timestamp(_ date: Date) -> String {
        date.formatted(Date.ISO8601FormatStyle(dateSeparator: .omitted, timeSeparator: .omitted))
    }

    /// Percent-encodes all but the unreserved characters of RFC 3986, 2.3.
    ///
    /// - Parameters:
    ///   - text: the text.
    ///   - keepsSlashes: whether slashes stay, as in a path.
    /// - Returns: the encoded text, its digits in capitals.
    public static func encode(_ text: String, keepsSlashes: Bool = false) -> String {
        var encoded: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                encoded.append(byte)
            case UInt8(ascii: "/") where keepsSlashes: encoded.append(byte)
            default: encoded += Array(("%" + Hex.encode([byte]).uppercased()).utf8)
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }

    /// The query as it is signed, and as it is sent.
    static func canonicalQuery(_ query: [Field]) -> String {
        query.map { (encode($0.name), encode($0.value)) }.sorted { $0 < $1 }.map { "\($0)=\($1)" }
            .joined(separator: "&")
    }

    private static func canonicalRequest(
        method: String, path: String, query: [Field], headers: [Field], payloadDigest: String
    ) -> (request: String, names: String) {
        // Values of one name stand in the order in which they are sent.
        var values: [String: [String]] = [:]
        for header in headers { values[header.name.lowercased(), default: []].append(trimmed(header.value)) }
        let sorted = values.sorted { $0.key < $1.key }
        let lines = sorted.map { "\($0.key):\($0.value.joined(separator: ","))\n" }.joined()
        let names = sorted.map(\.key).joined(separator: ";")
        let request = [
            method, encode(path, keepsSlashes: true), canonicalQuery(query), lines, names, payloadDigest,
        ].joined(separator: "\n")
        return (request, names)
    }

    /// Without blanks at either end, and with one in place of several.
    private static func trimmed(_ value: String) -> String {
        value.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
    }

    func signingKey(day: String) -> [UInt8] {
        [day, region, service, "aws4_request"].reduce(Array(("AWS4" + credentials.secretKey).utf8)) {
            Self.hmac($1, key: $0)
        }
    }

    private static func hmac(_ text: String, key: [UInt8]) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: SymmetricKey(data: key)))
    }
}
