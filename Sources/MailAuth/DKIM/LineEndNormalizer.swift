/// Turns each CR and each LF that stands alone into CR LF, piece by piece, as a message must be before it is signed
/// (RFC 6376, 5.3).
public struct LineEndNormalizer: Sendable {
    private var sawCR = false

    /// A normaliser at the start of a message.
    public init() {}

    /// The next piece with its line ends put right. A CR at the end of the piece is kept until the next one tells.
    public mutating func normalize(_ piece: some Collection<UInt8>) -> [UInt8] {
        piece.withContiguousStorageIfAvailable { normalize(buffer: $0) }
            ?? Array(piece).withUnsafeBufferPointer { normalize(buffer: $0) }
    }

    private mutating func normalize(buffer: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(buffer.count + buffer.count / 32 + 2)
        var start = 0
        while start < buffer.count {
            let byte = buffer[start]
            if byte == 0x0A {
                result += [0x0D, 0x0A]
                sawCR = false
                start += 1
                continue
            }
            if sawCR { result += [0x0D, 0x0A] }
            sawCR = byte == 0x0D
            if sawCR {
                start += 1
                continue
            }
            let end = buffer[start...].firstIndex { $0 == 0x0D || $0 == 0x0A } ?? buffer.count
            result.append(contentsOf: buffer[start..<end])
            start = end
        }
        return result
    }

    /// What is left at the end: the line end that a last CR stood for.
    public consuming func finish() -> [UInt8] { sawCR ? [0x0D, 0x0A] : [] }

    /// A whole message with its line ends put right.
    public static func normalized(_ message: some Collection<UInt8>) -> [UInt8] {
        var normalizer = LineEndNormalizer()
        return normalizer.normalize(message) + normalizer.finish()
    }
}
