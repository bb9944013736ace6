extension DNSMessage {
    /// Reads a message. Hostile octets lead to an error and nothing else.
    public init(decoding octets: [UInt8]) throws(DNSMessageError) {
        var reader = DNSWireReader(octets)
        let header = try Header(from: &reader)
        self.init(id: header.id, questions: [])
        isResponse = header.flags & 0x8000 != 0
        operation = Operation(code: UInt8(header.flags >> 11 & 0x0F))
        isAuthoritative = header.flags & 0x0400 != 0
        isTruncated = header.flags & 0x0200 != 0
        isRecursionDesired = header.flags & 0x0100 != 0
        isRecursionAvailable = header.flags & 0x0080 != 0
        isAuthenticData = header.flags & 0x0020 != 0
        isCheckingDisabled = header.flags & 0x0010 != 0
        for _ in 0..<header.counts[0] {
            let question = DNSQuestion(try reader.name(), DNSRecordType(rawValue: try reader.number()))
            guard try reader.number() as UInt16 == WireRecord.Class.internet.rawValue else { throw .foreignClass }
            questions.append(question)
        }
        answers = try Self.records(header.counts[1], from: &reader)
        authorities = try Self.records(header.counts[2], from: &reader)
        var code = header.flags & 0x0F
        for _ in 0..<header.counts[3] {
            let record = try WireRecord(from: &reader)
            if record.type == .opt {
                guard edns == nil, record.name == .root else { throw .malformedExtension }
                edns = try DNSExtension(record)
                code |= UInt16(record.ttl >> 24) << 4
            } else if let record = try record.internetRecord() {
                additionals.append(record)
            }
        }
        responseCode = DNSResponseCode(rawValue: code)
        guard reader.isAtEnd else { throw .trailingOctets }
    }

    /// The message in octets, names compressed.
    ///
    /// - Throws: ``DNSMessageError/malformedRecord(_:)`` if a record's data does not fit its type,
    ///   ``DNSMessageError/tooLong`` if the whole does not fit into a message.
    public func encoded() throws(DNSMessageError) -> [UInt8] {
        var writer = DNSWireWriter()
        writer.number(id)
        writer.number(flags)
        let sections = [answers, authorities, additionals]
        for count in [questions.count, answers.count, authorities.count, additionals.count + (edns == nil ? 0 : 1)] {
            guard let count = UInt16(exactly: count) else { throw .tooLong }
            writer.number(count)
        }
        for question in questions {
            writer.name(question.name)
            writer.number(question.type.rawValue)
            writer.number(WireRecord.Class.internet.rawValue)
        }
        for record in sections.joined() {
            try WireRecord.write(
                record.name, record.type, class: .internet, ttl: record.ttl, data: record.data, to: &writer)
        }
        try edns?.write(responseCode: responseCode, to: &writer)
        guard writer.octets.count <= 0xFFFF else { throw .tooLong }
        return writer.octets
    }

    private var flags: UInt16 {
        var flags = UInt16(operation.code) << 11 | responseCode.rawValue & 0x0F
        if isResponse { flags |= 0x8000 }
        if isAuthoritative { flags |= 0x0400 }
        if isTruncated { flags |= 0x0200 }
        if isRecursionDesired { flags |= 0x0100 }
        if isRecursionAvailable { flags |= 0x0080 }
        if isAuthenticData { flags |= 0x0020 }
        if isCheckingDisabled { flags |= 0x0010 }
        return flags
    }

    private static func records(
        _ count: UInt16, from reader: inout DNSWireReader
    ) throws(DNSMessageError) -> [DNSRecord] {
        var records: [DNSRecord] = []
        for _ in 0..<count {
            if let record = try WireRecord(from: &reader).internetRecord() { records.append(record) }
        }
        return records
    }

    /// The first twelve octets (RFC 1035, 4.1.1).
    package struct Header {
        package var id: UInt16
        package var flags: UInt16
        /// Questions, answers, authorities, additionals.
        package var counts: [UInt16]

        package init(from reader: inout DNSWireReader) throws(DNSMessageError) {
            id = try reader.number()
            flags = try reader.number()
            counts = []
            for _ in 0..<4 { counts.append(try reader.number()) }
        }
    }
}

extension DNSExtension {
    init(_ record: WireRecord) throws(DNSMessageError) {
        var reader = record.data
        var options: [Option] = []
        do throws(DNSMessageError) {
            while !reader.isAtEnd {
                let code: UInt16 = try reader.number()
                options.append(Option(code: code, data: try reader.bytes(Int(try reader.number() as UInt16))))
            }
        } catch {
            throw .malformedExtension
        }
        self.init(
            payloadSize: record.recordClass, version: UInt8(record.ttl >> 16 & 0xFF),
            wantsSignatures: record.ttl & 0x8000 != 0, options: options)
    }

    func write(responseCode: DNSResponseCode, to writer: inout DNSWireWriter) throws(DNSMessageError) {
        writer.name(.root)
        writer.number(DNSRecordType.opt.rawValue)
        writer.number(payloadSize)
        writer.number(
            UInt32(responseCode.rawValue >> 4 & 0xFF) << 24 | UInt32(version) << 16 | (wantsSignatures ? 0x8000 : 0))
        try writer.counted { writer throws(DNSMessageError) in
            for option in options {
                guard let count = UInt16(exactly: option.data.count) else { throw .tooLong }
                writer.number(option.code)
                writer.number(count)
                writer.bytes(option.data)
            }
        }
    }
}
