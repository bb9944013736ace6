import Deliveries
import MailMessage
import SenderDomains
import WebServer

/// What recipients would see of the reader of the page by the pattern beside it. A script keeps it true while somebody
/// types.
struct SenderNameExample: Sendable {
    /// The fields, for the script.
    let name: String
    let address: String
    let organisation: String
    /// What holds while the field is empty.
    let standard: String
    /// The name as it is shown.
    let shown: String
    /// The address behind it.
    let from: String

    /// - Parameters:
    ///   - author: whose mail the example is.
    ///   - typed: what stands in the field; the pattern in force takes its place where it is none.
    init(_ use: SenderNamePattern.Use, author: Mailbox, typed: String, _ settings: Settings) {
        let pattern = try? SenderNamePattern(typed, for: use)
        let inForce = settings.senderNames
        let names = SenderNames(
            own: use == .own ? pattern ?? inForce.own : inForce.own,
            fallback: use == .fallback ? pattern ?? inForce.fallback : inForce.fallback,
            organisation: settings.organisationName)
        let sender = settings.systemSenderOrStandIn ?? author
        let mailbox = use == .own ? names.own(author) : names.fallback(author, by: sender)
        name = author.name ?? author.address.localPart
        address = author.address.displayForm
        organisation = settings.organisationName
        standard = (use == .own ? SenderNamePattern.plainName : settings.standardFallbackName).text
        shown = mailbox.name ?? ""
        from = mailbox.address.displayForm
    }
}

extension FieldGroup {
    /// The group with examples at the fields that are patterns of names.
    func withSenderNames(of author: Mailbox, _ settings: Settings) -> FieldGroup {
        FieldGroup(
            title: title, hint: hint,
            fields: fields.map { field in
                guard case .senderName(let use)? = SettingKey.named(field.name)?.kind else { return field }
                return field.showing(SenderNameExample(use, author: author, typed: field.value, settings))
            }, isFolded: isFolded, isOpen: isOpen)
    }
}
