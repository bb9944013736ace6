internal import Crypto
internal import FoundationEssentials

extension KeyRing {
    /// The first word of each line that holds a key, and the version of the line.
    private static let lineStart = ["depesche-key", "1"]

    /// Loads the key file. It blocks: call it before the server starts.
    ///
    /// The file is text; each line that is neither empty nor begins with `#` is `depesche-key 1 <id> <key>`: eight
    /// hexadecimal digits and 32 octets in base64. The last line is the newest key.
    ///
    /// - Parameters:
    ///   - path: the file's path.
    ///   - groupMayRead: accept a file that its group may read; right only for systemd credentials, which look so.
    ///   - random: where the nonces of later seals come from.
    /// - Returns: the ring.
    /// - Throws: ``KeyRingError``; it is never made anew here.
    public static func load(
        path: String, groupMayRead: Bool = false, random: any RandomSource = SystemRandomSource()
    ) throws(KeyRingError) -> KeyRing {
        let file = try KeyFile.read(path)
        let forbidden: UInt32 = groupMayRead ? 0o037 : 0o077
        if file.mode & forbidden != 0 { throw .tooOpen(path: path, mode: file.mode) }
        var keys: [MasterKey] = []
        let lines = file.text.split(separator: "\n", omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            let words = line.split { $0 == " " || $0 == "\t" || $0 == "\r" || $0 == "\r\n" }.map(String.init)
            guard let first = words.first, !first.hasPrefix("#") else { continue }
            guard words.count == 4, Array(words.prefix(2)) == lineStart, let id = Hex.decode(words[2]), id.count == 4,
                let key = Data(base64Encoded: words[3]), key.count == 32
            else { throw .malformed(path: path, line: index + 1) }
            keys.append(
                MasterKey(id: id.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }, key: SymmetricKey(data: key)))
        }
        guard let ring = KeyRing(keys: keys, random: random) else { throw .malformed(path: path, line: 0) }
        return ring
    }

    /// Makes a key file with one new key. It blocks: call it before the server starts.
    ///
    /// The file appears whole or not at all, is durable when this returns, and has mode 0600.
    ///
    /// - Parameters:
    ///   - path: where; its folder exists, the file does not.
    ///   - random: where the key comes from.
    /// - Returns: the ring.
    /// - Throws: ``KeyRingError/exists(path:)`` or ``KeyRingError/inaccessible(path:reason:)``.
    @discardableResult
    public static func create(
        path: String, random: any RandomSource = SystemRandomSource()
    ) throws(KeyRingError) -> KeyRing {
        let ring = KeyRing(ephemeral: random)
        try KeyFile.write(ring.fileText, to: path, replacing: false, random: random)
        return ring
    }

    /// Adds a new key to the file; from then on it seals, and the older ones still open. It blocks.
    ///
    /// - Parameter path: the file that this ring was loaded from.
    /// - Returns: the ring with the new key.
    /// - Throws: ``KeyRingError/inaccessible(path:reason:)``; the file is then unchanged.
    public func addingKey(path: String) throws(KeyRingError) -> KeyRing {
        var added = Self.newKey(random: random)
        while keys.contains(where: { $0.id == added.id }) { added = Self.newKey(random: random) }
        guard let ring = KeyRing(keys: keys + [added], random: random) else { return self }
        try KeyFile.write(ring.fileText, to: path, replacing: true, random: random)
        return ring
    }

    private var fileText: String {
        let lines = keys.map { key in
            let encoded = key.key.withUnsafeBytes { Data($0).base64EncodedString() }
            return (Self.lineStart + [key.idText, encoded]).joined(separator: " ") + "\n"
        }
        return """
            # Master keys of Depesche, the newest last. Whoever has this file and the data can read everything.
            # Keep a copy apart from the data and its backups: without it, the data is lost.

            """ + lines.joined()
    }
}
