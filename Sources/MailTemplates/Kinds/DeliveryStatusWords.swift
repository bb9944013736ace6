public import Foundation
public import Localization
public import MailMessage

/// The words for people in a report to whom a program or another server handed mail in for: nobody knows which language
/// they read, so that each of ours stands there.
public struct DeliveryStatusWords: Sendable {
    /// More recipients than these are only counted; the fields for programs name all.
    private static let mostNamed = 20

    private let languages: [Language]
    private let timeZone: TimeZone

    /// - Parameters:
    ///   - languages: the languages in their order, the likeliest first.
    ///   - timeZone: in which times are told.
    public init(languages: [Language] = [.english, .german], timeZone: TimeZone) {
        self.languages = languages
        self.timeZone = timeZone
    }

    /// The subject of the report, in each language.
    public func subject(_ report: DeliveryStatusNotification) -> HeaderText {
        let recipients = told(report)
        let texts = languages.map { language in
            let text = Localizer(language)
            let who = recipients.first?.address.displayForm ?? ""
            return recipients.count == 1
                ? text("mail.status.\(Self.key(report.action)).subject", ["recipient": who])
                : text.plural("mail.status.\(Self.key(report.action)).subjects", recipients.count)
        }
        return HeaderText(cleaning: texts.joined(separator: " / "))
    }

    /// The explanation, in each language.
    public func explanation(_ report: DeliveryStatusNotification) -> String {
        languages.map { section(report, Localizer($0)) }.joined(separator: "\n\n---\n\n")
    }

    /// Those to whom the news applies that the subject tells.
    private func told(_ report: DeliveryStatusNotification) -> [NotifiedRecipient] {
        report.recipients.filter { $0.action == report.action }
    }

    private func section(_ report: DeliveryStatusNotification, _ text: Localizer) -> String {
        var blocks = [text("mail.status.greeting", ["server": report.reportingServer.unicode])]
        for action in [ReportedRecipient.Action.failed, .delayed, .relayed, .expanded, .delivered] {
            let recipients = report.recipients.filter { $0.action == action }
            guard !recipients.isEmpty else { continue }
            blocks.append(text("mail.status.\(Self.key(action)).what"))
            blocks += recipients.prefix(Self.mostNamed).map { item($0, text) }
            let rest = recipients.count - Self.mostNamed
            if rest > 0 { blocks.append(text.plural("mail.status.more", rest)) }
        }
        blocks.append(text("mail.status.header"))
        return blocks.joined(separator: "\n\n")
    }

    private func item(_ recipient: NotifiedRecipient, _ text: Localizer) -> String {
        var lines = [recipient.address.displayForm]
        if recipient.action == .failed {
            let reason = UndeliverableReason(className: recipient.failureClass.rawValue)
            lines.append("  " + text("mail.reason.\(reason.key).what"))
        }
        if let until = recipient.willRetryUntil, recipient.action == .delayed {
            lines.append(
                "  "
                    + text(
                        "mail.status.until", ["time": text.dateTime(until, timeZone: timeZone, showingZone: true)]))
        }
        let answer = HeaderText(cleaning: recipient.diagnostic).truncated(toOctets: 500).value
        if !answer.isEmpty { lines.append("  " + text("mail.status.answer", ["answer": answer])) }
        return lines.joined(separator: "\n")
    }

    private static func key(_ action: ReportedRecipient.Action) -> String { action.rawValue }
}
