/// What a look at the whole chain of the audit trail showed.
public struct AuditVerdict: Equatable, Sendable {
    /// What is wrong with an entry; the raw values are stable.
    public enum Fault: String, Sendable, CaseIterable {
        /// A field was changed, or the entry was put there by somebody else.
        case changed
        /// The entry is not there.
        case missing
        /// The entry stands behind the newest that was written.
        case surplus
        /// The newest entries are not there.
        case truncated
        /// The entry was written when somebody had tampered with those before it.
        case resumed
        /// The mark of the newest entry is missing or not ours.
        case head
        /// The mark of the newest entry that was removed is not ours.
        case anchor
    }

    /// The first entry that is wrong.
    public struct Failure: Equatable, Sendable {
        /// Its number.
        public let number: Int64
        /// What is wrong.
        public let fault: Fault

        /// A failure.
        public init(number: Int64, fault: Fault) {
            self.number = number
            self.fault = fault
        }
    }

    /// How many entries were looked at.
    public let entries: Int64
    /// The number of the newest entry that was removed because its time was over; 0 if there is none.
    public let removedUpTo: Int64
    /// The number of the newest entry that is in order with all before it.
    public let verifiedUpTo: Int64
    /// The hash of that entry, hexadecimal; to be kept elsewhere and compared later.
    public let hash: String
    /// What is wrong; nil if everything is in order.
    public let failure: Failure?

    /// Whether everything is in order.
    public var isInOrder: Bool { failure == nil }

    /// A verdict with all its parts.
    public init(entries: Int64, removedUpTo: Int64, verifiedUpTo: Int64, hash: String, failure: Failure?) {
        self.entries = entries
        self.removedUpTo = removedUpTo
        self.verifiedUpTo = verifiedUpTo
        self.hash = hash
        self.failure = failure
    }
}
