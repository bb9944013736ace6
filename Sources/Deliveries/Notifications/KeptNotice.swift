public import Foundation
public import Localization
public import MailMessage
public import MailTemplates

/// Names a kept notice.
public typealias KeptNoticeID = Identifier<KeptNotice>

/// A notification that waits for others, so that one mail tells its reader of them all. It is kept by the transaction
/// that causes it, and removed by the one that puts that mail into the outbox.
public struct KeptNotice: Equatable, Sendable {
    /// Whom a mail of gathered notices goes to, and in which language its words were made.
    public struct Reader: Hashable, Sendable {
        /// The comparison key of the address.
        public let address: String
        /// The language.
        public let language: Language

        /// A reader.
        public init(address: String, language: Language) {
            self.address = address
            self.language = language
        }
    }

    /// Its name.
    public let id: KeptNoticeID
    /// What kind of mail it would have been.
    public let kind: MailKind
    /// Who reads it.
    public let reader: Reader
    /// What it says, and the reader's name and address as they stand in the mail; sealed.
    public let sealed: Data
    /// When it was kept.
    public let at: Date

    /// A notice.
    public init(id: KeptNoticeID, kind: MailKind, reader: Reader, sealed: Data, at: Date) {
        self.id = id
        self.kind = kind
        self.reader = reader
        self.sealed = sealed
        self.at = at
    }
}

/// Keeps notices until they are told together.
public protocol KeptNoticeStore {
    /// Adds a notice.
    func insert(_ notice: KeptNotice) throws
    /// Readers with a notice that was kept at a moment or before.
    func readers(keptUntil: Date, limit: Int) throws -> [KeptNotice.Reader]
    /// What is kept for a reader, oldest first.
    func notices(for reader: KeptNotice.Reader, limit: Int) throws -> [KeptNotice]
    /// Removes a notice.
    func remove(_ id: KeptNoticeID) throws
    /// Removes all for an address.
    func removeAll(to address: EmailAddress) throws
}
