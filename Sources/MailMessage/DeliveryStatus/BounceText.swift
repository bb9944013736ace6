/// The words in which a server reports without RFC 3464, or beside it: whom they speak of, and what they say of each.
struct BounceText {
    private struct Mention {
        let address: EmailAddress
        let line: Int
        let end: Int
        let rank: Rank
    }

    /// How surely an address that the words name is the one that they speak of.
    private enum Rank {
        /// It begins a line, or stands behind words that only announce such an address.
        case sure
        /// It stands behind a reply code or behind words that may announce others too.
        case likely
        /// It begins a line, but the report itself goes there too.
        case own
    }

    private let report: ReportText
    /// Addresses that cannot be meant: those that the report itself goes to and comes from.
    private let own: Set<String>
    private let mentions: [Mention]
    private let isDelay: Bool

    init(_ text: String, mail: ParsedMessage) {
        report = ReportText(text)
        var own: Set<String> = []
        for name in [HeaderName.to, .from, .cc] {
            for mailbox in mail.mailboxes(name).prefix(20) { own.insert(mailbox.address.comparisonKey) }
        }
        self.own = own
        let all = Self.mentions(report.lines, own: own)
        let best = [Rank.sure, .likely, .own].first { rank in all.contains { $0.rank == rank } }
        mentions = all.filter { $0.rank == best }
        let subject = (mail.subject ?? "").lowercased()
        let head = report.lines.prefix(30).joined(separator: " ").lowercased()
        isDelay =
            ["delayed", "(delay)", "warning: could not send", "still being retried", "delay notification"].contains {
                subject.contains($0)
            }
            || [
                "you do not need to resend", "will be retried", "will keep trying", "warning message only",
                "still being retried",
                "this is a warning", "no action is required on your part", "will continue trying",
                "delivery attempts will continue",
                "has not yet been delivered", "keep trying to deliver", "will continue to try",
            ].contains { head.contains($0) }
    }

    /// All words before the mail that came back, on one line.
    var text: String { report.lines.joined(separator: "\n") }

    /// Whether the words are about a mail that did not arrive, so that its To may be believed to be the address.
    var soundsLikeABounce: Bool {
        let words = text.lowercased()
        return [
            "undeliver", "not be delivered", "delivery fail", "delivery has failed", "failed to deliver",
            "unable to deliver",
            "was not delivered", "not delivered", "rejected", "returned", "couldn't be delivered", "could not deliver",
            "bounced", "failure", "unzustellbar", "nicht zugestellt", "user unknown", "does not exist", "quota",
            "error", "deferred", "can not be", "cannot be",
        ].contains { words.contains($0) }
    }

    /// The address in the To of the mail that stands behind the words.
    var returnedTo: EmailAddress? {
        report.returned.prefix(200).first { $0.lowercased().hasPrefix("to:") }
            .flatMap { AddressScanner.find(in: $0).first?.address }
    }

    /// The Message-ID of that mail.
    var returnedMessageID: MessageID? {
        let lines = report.returned.isEmpty ? report.lines[...] : report.returned.prefix(300)
        for line in lines {
            let folded = line.lowercased()
            let trimmed = folded.drop { $0 == " " || $0 == ">" || $0 == "\t" }
            if trimmed.hasPrefix("message-id:"), let id = MessageID.list(in: line).first { return id }
        }
        return nil
    }

    /// Whom the words speak of.
    ///
    /// - Parameter failed: the value of `X-Failed-Recipients`, by which Exim and a large provider name them.
    func recipients(failed: String?) -> [ReportedRecipient] {
        var addresses: [EmailAddress] = []
        var seen: Set<String> = []
        func add(_ address: EmailAddress) {
            if seen.insert(address.comparisonKey).inserted { addresses.append(address) }
        }
        for found in AddressScanner.find(in: String((failed ?? "").prefix(8_000))) { add(found.address) }
        if addresses.isEmpty { for mention in mentions { add(mention.address) } }
        if addresses.isEmpty, let address = inPhrase { add(address) }
        return addresses.prefix(1_000).map { recipient($0, reason: reason(for: $0)) }
    }

    /// What is known of one of them.
    func recipient(_ address: EmailAddress, reason: String) -> ReportedRecipient {
        let action: ReportedRecipient.Action = isDelay ? .delayed : .failed
        return ReportedRecipient(
            address: address, originalAddress: nil, action: action, status: nil, diagnostic: reason,
            further: isAboutOne ? text : "",
            remoteServer: "")
    }

    /// What the words say of an address: what stands behind it until the next address or a gap, and what the servers
    /// said in the transcript.
    func reason(for address: EmailAddress) -> String {
        let key = address.comparisonKey
        let places = mentions.enumerated().filter { $0.element.address.comparisonKey == key }
        for (index, mention) in places {
            let next = mentions[(index + 1)...].first { $0.line > mention.line }?.line ?? report.lines.count
            let words = reason(mention, until: next)
            if words.contains(where: \.isLetter) { return words }
        }
        return isAboutOne ? transcript ?? text : ""
    }

