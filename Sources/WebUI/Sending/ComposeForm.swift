import Deliveries
import Foundation
import Localization
import WebServer

/// What stands in the fields of the compose page: as typed, or as the draft keeps it.
struct ComposeForm: Sendable, Equatable {
    /// The address to send from; nil: there is no choice.
    var from: String?
    var recipients = ""
    var subject = ""
    var message = ""
    var level = "1"
    var lifetimeDays = ""
    var password = ""
    var removesPassword = false
    var notifiesSender = true
    var copiesSender = false
    var withholdsMessage = false
    var language = ""
    var liftsSuppressions = false

    /// The fields of a new delivery.
    init(_ policy: AccountPolicy, language: Language) {
        level = String(policy.preselectedLevel.rawValue)
        lifetimeDays = String(policy.lifetimeDays)
        self.language = language.rawValue
    }

    /// The fields as a draft keeps them. Its password is not known to anybody.
    ///
    /// - Parameter from: the address that it is sent from.
    init(_ draft: Delivery, from: String? = nil) {
        self.from = from
        recipients = draft.draftRecipients
        subject = draft.subject
        message = draft.message
        level = String(draft.level.rawValue)
        lifetimeDays = String(draft.lifetimeDays)
        notifiesSender = draft.notifiesSender
        copiesSender = draft.copiesSender
        withholdsMessage = draft.withholdsMessage
        language = draft.language.rawValue
    }

    /// The fields as they were typed.
    init(_ form: FormBody) {
        from = form.value("from")
        recipients = form["recipients"]
        subject = form["subject"]
        message = form["message"]
        level = form["level"]
        lifetimeDays = form["lifetimeDays"]
        password = form["password"]
        removesPassword = form.isOn("removePassword")
        notifiesSender = form.isOn("notifiesSender")
        copiesSender = form.isOn("copiesSender")
        withholdsMessage = form.isOn("withholdsMessage")
        language = form["language"]
        liftsSuppressions = form.isOn("liftsSuppressions")
    }

    /// Takes over the texts that came, and leaves the rest as it is.
    mutating func take(_ form: FormBody) {
        from = form.value("from") ?? from
        recipients = form.value("recipients") ?? recipients
        subject = form.value("subject") ?? subject
        message = form.value("message") ?? message
        level = form.value("level") ?? level
        password = form.value("password") ?? password
        lifetimeDays = form.value("lifetimeDays") ?? lifetimeDays
    }

    /// The same for the use case.
    ///
    /// - Throws: ``DeliveriesError`` `.invalid` for what is no number; a level that is none is refused later, with the
    ///   code of its own.
    func draftForm() throws -> DraftForm {
        var problems: [FieldError] = []
        let days = Int(lifetimeDays.trimmingCharacters(in: .whitespaces))
        if days == nil { problems.append(FieldError("lifetimeDays", "not-a-number")) }
        if !problems.isEmpty { throw DeliveriesError(.invalid, fields: problems) }
        return DraftForm(
            from: from, recipients: recipients, subject: subject, message: message, level: Int(level) ?? 0,
            lifetimeDays: days,
            // An empty field leaves the password as it is; taking it away is a choice of its own.
            password: password.isEmpty ? (removesPassword ? "" : nil) : password, notifiesSender: notifiesSender,
            copiesSender: copiesSender, withholdsMessage: withholdsMessage, language: Language(rawValue: language),
            liftsSuppressions: liftsSuppressions)
    }
}
