public import Foundation

/// How many connections there may be to one set of hosts at a time: more while it goes well, fewer when it does not.
///
/// A success adds the width of one connection divided by the current number, so that the number rises by one after as
/// many successes as there are connections; trouble halves it. Where a host asks us to slow down, no connection is
/// begun for a while, too: longer each time, and forgotten with the first success afterwards.
public struct DestinationPace: Sendable, Hashable {
    /// Whether another connection may be begun.
    public enum Admission: Sendable, Hashable {
        /// Yes; it is counted.
        case go
        /// Not before one of those under way has ended.
        case full
        /// Not before then.
        case wait(until: Date)
    }

    /// The bounds.
    public struct Limits: Sendable, Hashable {
        /// How many connections there may be at first.
        public var initial: Int
        /// How many at most.
        public var maximum: Int
        /// The first pause after "slow down", seconds.
        public var pause: TimeInterval
        /// The longest pause, seconds.
        public var longestPause: TimeInterval

        /// Bounds.
        public init(initial: Int = 5, maximum: Int = 20, pause: TimeInterval = 30, longestPause: TimeInterval = 900) {
            self.maximum = max(1, maximum)
            self.initial = min(max(1, initial), self.maximum)
            self.pause = max(0, pause)
            self.longestPause = max(self.pause, longestPause)
        }
    }

    private var limits: Limits
    private var width: Double
    private var pauses = 0
    private var pausedUntil: Date?

    /// How many connections are under way.
    public private(set) var inUse = 0

    /// The pace towards hosts of which nothing is known.
    public init(limits: Limits = Limits()) {
        self.limits = limits
        width = Double(limits.initial)
    }

    /// How many connections there may be now; at least 1.
    public var limit: Int { max(1, Int(width)) }

    /// Whether as many connections are under way as there may be: the end of one makes room.
    public var isFull: Bool { inUse >= limit }

    /// How many mails are worth having at hand: once it went well, as many again as there are connections, so that none
    /// of these waits for its next mail.
    ///
    /// - Parameter waiting: how many wait for a connection now.
    public func appetite(at now: Date, waiting: Int) -> Int {
        if let pausedUntil, now < pausedUntil { return 0 }
        return max(0, (limit > limits.initial ? 2 * limit : limit) - inUse - waiting)
    }

    /// Takes other bounds; what was learned stays within them.
    public mutating func adopt(_ limits: Limits) {
        guard limits != self.limits else { return }
        self.limits = limits
        width = min(width, Double(limits.maximum))
    }

    /// Ends a pause: somebody wants it tried at once.
    public mutating func resume() { pausedUntil = nil }

    /// Asks to begin a connection.
    public mutating func begin(at now: Date) -> Admission {
        if let pausedUntil, now < pausedUntil { return .wait(until: pausedUntil) }
        guard inUse < limit else { return .full }
        inUse += 1
        return .go
    }

    /// A connection has ended, whatever was learned by it.
    public mutating func end() {
        inUse = max(0, inUse - 1)
    }

    /// Takes what an attempt says of the hosts; a connection may carry several.
    ///
    /// - Parameters:
    ///   - outcome: what it says.
    ///   - now: when it was over.
    ///   - generator: draws out a pause by up to a quarter, so that not all begin again at once.
    public mutating func learn(
        _ outcome: AttemptOutcome, at now: Date, using generator: inout some RandomNumberGenerator
    ) {
        switch outcome {
        case .taken:
            // What was begun before the pause and ends within it says nothing of the time after it.
            if let pausedUntil, now < pausedUntil { return }
            width = min(Double(limits.maximum), width + 1 / width)
            (pauses, pausedUntil) = (0, nil)
        case .answered: break
        case .slowDown:
            // Several connections hear the same within one pause: it counts once.
            if let pausedUntil, now < pausedUntil { return }
            width = max(1, width / 2)
            let pause = min(limits.longestPause, limits.pause * pow(2, Double(min(pauses, 30))))
            pauses += 1
            pausedUntil = now.addingTimeInterval(pause * Double.random(in: 1...1.25, using: &generator))
        case .trouble: width = max(1, width / 2)
        }
    }
}
