import Deliveries
import Foundation
import MailTemplates

/// Takes what grants access out of a mail that is shown to an administrator: the last part of our links, and codes.
struct SecretMask {
    private static let mask = "••••••"
    private let publicURL: String

    init(publicURL: String) { self.publicURL = publicURL }

    /// The mail with masks for tokens and codes.
    func masking(_ mail: OutgoingMail) -> OutgoingMail {
        var mail = mail
        mail.plainText = masking(mail.plainText, kind: mail.kind)
        mail.html = masking(mail.html, kind: mail.kind)
        mail.subject = masking(mail.subject, kind: mail.kind)
        return mail
    }

    private func masking(_ text: String, kind: MailKind) -> String {
        var result = ""
        var rest = Substring(text)
        while let start = rest.range(of: publicURL + "/") {
            result += rest[..<start.upperBound]
            rest = rest[start.upperBound...]
            let path = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || "/-_.~%?=".contains($0)) }
            rest = rest[path.endIndex...]
            let parts = path.split(separator: "/", omittingEmptySubsequences: false)
            if let kindOfLink = parts.first, ["l", "password", "invitation", "setup"].contains(kindOfLink) {
                result += kindOfLink + "/" + Self.mask
            } else {
                result += path
            }
        }
        result += rest
        return kind == .code ? maskingDigits(result) : result
    }

    /// Six digits, also with a space between, that stand alone.
    private func maskingDigits(_ text: String) -> String {
        var result = ""
        var run = ""
        func flush() {
            let digits = run.filter(\.isNumber)
            let trailing = run.reversed().prefix { $0 == " " }
            result += digits.count == 6 ? Self.mask + String(trailing) : run
            run = ""
        }
        for character in text {
            if character.isASCII, character.isNumber || (character == " " && !run.isEmpty) {
                run.append(character)
            } else {
                flush()
                result.append(character)
            }
        }
        flush()
        return result
    }
}
