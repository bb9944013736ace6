import Foundation
import MailMessage
import Secrets

/// The mark that mail carries which was passed on, so that it is known when it comes back: a loop ends at its first turn.
struct OwnMailMark {
    static let name = HeaderName("X-Depesche-Passed-On")

    private let value: String

    init(keys: KeyRing) {
        value = Base32.encode(keys.shortCode(purpose: .returnPath, message: Array("passed on".utf8))).lowercased()
    }

    /// The field to write.
    var field: HeaderField? { Self.name.flatMap { HeaderField($0, token: value) } }

    /// Whether a mail has it, in its own header or in that of a mail that it brings.
    func isOn(_ mail: ParsedMessage) -> Bool {
        mail.root.all.contains { part in
            part.headers.contains { header in
                header.name.lowercased() == Self.name?.text.lowercased() && header.value == value
            }
        }
    }
}
