import FileVaultS3
import Foundation

/// The object store that keeps the files, where that is not a folder.
struct ObjectStore: Sendable, Equatable {
    /// The bucket.
    let bucket: S3Bucket
    /// Who asks it.
    let credentials: S3Credentials
    /// How long it may keep silent, seconds.
    let timeout: Int

    /// The keys of the configuration that belong to `files`.
    static let keys = [
        "files-endpoint", "files-region", "files-style", "files-access-key", "files-secret-key", "files-credentials",
        "files-encryption", "files-timeout",
    ]

    /// Where files are, as the configuration says it.
    var place: String {
        "s3://\(bucket.name)" + (bucket.prefix.isEmpty ? "" : "/" + bucket.prefix.dropLast())
    }

    /// The store's address.
    var endpoint: String { (bucket.isSecure ? "https://" : "http://") + bucket.authority }

    /// Reads what belongs to `files`.
    ///
    /// - Parameters:
    ///   - value: the configuration's values by their keys.
    ///   - credentialFolder: a folder whose files the system guards, if there is one.
    init?(_ value: (String) -> String?, credentialFolder: String?) throws(ConfigurationError) {
        guard let files = value("files") else {
            if let key = Self.keys.first(where: { value($0) != nil }) {
                throw ConfigurationError("\(key) belongs to files: set files to s3://BUCKET, too.")
            }
            return nil
        }
        let (name, prefix) = try Self.place(files)
        let region = value("files-region") ?? "us-east-1"
        guard !region.isEmpty, region.utf8.allSatisfy({ Self.isOfHost($0) && $0 != UInt8(ascii: ".") }) else {
            throw ConfigurationError("files-region must be a region such as eu-central-1, not \"\(region)\".")
        }
        let (isSecure, authority) = try Self.endpoint(
            value("files-endpoint") ?? "https://s3.\(region).amazonaws.com")
        guard let style = S3Bucket.Style(rawValue: value("files-style") ?? "path") else {
            throw ConfigurationError("files-style is path or virtual-host.")
        }
        guard let timeout = Int(value("files-timeout") ?? "30"), (1...3_600).contains(timeout) else {
            throw ConfigurationError("files-timeout must be seconds from 1 to 3600.")
        }
        bucket = S3Bucket(
            isSecure: isSecure, authority: authority, name: name, prefix: prefix, region: region, style: style,
            encryption: try Self.encryption(value("files-encryption")))
        credentials = try Self.credentials(value, credentialFolder: credentialFolder)
        self.timeout = timeout
    }

    private static func place(_ text: String) throws(ConfigurationError) -> (name: String, prefix: String) {
        let mistake = ConfigurationError("files must be s3://BUCKET or s3://BUCKET/PREFIX, not \"\(text)\".")
        guard text.hasPrefix("s3://") else { throw mistake }
        var parts = text.dropFirst(5).split(separator: "/", omittingEmptySubsequences: false)[...]
        if parts.last == "" { parts.removeLast() }
        guard let name = parts.popFirst(), (3...63).contains(name.utf8.count), name.utf8.allSatisfy(isOfHost),
            parts.allSatisfy({ part in
                !part.isEmpty && part != "." && part != ".."
                    && part.utf8.allSatisfy { byte in
                        isOfHost(byte) || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte || byte == UInt8(ascii: "_")
                    }
            })
        else { throw mistake }
        return (String(name), parts.map { $0 + "/" }.joined())
    }

    private static func endpoint(_ text: String) throws(ConfigurationError) -> (isSecure: Bool, authority: String) {
        guard let url = URLComponents(string: text), let scheme = url.scheme, ["http", "https"].contains(scheme),
            let host = url.host, !host.isEmpty, ["", "/"].contains(url.path), url.query == nil, url.fragment == nil,
            url.user == nil
        else {
            throw ConfigurationError(
                "files-endpoint must be an address without a path such as https://s3.kunde.example, not \"\(text)\".")
        }
        return (scheme == "https", host + (url.port.map { ":\($0)" } ?? ""))
    }

    private static func encryption(_ text: String?) throws(ConfigurationError) -> S3Bucket.Encryption? {
        switch text {
        case nil: return nil
        case "AES256": return .aes256
        case "aws:kms": return .kms(key: nil)
        case let text? where text.hasPrefix("aws:kms:") && text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }):
            return .kms(key: String(text.dropFirst("aws:kms:".count)))
        default: throw ConfigurationError("files-encryption is AES256, aws:kms or aws:kms:KEY.")
        }
    }

    private static func credentials(
        _ value: (String) -> String?, credentialFolder: String?
    ) throws(ConfigurationError) -> S3Credentials {
        switch (value("files-access-key"), value("files-secret-key"), value("files-credentials")) {
        case (let access?, let secret?, nil): return S3Credentials(accessKey: access, secretKey: secret)
        case (nil, nil, let path?):
            try Configuration.demandSecrecy(of: path, groupMayRead: credentialFolder.map(path.hasPrefix) ?? false)
            guard let text = try? String(contentsOf: URL(filePath: path), encoding: .utf8),
                let credentials = S3Credentials(sharedFile: text)
            else {
                throw ConfigurationError(
                    "The file \(path) must hold aws_access_key_id and aws_secret_access_key, each with \" = \".")
            }
            return credentials
        default:
            throw ConfigurationError(
                "files needs keys: set files-access-key and files-secret-key, or files-credentials with a file.")
        }
    }

    private static func isOfHost(_ byte: UInt8) -> Bool {
        UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
            || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
    }
}

extension Configuration {
    /// Refuses a file with secrets that others may read.
    static func demandSecrecy(of path: String, groupMayRead: Bool = false) throws(ConfigurationError) {
        guard let mode = try? FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int else {
            throw ConfigurationError("The file \(path) cannot be read.")
        }
        guard mode & (groupMayRead ? 0o037 : 0o077) == 0 else {
            throw ConfigurationError("The file \(path) holds a secret, and others may read it: chmod 600 \(path)")
        }
    }
}
