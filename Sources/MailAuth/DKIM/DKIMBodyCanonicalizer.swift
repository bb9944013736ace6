/// Brings a body into the form that is hashed (RFC 6376, 3.4.3 and 3.4.4), piece by piece and in constant memory.
///
/// A line ends with CR LF. An LF alone ends one too, as in files; a CR alone is an octet like others.
public struct DKIMBodyCanonicalizer: Sendable {
    private let isRelaxed: Bool
    private var sawCR = false
    private var isBlank = false
    /// Line ends that count only if something follows.
    private var lineEnds = 0
    private var hasContent = false

    /// A canonicaliser at the start of a body.
    public init(_ method: DKIMCanonicalization.Method) {
        isRelaxed = method == .relaxed
    }

    /// Takes the next piece of a body.
    ///
    /// - Parameters:
    ///   - piece: the octets; pieces may begin and end anywhere.
    ///   - emit: gets the octets that are hashed, in pieces.
    public mutating func append(_ piece: some Collection<UInt8>, emit: (UnsafeRawBufferPointer) -> Void) {
        if piece.withContiguousStorageIfAvailable({ append(buffer: $0, emit: emit) }) == nil {
            Array(piece).withUnsafeBufferPointer { append(buffer: $0, emit: emit) }
        }
    }

    /// Ends the body: exactly one line end follows the last line; an empty body is CR LF when `simple`, and empty when
    /// `relaxed`.
    public consuming func finish(emit: (UnsafeRawBufferPointer) -> Void) {
        if sawCR { append(buffer: UnsafeBufferPointer(start: nil, count: 0), closing: true, emit: emit) }
        if hasContent || !isRelaxed { ([0x0D, 0x0A] as [UInt8]).withUnsafeBytes(emit) }
    }

    private static let room = 16 * 1024

    private mutating func append(
        buffer: UnsafeBufferPointer<UInt8>, closing: Bool = false, emit: (UnsafeRawBufferPointer) -> Void
    ) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Self.room) { out in
            var count = 0
            func put(_ byte: UInt8) {
                if count == out.count {
                    emit(UnsafeRawBufferPointer(out))
                    count = 0
                }
                out[count] = byte
                count += 1
            }
            func putContent(_ byte: UInt8) {
                hasContent = true
                while lineEnds > 0 {
                    put(0x0D)
                    put(0x0A)
                    lineEnds -= 1
                }
                if isBlank {
                    put(0x20)
                    isBlank = false
                }
                put(byte)
            }
            func take(_ byte: UInt8) {
                if byte == 0x0A {
                    sawCR = false
                    isBlank = false
                    lineEnds += 1
                    return
                }
                if sawCR {
                    sawCR = false
                    putContent(0x0D)
                }
                if byte == 0x0D {
                    sawCR = true
                } else if isRelaxed, byte == 0x20 || byte == 0x09 {
                    isBlank = true
                } else {
                    putContent(byte)
                }
            }
            func flush() {
                if count > 0 { emit(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(out)[..<count])) }
                count = 0
            }
            var index = 0
            while index < buffer.count {
                if lineEnds == 0, !isBlank, !sawCR {
                    // What is in canonical form already, most of all mail, goes through without being copied.
                    let end = endOfRun(buffer, from: index)
                    if end > index {
                        flush()
                        hasContent = true
                        emit(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[index..<end]))
                        index = end
                        continue
                    }
                }
                take(buffer[index])
                index += 1
            }
            if closing, sawCR {
                sawCR = false
                putContent(0x0D)
            }
            flush()
        }
    }

    /// Where the octets end that canonicalisation does not change, whatever follows: a blank counts if one that is none
    /// follows, and so does a line end.
    private func endOfRun(_ buffer: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        var index = start
        while index < buffer.count {
            let byte = buffer[index]
            if byte > 0x20 {
                index += 1
            } else if byte == 0x0D {
                guard index + 2 < buffer.count, buffer[index + 1] == 0x0A, buffer[index + 2] > 0x20 else { break }
                index += 3
            } else if byte == 0x0A || isRelaxed && byte == 0x09 {
                break
            } else if isRelaxed, byte == 0x20 {
                guard index + 1 < buffer.count, buffer[index + 1] > 0x20 else { break }
                index += 2
            } else {
                index += 1
            }
        }
        return index
    }
}
