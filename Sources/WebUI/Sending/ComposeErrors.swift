import Deliveries
import HTTPTypes
import Localization
import WebServer

/// What is wrong with a draft: mistakes in a list are told at the field that holds the list, each with its entry.
struct ComposeErrors: Sendable {
    /// More mistakes of one kind than this are counted and not told.
    private static let mostTold = 10

    let status: HTTPResponse.Status
    let summary: FormErrors.Summary
    private let messages: [String: String]

    /// - Parameters:
    ///   - error: what the use case answered.
    ///   - files: the files of the draft, for `files[3]`.
    ///   - text: the reader's language.
    init(_ error: DeliveriesError, files: [DeliveryFile], _ text: Localizer) {
        let labels = [
            "from": text("page.compose.from"), "recipients": text("page.compose.recipients"),
            "subject": text("page.compose.subject"),
            "message": text("page.compose.message"), "files": text("page.compose.files"),
            "level": text("page.compose.level"), "password": text("page.compose.password"),
            "lifetimeDays": text("page.compose.lifetime"),
        ]
        let fields = error.fields.map { field -> (name: String, message: String) in
            let (name, index) = Self.split(field.field)
            var message = field.words(text)
            let entry = name == "files" ? index.flatMap { files.indices.contains($0) ? files[$0].name : nil } : nil
            if let entry = entry ?? field.values["text"] {
                message = text("page.form.atEntry", ["entry": String(entry.prefix(80)), "message": message])
            }
            return (name, message)
        }
        status = error.code == .throttled || error.code == .busy ? error.code.status : .unprocessableContent
        messages = Dictionary(fields.map { ($0.name, $0.message) }, uniquingKeysWith: { first, _ in first })
        var items = fields.prefix(Self.mostTold).map { name, message in
            FormErrors.Summary.Item(
                href: "#\(name)", message: labels[name].map { "\($0): \(message)" } ?? message)
        }
        let rest = fields.count - items.count
        if rest > 0 { items.append(.init(href: nil, message: text.plural("page.form.moreMistakes", rest))) }
        summary = .init(
            title: error.code == .invalid
                ? text("page.compose.notSent")
                : text("error.\(error.code.rawValue)", ["seconds": error.retryAfter.map(String.init) ?? ""]),
            hasItems: !items.isEmpty, items: items)
    }

    /// The first mistake at a field.
    func message(of field: String) -> String? { messages[field] }

    /// `recipients[3]` is the fourth entry of `recipients`.
    private static func split(_ field: String) -> (name: String, index: Int?) {
        guard field.hasSuffix("]"), let open = field.firstIndex(of: "[") else { return (field, nil) }
        return (String(field[..<open]), Int(field[field.index(after: open)...].dropLast()))
    }
}
