/// A text that is never shown: a password, or a response of a sign-in. Descriptions and mirrors are masked.
public struct SMTPSecret: Sendable, Hashable {
    /// The text itself.
    public let text: String

    /// Wraps a text.
    public init(_ text: String) {
        self.text = text
    }
}

extension SMTPSecret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Three asterisks.
    public var description: String { "***" }

    /// The same as ``description``.
    public var debugDescription: String { description }

    /// A mirror without the text.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
