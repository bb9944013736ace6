public import Localization
import MailMessage
public import MailTemplates

/// A mail of each kind with sample data, as it would leave.
public enum MailPreview {
    /// The message as RFC 5322 text.
    public static func message(kind: MailKind, language: Language) throws -> [UInt8] {
        try kind.sampleMessage(language: language).serialized
    }
}
