public import Foundation

/// What can become of an attempt to deliver a mail, as charts and reports tell it.
public enum MailFate: String, Sendable, CaseIterable {
    /// A mail server took it over.
    case sent
    /// It is tried again.
    case deferred
    /// It was refused for good, or came back later.
    case refused

    /// The outcomes of attempts that belong to it, as they stand in ``MailHour/outcome``.
    public var outcomes: Set<String> {
        switch self {
        case .sent: ["handed-over"]
        case .deferred: ["deferred", "unknown"]
        case .refused: ["refused", "returned"]
        }
    }
}

extension Sequence<MailHour> {
    /// How many attempts came to that, from one moment up to another.
    public func count(_ fate: MailFate, from: Date = .distantPast, until: Date = .distantFuture) -> Int {
        reduce(0) { sum, hour in
            fate.outcomes.contains(hour.outcome) && hour.start >= from && hour.start < until ? sum + hour.count : sum
        }
    }
}
