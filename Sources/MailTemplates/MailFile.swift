import MailMessage

/// A file as named in a mail.
public struct MailFile: Sendable, Hashable {
    /// The name, cleaned of control characters and of characters that turn text around.
    public let name: String
    /// The size in bytes.
    public let size: Int64

    /// A file.
    public init(name: String, size: Int64) {
        self.name = HeaderText(cleaning: name).truncated(toOctets: 300).value
        self.size = size
    }
}
