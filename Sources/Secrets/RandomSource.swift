import Synchronization

/// A source of random octets.
///
/// Everything that draws secrets, nonces or identifiers takes one, so that tests can repeat what they saw.
public protocol RandomSource: Sendable {
    /// Draws random octets.
    ///
    /// - Parameter count: how many octets; zero or more.
    /// - Returns: exactly `count` octets.
    func bytes(_ count: Int) -> [UInt8]
}

extension RandomSource {
    /// Draws a number uniformly from `0 ..< bound`.
    ///
    /// Values that would favour small numbers are drawn again, so every number is equally likely.
    ///
    /// - Parameter bound: the first number that is not drawn; at least 1.
    /// - Returns: a number from zero up to, not including, `bound`.
    public func uniform(below bound: UInt32) -> UInt32 {
        precondition(bound > 0, "a range needs at least one number")
        // 2^32 mod bound: below this, the last incomplete run of numbers would make small ones likelier.
        let threshold = (0 &- bound) % bound
        while true {
            let drawn = bytes(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            if drawn >= threshold { return drawn % bound }
        }
    }
}

/// The operating system's random source: the one for production.
public struct SystemRandomSource: RandomSource {
    /// Makes the source; it has no state of its own.
    public init() {}

    /// Draws octets from the operating system's generator.
    ///
    /// - Parameter count: how many octets; zero or more.
    /// - Returns: exactly `count` octets.
    public func bytes(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return draw(count, from: &generator)
    }
}

/// A repeatable source **for tests only**: the same seed gives the same octets, so nothing drawn from it is secret.
public final class SeededRandomSource: RandomSource {
    private let generator: Mutex<SplitMix64>

    /// Makes a source that gives the same octets for the same seed.
    ///
    /// - Parameter seed: any number.
    public init(seed: UInt64) {
        generator = Mutex(SplitMix64(state: seed))
    }

    /// Draws the next octets of the sequence.
    ///
    /// - Parameter count: how many octets; zero or more.
    /// - Returns: exactly `count` octets.
    public func bytes(_ count: Int) -> [UInt8] {
        generator.withLock { draw(count, from: &$0) }
    }
}

private struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

private func draw(_ count: Int, from generator: inout some RandomNumberGenerator) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
        while filled < count {
            withUnsafeBytes(of: generator.next()) { word in
                let part = min(word.count, count - filled)
                for index in 0..<part { buffer.initializeElement(at: filled + index, to: word[index]) }
                filled += part
            }
        }
    }
}
