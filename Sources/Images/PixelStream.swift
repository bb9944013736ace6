import CZlib

/// Unpacks the pixels of a PNG to count them: what comes out is thrown away piece by piece, and never more of it than
/// the picture has.
struct PixelStream: ~Copyable {
    private static let pieceOctets = 65_536

    private let expected: Int
    private var count = 0
    private var isOver = false
    private var stream: UnsafeMutablePointer<z_stream>?

    init(expecting octets: Int) {
        expected = octets
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        stream.initialize(to: z_stream())
        if inflateInit2_(stream, 15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK {
            self.stream = stream
        } else {
            stream.deallocate()
        }
    }

    deinit {
        guard let stream else { return }
        inflateEnd(stream)
        stream.deallocate()
    }

    /// Unpacks a further piece.
    mutating func take(_ input: ArraySlice<UInt8>) throws(StillImage.Mistake) {
        guard let stream else { throw .malformed }
        guard !input.isEmpty else { return }
        // Something behind the packed pixels, where only they belong.
        guard !isOver else { throw .wrongAmount }
        var input = Array(input)
        var output = [UInt8](repeating: 0, count: Self.pieceOctets)
        var mistake: StillImage.Mistake?
        var total = count
        var hasEnded = false
        let most = expected
        input.withUnsafeMutableBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
                stream.pointee.next_in = input.baseAddress
                stream.pointee.avail_in = UInt32(input.count)
                while mistake == nil {
                    stream.pointee.next_out = output.baseAddress
                    stream.pointee.avail_out = UInt32(output.count)
                    let result = CZlib.inflate(stream, Z_NO_FLUSH)
                    total += output.count - Int(stream.pointee.avail_out)
                    if total > most {
                        mistake = .wrongAmount
                    } else if result == Z_STREAM_END {
                        hasEnded = true
                        if stream.pointee.avail_in > 0 { mistake = .wrongAmount }
                        break
                    } else if result != Z_OK && result != Z_BUF_ERROR {
                        mistake = .malformed
                    } else if stream.pointee.avail_out > 0 {
                        // It has given all that it can without more.
                        break
                    }
                }
            }
        }
        count = total
        isOver = hasEnded
        if let mistake { throw mistake }
    }

    /// Throws unless the pixels are complete.
    func finish() throws(StillImage.Mistake) {
        guard isOver else { throw .malformed }
        guard count == expected else { throw .wrongAmount }
    }
}
