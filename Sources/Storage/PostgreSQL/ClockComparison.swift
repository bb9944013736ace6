/// How a machine's steady clock stands to the database server's time, as a value. All times are microseconds: steady ones
/// from any beginning, the server's since 1970 UTC.
struct ClockComparison: Sendable {
    /// One question for the time, and its answer.
    struct Sample: Equatable, Sendable {
        let askedAt: Int64
        let answeredAt: Int64
        let serverTime: Int64

        /// How long the answer took: the server looked at its clock at some moment of it.
        var duration: Int64 { answeredAt - askedAt }
        /// What is added to the steady time to get the server's.
        var offset: Int64 { serverTime - (askedAt + duration / 2) }
    }

    /// What is added to the steady time to get the server's.
    private(set) var offset: Int64
    /// What was told last; nothing earlier is told again.
    private var told: Int64 = .min
    /// Since when and from what time on it goes at half speed, because more was told than it is.
    private var slowedFrom: (steady: Int64, time: Int64)?

    /// What the quickest of the answers says; `nil` without any.
    init?(_ samples: [Sample]) {
        guard let offset = Self.offset(of: samples) else { return nil }
        self.offset = offset
    }

    /// Believes later answers instead.
    mutating func adopt(_ samples: [Sample]) {
        if let offset = Self.offset(of: samples) { self.offset = offset }
    }

    /// The server's time. Where it turned out to be earlier than what was told, time goes at half speed until that is made
    /// up for; it never goes backwards.
    mutating func time(at steady: Int64) -> Int64 {
        let time = steady + offset
        if time >= told {
            slowedFrom = nil
            told = time
        } else {
            let start = slowedFrom ?? (steady, told)
            slowedFrom = start
            told = max(told, start.time + (steady - start.steady) / 2)
        }
        return told
    }

    private static func offset(of samples: [Sample]) -> Int64? {
        samples.min { $0.duration < $1.duration }?.offset
    }
}
