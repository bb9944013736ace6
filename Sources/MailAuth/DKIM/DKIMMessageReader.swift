/// Takes a message apart into header and body, piece by piece.
///
/// The header is kept, the body passes through. Lines end with CR LF or with LF alone; the fields have CR LF.
struct DKIMMessageReader: Sendable {
    /// The longest header that is read, octets.
    static let maximumHeaderLength = 1 << 20

    private(set) var fields: [DKIMHeaderField] = []
    private(set) var problem: DKIMFailure?
    private(set) var isInBody = false
    private var line: [UInt8] = []
    private var field: [UInt8] = []
    private var length = 0

    /// A reader at the start of a message.
    init() {}

    /// Takes the next piece.
    ///
    /// - Returns: how many octets of it belong to the header, the empty line included; the rest is body.
    mutating func append(_ piece: UnsafeBufferPointer<UInt8>) -> Int {
        if isInBody { return 0 }
        var start = 0
        while start < piece.count {
            guard let end = piece[start...].firstIndex(of: 0x0A) else {
                take(piece[start...])
                return piece.count
            }
            take(piece[start..<end])
            length += 1
            start = end + 1
            if line.last == 0x0D { line.removeLast() }
            if line.isEmpty {
                finish()
                return start
            }
            endLine()
        }
        return piece.count
    }

    /// Ends the header, if the message ended within it.
    mutating func finish() {
        if !line.isEmpty {
            if line.last == 0x0D { line.removeLast() }
            endLine()
        }
        endField()
        isInBody = true
        if problem == nil {
            switch fields.count(where: { $0.name == "from" }) {
            case 0: problem = .missingFrom
            case 1: break
            default: problem = .severalFrom
            }
        }
    }

    /// The header; complete once the body began.
    var header: DKIMHeader { DKIMHeader(fields: fields) }

    private mutating func take(_ part: Slice<UnsafeBufferPointer<UInt8>>) {
        length += part.count
        guard length <= Self.maximumHeaderLength else {
            problem = .headerTooLong
            return
        }
        line.append(contentsOf: part)
    }

    private mutating func endLine() {
        let isFolded = line.first == 0x20 || line.first == 0x09
        if !isFolded { endField() }
        if isFolded, field.isEmpty { problem = problem ?? .malformedHeader }
        field += line
        field += [0x0D, 0x0A]
        line.removeAll(keepingCapacity: true)
    }

    private mutating func endField() {
        guard !field.isEmpty else { return }
        if let parsed = DKIMHeaderField(raw: field) {
            fields.append(parsed)
        } else {
            problem = problem ?? .malformedHeader
        }
        field.removeAll(keepingCapacity: true)
    }
}
