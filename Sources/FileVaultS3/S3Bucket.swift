/// Where a bucket is, and how it is asked.
public struct S3Bucket: Sendable, Hashable {
    /// Where the bucket's name stands.
    public enum Style: String, Sendable, Hashable, CaseIterable {
        /// In the path, in front of the object's name.
        case path
        /// In front of the host's name.
        case virtualHost = "virtual-host"
    }

    /// How the store is told to encrypt what is encrypted already.
    public enum Encryption: Sendable, Hashable {
        /// With the store's own keys.
        case aes256
        /// With a key of its key service; `nil`: the bucket's.
        case kms(key: String?)
    }

    /// Whether the store is asked over TLS.
    public let isSecure: Bool
    /// The store's host, with its port if that is not the usual one.
    public let authority: String
    /// The bucket.
    public let name: String
    /// What stands in front of all names; empty, or ends with a slash.
    public let prefix: String
    /// The region that is signed for.
    public let region: String
    /// Where the bucket's name stands.
    public let style: Style
    /// How the store encrypts; `nil`: as the bucket says.
    public let encryption: Encryption?

    /// Describes a bucket.
    ///
    /// - Parameters:
    ///   - isSecure: whether the store is asked over TLS.
    ///   - authority: the store's host, with its port if that is not the usual one.
    ///   - name: the bucket.
    ///   - prefix: what stands in front of all names.
    ///   - region: the region that is signed for.
    ///   - style: where the bucket's name stands.
    ///   - encryption: how the store encrypts.
    public init(
        isSecure: Bool = true, authority: String, name: String, prefix: String = "", region: String = "us-east-1",
        style: Style = .path, encryption: Encryption? = nil
    ) {
        self.isSecure = isSecure
        self.authority = authority
        self.name = name
        self.prefix = prefix
        self.region = region
        self.style = style
        self.encryption = encryption
    }

    /// The host that a request names.
    var host: String { style == .path ? authority : name + "." + authority }

    /// The path of an object, not encoded; without a key, that of the bucket.
    func path(_ key: String = "") -> String {
        style == .path ? "/" + name + (key.isEmpty ? "" : "/" + key) : "/" + key
    }

    /// The address of a path.
    func url(path: String, query: String) -> String {
        (isSecure ? "https://" : "http://") + host + SignatureV4.encode(path, keepsSlashes: true)
            + (query.isEmpty ? "" : "?" + query)
    }
}
