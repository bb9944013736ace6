/// SplitMix64: the same numbers for the same seed, so that a failed property can be seen again.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func text(_ length: ClosedRange<Int>, from alphabet: [String]) -> String {
        (0..<Int.random(in: length, using: &self)).map { _ in alphabet.randomElement(using: &self) ?? "" }.joined()
    }

    mutating func bytes(_ length: ClosedRange<Int>) -> [UInt8] {
        (0..<Int.random(in: length, using: &self)).map { _ in UInt8.random(in: .min ... .max, using: &self) }
    }
}

/// Pieces that headers and addresses trip over.
let trickyPieces = [
    "a", "B", "7", " ", ".", ",", ";", ":", "\"", "\\", "'", "(", ")", "@", "=", "?", "=?", "?=", "_", "-", "ä", "ß",
    "€",
    "日", "👩‍👩‍👧", "e\u{301}", "\u{A0}", "word", "=?UTF-8?Q?a?=",
]
