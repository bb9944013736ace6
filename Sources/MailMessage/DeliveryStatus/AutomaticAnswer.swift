/// Tells answers that programs give for their owners (RFC 3834).
enum AutomaticAnswer {
    private static let subjects = [
        "out of office", "out of the office", "automatic reply", "automatic response", "auto reply", "auto-reply",
        "autoreply",
        "auto response", "auto-response", "autoresponse", "auto: ", "vacation", "abwesenheit", "automatische antwort",
        "abwesend", "away from the office", "on vacation", "réponse automatique", "risposta automatica",
        "respuesta automática", "i am away", "ich bin nicht im büro", "nicht im haus", "im urlaub",
    ]

    /// Whether the header is an automatic answer's.
    static func isOne(_ mail: ParsedMessage) -> Bool {
        for header in mail.headers {
            let value = header.value.lowercased()
            switch header.name.lowercased() {
            case "auto-submitted":
                // RFC 3834, 5: `auto-generated` is what reports carry; the RFC's own word for answers is auto-replied.
                if value.hasPrefix("auto-replied") || value.hasPrefix("auto-notified") { return true }
            case "x-autoreply", "x-autorespond", "x-autoresponse", "x-auto-response", "x-mail-autoreply",
                "x-apple-action":
                if !value.hasPrefix("no") { return true }
            case "precedence", "x-precedence":
                if value.hasPrefix("auto") { return true }
            case "x-auto-reply-from": return true
            default: break
            }
        }
        let subject = (mail.subject ?? "").lowercased()
        return subjects.contains { subject.contains($0) }
    }
}
