public import Secrets

/// The identity of a stored file: 128 bits, given by whoever keeps the list of files. Never a capability.
public struct VaultFileID: Sendable, Hashable, CustomStringConvertible {
    /// The identity: 16 octets.
    public let bytes: [UInt8]

    /// Takes an identity.
    ///
    /// - Parameter bytes: 16 octets; nil comes back for another number.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 16 else { return nil }
        self.bytes = Array(bytes)
    }

    /// Draws an identity.
    ///
    /// - Parameter random: where it comes from.
    public init(random: any RandomSource) {
        bytes = random.bytes(16)
    }

    /// Reads the text form, strictly.
    ///
    /// - Parameter text: 22 characters of base64url; nil comes back for anything else.
    public init?(text: some StringProtocol) {
        guard text.utf8.count == 22, let bytes = Base64URL.decode(text) else { return nil }
        self.init(bytes: bytes)
    }

    /// Takes the name of a folder on disk.
    package init?(hex: String) {
        guard hex == hex.lowercased(), let bytes = Hex.decode(hex) else { return nil }
        self.init(bytes: bytes)
    }

    /// The text form: 22 characters of base64url.
    public var text: String { Base64URL.encode(bytes) }
    /// The same as ``text``.
    public var description: String { text }
    /// The name on disk, fit for file systems that do not tell capitals from small letters.
    var hex: String { Hex.encode(bytes) }
}
