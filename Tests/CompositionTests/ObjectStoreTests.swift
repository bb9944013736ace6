import FileVaultS3
import Foundation
import Testing

@testable import Composition

@Suite struct ObjectStoreTests {
    private let keys = ["DEPESCHE_FILES_ACCESS_KEY": "AKIA", "DEPESCHE_FILES_SECRET_KEY": "hidden"]

    private func store(_ files: String, _ further: [String: String] = [:]) throws -> ObjectStore? {
        try Configuration(environment: keys.merging(further) { $1 }.merging(["DEPESCHE_FILES": files]) { $1 })
            .objectStore
    }

    /// A file with this mode for as long as the body runs.
    private func withFile<Result>(_ text: String, mode: Int, _ body: (String) throws -> Result) throws -> Result {
        let path = NSTemporaryDirectory() + "/store-" + UUID().uuidString
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        return try body(path)
    }

    @Test func withoutFilesThereIsAFolder() throws {
        #expect(try Configuration(environment: [:]).objectStore == nil)
    }

    @Test func whatIsNotSaidIsAsAtAmazon() throws {
        let store = try #require(try store("s3://zustellung"))
        #expect(store.bucket == S3Bucket(authority: "s3.us-east-1.amazonaws.com", name: "zustellung"))
        #expect(store.credentials == S3Credentials(accessKey: "AKIA", secretKey: "hidden"))
        #expect(store.timeout == 30 && store.place == "s3://zustellung")
    }

    @Test func everythingCanBeSaid() throws {
        let store = try #require(
            try store(
                "s3://zustellung/a/B_1/",
                [
                    "DEPESCHE_FILES_ENDPOINT": "http://127.0.0.1:8333/", "DEPESCHE_FILES_REGION": "eu-central-1",
                    "DEPESCHE_FILES_STYLE": "virtual-host", "DEPESCHE_FILES_ENCRYPTION": "aws:kms:k/1",
                    "DEPESCHE_FILES_TIMEOUT": "5",
                ]))
        #expect(
            store.bucket
                == S3Bucket(
                    isSecure: false, authority: "127.0.0.1:8333", name: "zustellung", prefix: "a/B_1/",
                    region: "eu-central-1", style: .virtualHost, encryption: .kms(key: "k/1")))
        #expect(store.place == "s3://zustellung/a/B_1" && store.endpoint == "http://127.0.0.1:8333")
        #expect(store.timeout == 5)
    }

    @Test(arguments: [
        "/var/files", "s3:zustellung", "s3://", "s3://ab", "s3://Zustellung", "s3://abc//d", "s3://abc/../d",
        "s3://abc/ü",
    ])
    func aPlaceThatIsNoneIsRefused(files: String) {
        #expect(throws: ConfigurationError.self) { try store(files) }
    }

    @Test(arguments: [
        ["DEPESCHE_FILES_ENDPOINT": "s3.kunde.example"], ["DEPESCHE_FILES_ENDPOINT": "https://s3.kunde.example/path"],
        ["DEPESCHE_FILES_ENDPOINT": "https://a:b@s3.kunde.example"], ["DEPESCHE_FILES_REGION": "eu central"],
        ["DEPESCHE_FILES_STYLE": "host"], ["DEPESCHE_FILES_ENCRYPTION": "rot13"], ["DEPESCHE_FILES_TIMEOUT": "0"],
        ["DEPESCHE_FILES_SECRET_KEY": ""], ["DEPESCHE_FILES_CREDENTIALS": "/nonexistent"],
    ])
    func whatCannotWorkIsRefused(further: [String: String]) {
        #expect(throws: ConfigurationError.self) { try store("s3://zustellung", further) }
    }

    @Test func whatBelongsToAStoreIsNotIgnoredWithoutOne() {
        #expect(throws: ConfigurationError.self) { try Configuration(environment: keys) }
    }

    @Test func secretsInFilesAreForTheirOwnerAlone() throws {
        let file = "aws_access_key_id = AKIA\naws_secret_access_key = hidden\n"
        func read(_ mode: Int, _ folder: String? = nil) throws -> S3Credentials? {
            try withFile(file, mode: mode) { path in
                var environment = ["DEPESCHE_FILES": "s3://zustellung", "DEPESCHE_FILES_CREDENTIALS": path]
                environment["CREDENTIALS_DIRECTORY"] = folder
                return try Configuration(environment: environment).objectStore?.credentials
            }
        }
        #expect(try read(0o600) == S3Credentials(accessKey: "AKIA", secretKey: "hidden"))
        #expect(throws: ConfigurationError.self) { try read(0o640) }
        #expect(try read(0o440, NSTemporaryDirectory()) != nil)
        let yaml = "files: s3://zustellung\nfiles-access-key: AKIA\nfiles-secret-key: hidden\n"
        #expect(try withFile(yaml, mode: 0o600) { try Configuration(environment: [:], file: $0).objectStore } != nil)
        #expect(throws: ConfigurationError.self) {
            try withFile(yaml, mode: 0o644) { try Configuration(environment: [:], file: $0) }
        }
    }

    @Test func noDumpShowsTheSecret() throws {
        var dumped = ""
        dump(try Configuration(environment: keys.merging(["DEPESCHE_FILES": "s3://zustellung"]) { $1 }), to: &dumped)
        #expect(dumped.contains("zustellung") && !dumped.contains("hidden"))
    }
}
