/// What was sent within a month, and what became of it until now: by one sender, or by all.
public struct UsageFigures: Equatable, Sendable {
    /// Deliveries.
    public private(set) var deliveries = 0
    /// Their recipients.
    public private(set) var recipients = 0
    /// Their files.
    public private(set) var files = 0
    /// The sum of the sizes of these files, octets.
    public private(set) var octets: Int64 = 0
    /// Deliveries with files.
    public private(set) var withFiles = 0
    /// Deliveries from which somebody fetched a file completely.
    public private(set) var fetched = 0
    /// Mails to recipients that could not be delivered.
    public private(set) var bounces = 0

    /// Nothing.
    public init() {}

    /// The usage of one sender.
    public init(_ usage: SenderUsage) {
        deliveries = usage.deliveries
        recipients = usage.recipients
        files = usage.files
        octets = usage.octets
        withFiles = usage.withFiles
        fetched = usage.fetched
        bounces = usage.bounces
    }

    fileprivate func adding(_ other: UsageFigures) -> UsageFigures {
        var sum = self
        sum.deliveries += other.deliveries
        sum.recipients += other.recipients
        sum.files += other.files
        sum.octets += other.octets
        sum.withFiles += other.withFiles
        sum.fetched += other.fetched
        sum.bounces += other.bounces
        return sum
    }

    /// How many of a hundred deliveries with files were fetched, rounded down; `nil` if there are none with files.
    public var fetchedPercent: Int? { withFiles > 0 ? fetched * 100 / withFiles : nil }
}

extension Sequence<UsageFigures> {
    /// All of them together.
    public var sum: UsageFigures { reduce(UsageFigures()) { $0.adding($1) } }
}
