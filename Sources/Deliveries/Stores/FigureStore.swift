public import Foundation

/// Deliveries that were sent within some time, and how many of them were fetched since.
public struct SentFigures: Equatable, Sendable {
    /// How many were sent.
    public let deliveries: Int
    /// How many of them have files.
    public let withFiles: Int
    /// From how many of them somebody fetched a file completely.
    public let fetched: Int

    /// Figures.
    public init(deliveries: Int, withFiles: Int, fetched: Int) {
        self.deliveries = deliveries
        self.withFiles = withFiles
        self.fetched = fetched
    }
}

/// Deliveries that ran out within some time.
public struct ExpiredFigures: Equatable, Sendable {
    /// How many ran out.
    public let deliveries: Int
    /// How many of them have files that nobody fetched.
    public let unfetched: Int

    /// Figures.
    public init(deliveries: Int, unfetched: Int) {
        self.deliveries = deliveries
        self.unfetched = unfetched
    }
}

/// How many accounts there are.
public struct AccountFigures: Equatable, Sendable {
    /// Accounts in use.
    public let active: Int
    /// Accounts whose owners have not chosen a password yet.
    public let invited: Int
    /// Accounts that are shut.
    public let disabled: Int
    /// Accounts in use without a second factor.
    public let withoutSecondFactor: Int

    /// Figures.
    public init(active: Int, invited: Int, disabled: Int, withoutSecondFactor: Int) {
        self.active = active
        self.invited = invited
        self.disabled = disabled
        self.withoutSecondFactor = withoutSecondFactor
    }
}

/// What one sender sent within some time, and what became of it until now.
public struct SenderUsage: Equatable, Sendable {
    /// The sender.
    public let sender: AccountID
    /// Deliveries.
    public let deliveries: Int
    /// Their recipients.
    public let recipients: Int
    /// Their files.
    public let files: Int
    /// The sum of the sizes of these files, octets; also of those that were removed since.
    public let octets: Int64
    /// Deliveries with files.
    public let withFiles: Int
    /// Deliveries from which somebody fetched a file completely.
    public let fetched: Int
    /// Mails to recipients that could not be delivered.
    public let bounces: Int

    /// Usage with all its parts.
    public init(
        sender: AccountID, deliveries: Int, recipients: Int, files: Int, octets: Int64, withFiles: Int, fetched: Int,
        bounces: Int
    ) {
        self.sender = sender
        self.deliveries = deliveries
        self.recipients = recipients
        self.files = files
        self.octets = octets
        self.withFiles = withFiles
        self.fetched = fetched
        self.bounces = bounces
    }
}

/// Adds up what the dashboard and the reports tell. All of it is bounded by the time asked for or read from an index.
public protocol FigureStore {
    /// How many deliveries were sent from the one moment up to the other.
    func sentCount(from: Date, until: Date) throws -> Int
    /// The same, and what became of them.
    func sent(from: Date, until: Date) throws -> SentFigures
    /// Deliveries that ran out from the one moment up to the other and were not renewed.
    func expired(from: Date, until: Date) throws -> ExpiredFigures
    /// Files that are kept, with the sum of their sizes.
    func keptFiles() throws -> CleanUpAmount
    /// How many accounts there are.
    func accounts() throws -> AccountFigures
    /// What each sender sent from the one moment up to the other; those who sent nothing are left out.
    ///
    /// - Parameter sender: only this one; `nil`: all.
    func usage(from: Date, until: Date, sender: AccountID?) throws -> [SenderUsage]
}
