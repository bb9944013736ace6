import Deliveries
import Localization

/// What a program or script sends to make, change or send a delivery. Recipients come as one text, as typed, or as a
/// list.
struct DraftModel: Decodable {
    /// One text or a list of them.
    enum Recipients: Decodable {
        case text(String)
        case list([String])

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let text = try? container.decode(String.self) {
                self = .text(text)
            } else {
                self = .list(try container.decode([String].self))
            }
        }

        /// As it would have been typed, one a line.
        var typed: String {
            switch self {
            case .text(let text): text
            case .list(let list):
                list.map { $0.split(whereSeparator: \.isNewline).joined(separator: " ") }.joined(separator: "\n")
            }
        }
    }

    static let fields: Set<String> = [
        "from", "recipients", "subject", "message", "level", "lifetimeDays", "password", "notifiesSender",
        "copiesSender",
        "withholdsMessage", "language",
    ]

    /// What can be said besides when a draft is begun.
    static let beginningFields = fields.union(["path"])

    /// What can be said besides when a draft is sent.
    static let sendingFields = fields.union(["liftsSuppressions"])

    let from: String?
    let recipients: Recipients?
    let subject: String?
    let message: String?
    let level: Int?
    let lifetimeDays: Int?
    let password: String?
    let notifiesSender: Bool?
    let copiesSender: Bool?
    let withholdsMessage: Bool?
    let language: String?
    let liftsSuppressions: Bool?
    let path: String?

    /// How the mail will leave; an unknown way is refused.
    func dispatchPath() throws -> Delivery.DispatchPath {
        guard let path else { return .webUI }
        guard let known = Delivery.DispatchPath(rawValue: path) else {
            throw DeliveriesError(.unsupportedOption, fields: [FieldError("path", "unsupported")])
        }
        return known
    }

    /// The same for the use cases; an unknown language is refused.
    func form() throws -> DraftForm {
        var chosen: Language?
        if let language {
            guard let known = Language(rawValue: language) else {
                throw DeliveriesError(.unsupportedOption, fields: [FieldError("language", "unsupported")])
            }
            chosen = known
        }
        return DraftForm(
            from: from, recipients: recipients?.typed, subject: subject, message: message, level: level,
            lifetimeDays: lifetimeDays, password: password, notifiesSender: notifiesSender, copiesSender: copiesSender,
            withholdsMessage: withholdsMessage, language: chosen,
            liftsSuppressions: liftsSuppressions)
    }
}
