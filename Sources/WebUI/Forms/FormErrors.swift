import Deliveries
import HTTPTypes
import Localization
import WebServer

/// What is wrong with a form: at each field, and together on top.
struct FormErrors: Sendable {
    /// The box above the form, which takes the focus.
    struct Summary: Sendable, Equatable {
        /// A mistake with the way to its field.
        struct Item: Sendable, Equatable {
            let href: String?
            let message: String
        }

        let title: String
        let hasItems: Bool
        let items: [Item]
    }

    let status: HTTPResponse.Status
    private let title: String
    private let messages: [(field: String, message: String)]

    /// - Parameters:
    ///   - error: what the use case answered.
    ///   - text: the reader's language.
    ///   - fields: which field of the form stands for a field of the use case, where they differ.
    init(_ error: DeliveriesError, _ text: Localizer, fields: [String: String] = [:]) {
        // A form that is shown again is an answer and no trouble of the protocol; only waiting has a status of its own.
        status = error.code == .throttled || error.code == .busy ? error.code.status : .unprocessableContent
        title = text("error.\(error.code.rawValue)", ["seconds": error.retryAfter.map(String.init) ?? ""])
        messages = error.fields.map { (fields[$0.field] ?? $0.field, Self.message(of: $0, text)) }
    }

    /// The words for one mistake.
    static func message(of error: FieldError, _ text: Localizer) -> String {
        error.words(text)
    }

    /// What is wrong with a field; nil if nothing is.
    func message(of field: String) -> String? { messages.first { $0.field == field }?.message }

    /// The box above a form that has these fields; mistakes at others are named without a way to them.
    func summary(for fields: [FormField]) -> Summary { summary(naming: Set(fields.map(\.name))) }

    /// The box above a form with fields of these names.
    func summary(naming names: Set<String>) -> Summary {
        Summary(
            title: title, hasItems: !messages.isEmpty,
            items: messages.map { .init(href: names.contains($0.field) ? "#\($0.field)" : nil, message: $0.message) })
    }

    /// Whether a form can show this error; the others get a page of their own.
    static func canShow(_ error: DeliveriesError) -> Bool {
        switch error.code {
        case .invalid, .conflict, .wrongCredentials, .wrongSecondFactor, .throttled, .busy, .unsupportedOption,
            .tooMany,
            .tooLarge, .incomplete, .codeWrong, .codeSpent, .codeLimit, .deliveryPasswordWrong, .diskFull:
            true
        default: false
        }
    }
}
