import Synchronization

/// Records that were read already, by their text: those of large providers are included by thousands of domains.
///
/// What a text means never changes, so nothing gets stale. It keeps no more than so many octets of text, and begins anew
/// when they are full.
final class SPFRecordCache: Sendable {
    private struct State {
        var records: [Text: SPFRecord] = [:]
        var octets = 0
    }

    private let capacity: Int
    private let state = Mutex(State())

    /// - Parameter capacity: how many octets of text are kept at most.
    init(capacity: Int = 1 << 18) {
        self.capacity = capacity
    }

    /// The record of a text.
    func record(_ text: [UInt8]) throws(SPFSyntaxError) -> SPFRecord {
        let key = Text(octets: text)
        if let known = state.withLock({ $0.records[key] }) { return known }
        let record = try SPFRecord(parsing: text)
        if text.count <= capacity {
            state.withLock { state in
                if state.octets > capacity - text.count { state = State() }
                if state.records.updateValue(record, forKey: key) == nil { state.octets += text.count }
            }
        }
        return record
    }

    /// How many octets of text are kept.
    var octets: Int { state.withLock { $0.octets } }

    /// A text as a key; an array would be hashed octet by octet.
    private struct Text: Hashable {
        let octets: [UInt8]

        func hash(into hasher: inout Hasher) {
            octets.withUnsafeBytes { hasher.combine(bytes: $0) }
        }
    }
}
