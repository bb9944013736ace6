import CZlib

/// Makes what ``Unpacker`` undoes.
public enum Packer {
    /// Octets as a gzip file (RFC 1952).
    ///
    /// - Returns: nil only if there is no memory for it.
    public static func gzip(_ octets: [UInt8]) -> [UInt8]? {
        var stream = z_stream()
        guard
            deflateInit2_(
                &stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, Inflation.Wrapping.gzip.rawValue, 8, Z_DEFAULT_STRATEGY,
                ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
        else { return nil }
        defer { deflateEnd(&stream) }
        var input = octets
        var output = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(octets.count))) + 64)
        let result = input.withUnsafeMutableBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(clamping: input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(clamping: output.count)
                return deflate(&stream, Z_FINISH)
            }
        }
        guard result == Z_STREAM_END else { return nil }
        return Array(output.prefix(Int(stream.total_out)))
    }
}
