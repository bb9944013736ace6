import CZlib

/// DEFLATE undone (RFC 1951), piece by piece, so that what grows too large is given up while it grows.
enum Inflation {
    /// What stands around the compressed octets.
    enum Wrapping: Int32 {
        /// Nothing.
        case none = -15
        /// The header and check sum of gzip (RFC 1952).
        case gzip = 31
    }

    /// How many octets may come out.
    struct Most {
        /// Beyond these it is too large for us.
        let octets: Int
        /// Beyond these it is no honest content.
        let honest: Int

        func check(_ count: Int) throws(Unpacker.Failure) {
            if count > honest { throw .bomb }
            if count > octets { throw .tooLarge }
        }
    }

    private static let pieceOctets = 65_536

    /// Inflates one stream behind what is there already.
    ///
    /// - Returns: how many octets the stream took.
    static func inflate(
        _ input: ArraySlice<UInt8>, as wrapping: Wrapping, into output: inout [UInt8], most: Most
    ) throws(Unpacker.Failure) -> Int {
        var stream = z_stream()
        guard
            inflateInit2_(&stream, wrapping.rawValue, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
        else { throw .tooLarge }
        defer { inflateEnd(&stream) }
        var input = Array(input)
        let count = input.count
        var failure: Unpacker.Failure?
        input.withUnsafeMutableBufferPointer { buffer in
            stream.next_in = buffer.baseAddress
            stream.avail_in = UInt32(clamping: count)
            failure = run(&stream, into: &output, most: most)
        }
        if let failure { throw failure }
        return count - Int(stream.avail_in)
    }

    /// Runs a stream to its end; returns why it does not get there.
    private static func run(
        _ stream: inout z_stream, into output: inout [UInt8], most: Most
    ) -> Unpacker.Failure? {
        var piece = [UInt8](repeating: 0, count: pieceOctets)
        while true {
            let result = piece.withUnsafeMutableBufferPointer { buffer -> Int32 in
                stream.next_out = buffer.baseAddress
                stream.avail_out = UInt32(pieceOctets)
                return CZlib.inflate(&stream, Z_NO_FLUSH)
            }
            output += piece[..<(pieceOctets - Int(stream.avail_out))]
            do throws(Unpacker.Failure) {
                try most.check(output.count)
            } catch {
                return error
            }
            switch result {
            case Z_STREAM_END: return nil
            case Z_OK where stream.avail_in > 0 || stream.avail_out == 0: continue
            // Z_BUF_ERROR: it ends in its middle; Z_DATA_ERROR: also where the check sum is another.
            default: return .malformed
            }
        }
    }
}
