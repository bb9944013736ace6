import Foundation
import Testing

@testable import FileVaultS3

@Suite struct S3ValueTests {
    @Test func aCredentialsFileIsRead() {
        let file = """
            # made by hand
            [other]
            aws_access_key_id = NOT
            aws_secret_access_key = THIS

            [default]
            aws_access_key_id=AKIA
            aws_secret_access_key =\ta=b+c/d==
            aws_session_token = lent
            region = eu-central-1
            """
        let credentials = S3Credentials(sharedFile: file)
        #expect(credentials == S3Credentials(accessKey: "AKIA", secretKey: "a=b+c/d==", sessionToken: "lent"))
        #expect(
            S3Credentials(sharedFile: "aws_access_key_id=A\r\naws_secret_access_key=B\r\n")
                == S3Credentials(accessKey: "A", secretKey: "B"))
    }

    @Test(arguments: ["", "[default]\naws_access_key_id=A", "[x]\naws_access_key_id=A\naws_secret_access_key=B"])
    func aFileWithoutKeysIsNone(file: String) {
        #expect(S3Credentials(sharedFile: file) == nil)
    }

    @Test func noDumpShowsTheSecret() {
        let credentials = S3Credentials(accessKey: "AKIA", secretKey: "hidden-1", sessionToken: "hidden-2")
        var dumped = ""
        dump(credentials, to: &dumped)
        #expect(!dumped.contains("hidden") && !"\(credentials)".contains("hidden"))
        #expect(!String(reflecting: credentials).contains("hidden"))
    }

    @Test func addressesOfBothStyles() {
        let path = S3Bucket(isSecure: false, authority: "127.0.0.1:8333", name: "files", prefix: "a b/")
        #expect(path.host == "127.0.0.1:8333")
        #expect(path.url(path: path.path("a b/x"), query: "") == "http://127.0.0.1:8333/files/a%20b/x")
        #expect(path.url(path: path.path(), query: "list-type=2") == "http://127.0.0.1:8333/files?list-type=2")
        let host = S3Bucket(authority: "s3.eu-central-1.amazonaws.com", name: "files", style: .virtualHost)
        #expect(host.host == "files.s3.eu-central-1.amazonaws.com")
        #expect(host.url(path: host.path("x"), query: "") == "https://files.s3.eu-central-1.amazonaws.com/x")
        #expect(host.path() == "/")
    }

    @Test func aListingIsRead() throws {
        let listing = try S3Listing(
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>b</Name><Prefix>p/</Prefix>
            <KeyCount>2</KeyCount><IsTruncated>true</IsTruncated><NextContinuationToken>a&amp;b=</NextContinuationToken>
            <Contents><Size>7</Size><Key>p/1</Key><LastModified>2026-11-26T10:00:00.500Z</LastModified>
            <ETag>&quot;x&quot;</ETag><Owner><ID>9</ID></Owner></Contents>
            <Contents><Key>p/2</Key><LastModified>2026-11-26T10:00:01Z</LastModified><Size>0</Size><Owner/></Contents>
            </ListBucketResult>
            """.utf8)
        #expect(listing.objects.map(\.key) == ["p/1", "p/2"])
        #expect(listing.objects.map(\.size) == [7, 0])
        #expect(listing.objects[1].modifiedAt.timeIntervalSince(listing.objects[0].modifiedAt) == 0.5)
        #expect(listing.next == "a&b=")
    }

    @Test(arguments: [
        "", "no", "<a", "<a><b></a></b>", "<a>", "<r><IsTruncated>true</IsTruncated></r>",
        "<r><Contents><Key>a</Key></Contents></r>",
        "<r><Contents><Key>a</Key><Size>1</Size><LastModified>noon</LastModified></Contents></r>",
    ])
    func whatIsNoListingIsRefused(text: String) {
        #expect(throws: S3Failure.self) { try S3Listing(text.utf8) }
    }
}