    private func reason(_ mention: Mention, until next: Int) -> String {
        let line = Array(report.lines[mention.line].utf8)
        var words = [line[min(mention.end, line.count)...].asText]
        var gaps = 0
        var length = 0
        for line in report.lines[(mention.line + 1)..<max(next, mention.line + 1)] {
            let trimmed = Array(line.utf8).trimmed.asText
            if trimmed.isEmpty {
                // An empty line may stand between the address and what is said of it.
                gaps += 1
                if gaps > 2 && length > 0 { break }
                continue
            }
            words.append(trimmed)
            length += trimmed.utf8.count
            if length > 2_000 { break }
        }
        return words.joined(separator: " ").trimmingSeparators
    }

    /// Whether all words can be meant for the same address.
    private var isAboutOne: Bool { Set(mentions.map(\.address.comparisonKey)).count <= 1 }

    /// What the other server answered in a transcript, as sendmail writes it.
    private var transcript: String? {
        let answers = report.lines.filter { line in
            let trimmed = line.drop { $0 == " " || $0 == "\t" }
            return trimmed.hasPrefix("<<< 4") || trimmed.hasPrefix("<<< 5") || trimmed.hasPrefix("(reason:")
        }
        return answers.isEmpty ? nil : answers.joined(separator: " ")
    }

    /// Addresses at the beginning of a line, or behind the phrases that servers put before them.
    private static func mentions(_ lines: [String], own: Set<String>) -> [Mention] {
        var mentions: [Mention] = []
        for (index, line) in lines.enumerated() where line.utf8.contains(UInt8(ascii: "@")) && mentions.count < 2_000 {
            for found in AddressScanner.find(in: line) {
                let before = Array(line.utf8)[..<found.range.lowerBound].asText.lowercased()
                let isOwn = own.contains(found.address.comparisonKey)
                guard let rank = rank(before), !isOwn || rank == .sure else { continue }
                mentions.append(
                    Mention(address: found.address, line: index, end: found.range.upperBound, rank: isOwn ? .own : rank)
                )
                break
            }
        }
        return mentions
    }

    private static func isDaemon(_ address: EmailAddress) -> Bool {
        ["mailer-daemon", "postmaster", "abuse"].contains(address.localPart.lowercased())
    }

    private static let announcements = [
        "recipient address", "recipient", "recipients", "unknown user", "allowed size", "your message to",
        "was not delivered to",
        "wasn't delivered to", "sent to", "tried to reach", "rcpt to", "deliver to", "deliver message to",
        "deliver mail to",
        "deliver your message to", "rfc822", "addressed to", "user", "following message to", "your mail to", "mail for",
        "permanent errors", "empfänger", "an", "following recipient", "message for", "delivery to", "undeliverable to",
        "could not be delivered to", "messages to", "unable to deliver to", "message was undeliverable to", "mail to",
    ]
    private static let vagueAnnouncements = ["to", "for", "address", "mailbox", "account", "mailto", "reach"]
    /// Fields of a mail that came back, and web addresses.
    private static let otherFields = [
        "from:", "received", "message-id", "reply-to", "cc:", "return-path", "http", "delivered-to:", "x-", "sender",
        "mail from", "references", "in-reply-to",
    ]

    private static func rank(_ before: String) -> Rank? {
        if before.allSatisfy({ " \t<\"'([*-•".contains($0) }) { return .sure }
        let words = before.trimmingSeparators
        if otherFields.contains(where: { words.hasPrefix($0) }) { return nil }
        func ends(_ phrases: [String]) -> Bool {
            phrases.contains { words == $0 || words.hasSuffix(" " + $0) || words.hasSuffix(">" + $0) }
        }
        if ends(announcements) { return .sure }
        // `Name<mailto:a@b>` on a line of its own.
        if words.hasSuffix("mailto"), words.utf8.count < 100 { return .sure }
        let isReply = words.utf8.count == 3 && words.allSatisfy(\.isNumber)
        return isReply || ends(vagueAnnouncements) ? .likely : nil
    }

    /// The first address anywhere in the words that cannot be anybody else's.
    private var inPhrase: EmailAddress? {
        for line in report.lines.prefix(200) {
            let folded = line.lowercased()
            if Self.otherFields.contains(where: { folded.contains($0) }) { continue }
            for found in AddressScanner.find(in: line) {
                if !own.contains(found.address.comparisonKey), !Self.isDaemon(found.address) { return found.address }
            }
        }
        return nil
    }
}

extension String {
    /// Without blanks and punctuation at both ends.
    fileprivate var trimmingSeparators: String {
        let isSeparator: (Character) -> Bool = { $0.isWhitespace || "<>\"'()[]:;,.-=*#".contains($0) }
        var slice = self[...]
        while let first = slice.first, isSeparator(first) { slice = slice.dropFirst() }
        while let last = slice.last, isSeparator(last), last != ")" { slice = slice.dropLast() }
        return String(slice)
    }
}
