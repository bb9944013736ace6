import DNS

/// The signature at the end of a request or an answer (RFC 8945, 4.2).
struct TransactionSignature: Sendable, Hashable {
    /// How many seconds the clocks may be apart (RFC 8945, 10).
    static let tolerance: UInt16 = 300

    var keyName: DNSName
    var algorithm: DNSName
    /// Seconds since 1970; 48 bits.
    var time: UInt64
    var tolerance: UInt16
    var signature: [UInt8]
    var originalID: UInt16
    var error: DNSResponseCode
    var other: [UInt8]

    /// Why an answer is not believed.
    enum Refusal: Error, Sendable, Hashable {
        /// It has no signature, or one of another key.
        case unsigned
        /// The server did not accept ours, and says so without a signature.
        case rejected(DNSResponseCode)
        /// It is not what the server signed.
        case wrong
        /// It was signed at another time than now.
        case untimely
    }

    /// Signs a request (RFC 8945, 5.1).
    ///
    /// - Returns: the request with its signature, and the signature alone, which the answer's rests on.
    static func sign(
        _ request: [UInt8], with key: TSIGKey, time: UInt64
    ) throws(DNSMessageError) -> (octets: [UInt8], signature: [UInt8]) {
        var reader = DNSWireReader(request)
        var header = try DNSMessage.Header(from: &reader)
        var made = TransactionSignature(
            keyName: key.name, algorithm: key.algorithm.name, time: time & 0xFFFF_FFFF_FFFF, tolerance: tolerance,
            signature: [], originalID: header.id, error: .noError, other: [])
        made.signature = key.signature(of: request + made.variables)
        header.counts[3] += 1
        var writer = DNSWireWriter()
        writer.bytes(Array(request[..<10]))
        writer.number(header.counts[3])
        writer.bytes(Array(request[12...]))
        try made.write(to: &writer)
        guard writer.octets.count <= 0xFFFF else { throw .tooLong }
        return (writer.octets, made.signature)
    }

    /// Verifies the answer to a request that was signed (RFC 8945, 5.3 and 5.4).
    static func verify(
        _ answer: [UInt8], to requestSignature: [UInt8], with key: TSIGKey, time: UInt64
    ) throws(Refusal) {
        let found: (signature: TransactionSignature, start: Int)?
        do throws(DNSMessageError) {
            found = try last(of: answer)
        } catch {
            throw .unsigned
        }
        guard let (made, start) = found, made.keyName == key.name, made.algorithm == key.algorithm.name else {
            throw .unsigned
        }
        if made.signature.isEmpty, made.error != .noError { throw .rejected(made.error) }
        // What the server signed: its answer without the signature, under the id that it was sent with.
        var writer = DNSWireWriter()
        writer.number(UInt16(requestSignature.count))
        writer.bytes(requestSignature)
        writer.number(made.originalID)
        writer.bytes(Array(answer[2..<10]))
        writer.number((UInt16(answer[10]) << 8 | UInt16(answer[11])) - 1)
        writer.bytes(Array(answer[12..<start]))
        guard key.isValid(made.signature, of: writer.octets + made.variables) else { throw .wrong }
        if made.error != .noError { throw .rejected(made.error) }
        guard max(made.time, time) - min(made.time, time) <= UInt64(made.tolerance) else { throw .untimely }
    }

    /// The signature if it is the last record, and where it begins (RFC 8945, 5.1: anywhere else it is an error).
    private static func last(
        of octets: [UInt8]
    ) throws(DNSMessageError) -> (signature: TransactionSignature, start: Int)? {
        var reader = DNSWireReader(octets)
        let header = try DNSMessage.Header(from: &reader)
        for _ in 0..<header.counts[0] {
            _ = try reader.name()
            _ = try reader.bytes(4)
        }
        var last: WireRecord?
        for _ in 0..<(header.counts[1...].reduce(0) { $0 + Int($1) }) { last = try WireRecord(from: &reader) }
        guard reader.isAtEnd, header.counts[3] > 0, let last, last.type == .tsig,
            last.recordClass == WireRecord.Class.any.rawValue, last.ttl == 0
        else { return nil }
        return (try TransactionSignature(last), last.start)
    }

    private init(_ record: WireRecord) throws(DNSMessageError) {
        var data = record.data
        keyName = record.name
        algorithm = try data.name(isCompressible: false)
        let upper: UInt16 = try data.number()
        let lower: UInt32 = try data.number()
        time = UInt64(upper) << 32 | UInt64(lower)
        tolerance = try data.number()
        signature = try data.bytes(Int(try data.number() as UInt16))
        originalID = try data.number()
        error = DNSResponseCode(rawValue: try data.number())
        other = try data.bytes(Int(try data.number() as UInt16))
        guard data.isAtEnd else { throw .malformedRecord(.tsig) }
    }

    private init(
        keyName: DNSName, algorithm: DNSName, time: UInt64, tolerance: UInt16, signature: [UInt8], originalID: UInt16,
        error: DNSResponseCode, other: [UInt8]
    ) {
        self.keyName = keyName
        self.algorithm = algorithm
        self.time = time
        self.tolerance = tolerance
        self.signature = signature
        self.originalID = originalID
        self.error = error
        self.other = other
    }

    /// What is signed besides the message (RFC 8945, 4.3.3).
    private var variables: [UInt8] {
        var writer = DNSWireWriter()
        writer.fullName(keyName.lowercased)
        writer.number(WireRecord.Class.any.rawValue)
        writer.number(UInt32(0))
        writer.fullName(algorithm.lowercased)
        writeTime(to: &writer)
        writer.number(error.rawValue)
        writer.number(UInt16(truncatingIfNeeded: other.count))
        writer.bytes(other)
        return writer.octets
    }

    private func write(to writer: inout DNSWireWriter) throws(DNSMessageError) {
        writer.fullName(keyName)
        writer.number(DNSRecordType.tsig.rawValue)
        writer.number(WireRecord.Class.any.rawValue)
        writer.number(UInt32(0))
        try writer.counted { writer throws(DNSMessageError) in
            writer.fullName(algorithm)
            writeTime(to: &writer)
            writer.number(UInt16(truncatingIfNeeded: signature.count))
            writer.bytes(signature)
            writer.number(originalID)
            writer.number(error.rawValue)
            writer.number(UInt16(truncatingIfNeeded: other.count))
            writer.bytes(other)
        }
    }

    private func writeTime(to writer: inout DNSWireWriter) {
        writer.number(UInt16(truncatingIfNeeded: time >> 32))
        writer.number(UInt32(truncatingIfNeeded: time))
        writer.number(tolerance)
    }
}
