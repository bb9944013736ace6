public import Foundation
public import MailTemplates

/// One notification for one reader, before it is decided whether it is told at once or with others.
public struct Notice: Sendable {
    let content: any MailContent
    let reader: NoticeReader
    let thread: MailComposer.Thread?

    /// A notification.
    ///
    /// - Parameters:
    ///   - content: what it says.
    ///   - reader: whom it is for.
    ///   - thread: the delivery whose thread a mail of its own belongs to.
    public init(_ content: any MailContent, to reader: NoticeReader, thread: MailComposer.Thread? = nil) {
        self.content = content
        self.reader = reader
        self.thread = thread
    }
}

extension Transaction {
    /// Tells notifications as the settings say: each as a mail in the outbox, or kept until others join it.
    ///
    /// - Parameters:
    ///   - notices: what is told, and to whom.
    ///   - composer: makes the mails and seals what is kept.
    ///   - canWait: whether it may be gathered at all.
    ///   - settings: the settings in force.
    ///   - now: the time.
    /// - Returns: whether a mail was put into the outbox; then wake its worker after the commit.
    /// - Throws: ``DeliveriesError`` `.trouble` if one cannot be composed.
    @discardableResult
    public func tell(
        _ notices: [Notice], by composer: MailComposer, canWait: Bool = true, settings: Settings, at now: Date
    ) throws -> Bool {
        var mails: [OutboxEntry] = []
        for notice in notices {
            if canWait, settings.gathers(notice.content.kind) {
                try keptNotices.insert(composer.kept(notice, settings: settings, now: now))
            } else {
                mails.append(
                    try composer.entry(
                        notice.content, to: notice.reader.mailbox, language: notice.reader.language,
                        thread: notice.thread, settings: settings, now: now))
            }
        }
        try outbox.insert(mails)
        return !mails.isEmpty
    }
}
