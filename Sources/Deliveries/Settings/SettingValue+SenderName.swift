import MailMessage
import SenderDomains

extension SettingValue {
    /// The pattern of a name as it is written, blanks and capitals of its fields put right.
    static func senderName(
        _ text: String, for use: SenderNamePattern.Use, key: SettingKey
    ) throws(FieldError) -> String {
        do throws(SenderNamePattern.Mistake) {
            return HeaderText(cleaning: try SenderNamePattern(text, for: use).text).value
        } catch {
            throw FieldError(
                key.name, error.rawValue, error == .tooLong ? ["most": String(SenderNamePattern.longest)] : [:])
        }
    }
}
