import Deliveries
import HTTPTypes
import Localization
import WebServer

/// What went wrong with a recipient's form, and where it is said.
struct LetterTrouble: Sendable {
    /// Beside the field of the code.
    var code: String?
    /// Beside the field of the reader's address.
    var address: String?
    /// Beside the field of the password.
    var password: String?
    /// Above the letter.
    var summary: FormErrors.Summary?
    /// The answer's status; nil if nothing went wrong.
    var status: HTTPResponse.Status?

    /// Nothing went wrong.
    init() {}

    /// - Parameters:
    ///   - error: what the use case answered.
    ///   - text: the reader's language.
    init(_ error: DeliveriesError, _ text: Localizer) {
        let words = text("error.\(error.code.rawValue)", ["seconds": error.retryAfter.map(String.init) ?? ""])
        status = error.code.status
        switch error.code {
        case .codeWrong: code = words
        case .invalid where error.fields.first?.field == "address":
            address = error.fields.first.map { FormErrors.message(of: $0, text) }
        case .deliveryPasswordWrong: password = words
        case .forbidden: summary = Self.summary(text("page.letter.noProof"))
        default: summary = Self.summary(words)
        }
    }

    private static func summary(_ words: String) -> FormErrors.Summary {
        FormErrors.Summary(title: words, hasItems: false, items: [])
    }
}
