import Foundation
import Secrets
import Testing

@testable import FileVaultS3

/// The examples that AWS publishes: in "Authenticating Requests: Using the Authorization Header" of the Amazon S3 API
/// Reference, in the IAM User Guide, and in the test suite for Signature Version 4.
@Suite struct SignatureV4Tests {
    private let emptyDigest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    private let credentials = S3Credentials(
        accessKey: "AKIAIOSFODNN7EXAMPLE", secretKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
    private let suiteCredentials = S3Credentials(
        accessKey: "AKIDEXAMPLE", secretKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
    /// 2013-05-24 00:00:00 UTC.
    private let day = Date(timeIntervalSince1970: 1_369_353_600)
    /// 2015-08-30 12:36:00 UTC.
    private let suiteTime = Date(timeIntervalSince1970: 1_440_938_160)

    private func signature(
        _ method: String, _ path: String, query: [SignatureV4.Field] = [], headers: [SignatureV4.Field] = [],
        digest: String? = nil
    ) -> String {
        let digest = digest ?? emptyDigest
        return SignatureV4(credentials: credentials, region: "us-east-1").authorization(
            method: method, path: path, query: query,
            headers: [
                ("Host", "examplebucket.s3.amazonaws.com"), ("x-amz-content-sha256", digest),
                ("x-amz-date", "20130524T000000Z"),
            ] + headers, payloadDigest: digest, at: day)
    }

    @Test func aPartOfAnObject() {
        #expect(
            signature("GET", "/test.txt", headers: [("Range", "bytes=0-9")])
                == "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
                + "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,"
                + "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41")
    }

    @Test func anObjectThatIsWritten() {
        let digest = "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072"
        #expect(SealedContent(Array("Welcome to Amazon S3.".utf8)).sha256 == digest)
        let value = signature(
            "PUT", "/test$file.text",
            headers: [
                ("Date", "Fri, 24 May 2013 00:00:00 GMT"), ("x-amz-storage-class", "REDUCED_REDUNDANCY"),
            ], digest: digest)
        #expect(value.hasSuffix("Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"))
    }

    @Test func anArgumentWithoutValue() {
        #expect(
            signature("GET", "/", query: [("lifecycle", "")])
                .hasSuffix("Signature=fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"))
    }

    @Test func aListing() {
        #expect(
            signature("GET", "/", query: [("prefix", "J"), ("max-keys", "2")])
                .hasSuffix("Signature=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"))
    }

    @Test(arguments: [
        // get-vanilla and get-vanilla-query-order-key-case of the test suite.
        ([], "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
        (["Param2", "Param1"], "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"),
    ])
    func theTestSuite(arguments: [String], expected: String) {
        let value = SignatureV4(credentials: suiteCredentials, region: "us-east-1", service: "service").authorization(
            method: "GET", path: "/", query: arguments.map { ($0, "value" + $0.suffix(1)) },
            headers: [("Host", "example.amazonaws.com"), ("X-Amz-Date", "20150830T123600Z")],
            payloadDigest: emptyDigest, at: suiteTime)
        #expect(value.hasSuffix("Signature=" + expected))
    }

    @Test func theSigningKey() {
        let key = SignatureV4(credentials: suiteCredentials, region: "us-east-1", service: "iam")
            .signingKey(day: "20150830")
        #expect(Hex.encode(key) == "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9")
    }

    @Test func whatIsWrittenInWhichWay() {
        #expect(SignatureV4.timestamp(suiteTime) == "20150830T123600Z")
        #expect(SignatureV4.encode("a b/ü~-_.+=&") == "a%20b%2F%C3%BC~-_.%2B%3D%26")
        #expect(SignatureV4.encode("/a b/c", keepsSlashes: true) == "/a%20b/c")
        #expect(SignatureV4.canonicalQuery([("b", "2"), ("a", "/"), ("a", "")]) == "a=&a=%2F&b=2")
    }

    @Test func blanksInValuesAreNoMatter() {
        func value(_ text: String) -> String { signature("GET", "/", headers: [("X-Amz-Meta-A", text)]) }
        #expect(value("  one   two ") == value("one two"))
        #expect(value("one two") != value("onetwo"))
    }
}
