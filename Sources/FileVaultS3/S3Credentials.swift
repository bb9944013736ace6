/// Who asks an object store. No dump and no log shows the secret.
public struct S3Credentials: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    /// The name of the key.
    public let accessKey: String
    /// Its secret.
    let secretKey: String
    /// What goes with keys that were lent for a while.
    let sessionToken: String?

    /// Takes a pair of keys.
    ///
    /// - Parameters:
    ///   - accessKey: the name of the key.
    ///   - secretKey: its secret.
    ///   - sessionToken: what goes with keys that were lent for a while.
    public init(accessKey: String, secretKey: String, sessionToken: String? = nil) {
        self.accessKey = accessKey
        self.secretKey = secretKey
        self.sessionToken = sessionToken
    }

    /// Reads a file in the form of AWS's shared credentials: its section `[default]`, or the lines before any section.
    ///
    /// - Parameter text: the file's text. Nil comes back unless it holds `aws_access_key_id` and
    ///   `aws_secret_access_key`.
    public init?(sharedFile text: String) {
        var values: [String: String] = [:]
        var isWanted = true
        for line in text.split(whereSeparator: \.isNewline) {
            let line = Self.trimmed(line)
            if line.hasPrefix("[") {
                isWanted = line == "[default]"
            } else if isWanted, !line.hasPrefix("#"), let sign = line.firstIndex(of: "=") {
                values[Self.trimmed(line[..<sign])] = Self.trimmed(line[line.index(after: sign)...])
            }
        }
        guard let accessKey = values["aws_access_key_id"], let secretKey = values["aws_secret_access_key"],
            !accessKey.isEmpty, !secretKey.isEmpty
        else { return nil }
        self.init(accessKey: accessKey, secretKey: secretKey, sessionToken: values["aws_session_token"])
    }

    private static func trimmed(_ text: some StringProtocol) -> String {
        let start = text.drop { $0 == " " || $0 == "\t" }
        return String(start.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }

    /// Only the name of the key.
    public var description: String { "S3Credentials(\(accessKey))" }
    /// Shows no children.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
