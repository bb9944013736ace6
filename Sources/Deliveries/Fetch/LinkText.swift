import Secrets

/// The text of a link as it comes back from mails, gateways and clipboards.
enum LinkText {
    /// Reads the token.
    ///
    /// What mail programs and people append (a full stop, a bracket, a line's rest) is no harm; anything else that
    /// was changed makes the link damaged, and the page says so.
    ///
    /// - Throws: ``DeliveriesError`` `.linkDamaged`.
    static func token(_ text: String) throws -> Token {
        let scalars = text.unicodeScalars
        let head = scalars.prefix { isPart($0) }
        guard let token = Token(text: String(head)), token.bytes.count == Token.Strength.bits128.rawValue,
            scalars.count - head.count <= 8
        else { throw DeliveriesError(.linkDamaged) }
        return token
    }

    private static func isPart(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "-", "_": true
        default: false
        }
    }
}
