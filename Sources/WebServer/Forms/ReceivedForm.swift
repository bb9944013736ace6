import Deliveries
public import NIOCore

/// Takes the files of a form as they come, one after the other.
public protocol FormFileReceiver {
    /// A file begins. A field in which no file was chosen is no file.
    mutating func begin(_ part: MultipartPart) async throws
    /// Takes some of its content; `false` if it is not wanted.
    mutating func write(_ content: ByteBuffer) async throws -> Bool
    /// The file is complete.
    mutating func end() async throws
}

/// A form as it was read from a body of any length, with little memory: files were handed on, and what is too long was
/// cut and is named, so that nobody loses all for the sake of one field.
public struct ReceivedForm: Sendable {
    /// How much is read.
    public struct Limits: Sendable {
        /// The most octets of the values of all fields together.
        public let kept: Int
        /// The most octets that are read on although they are not kept, so that a browser, which has ears for an answer
        /// only after it has said all, gets one.
        public let surplus: Int

        /// Limits in octets.
        public init(kept: Int = 4 << 20, surplus: Int = 256 << 20) {
            self.kept = kept
            self.surplus = surplus
        }
    }

    /// Its fields.
    public let form: FormBody
    /// The names of fields whose values were cut.
    public let cutFields: Set<String>
    /// Whether all of the body was read.
    public let isWhole: Bool

    /// Reads a body.
    ///
    /// - Parameters:
    ///   - pieces: the body.
    ///   - encoding: how it is written.
    ///   - limits: how much is read.
    ///   - files: gets the files.
    /// - Throws: `.invalid` for a body that is damaged or ends early, `.tooMany` for more fields than anybody needs, and
    ///   what `pieces` and `files` throw.
    public init<Pieces: AsyncSequence>(
        _ pieces: Pieces, _ encoding: FormEncoding, limits: Limits = Limits(), _ files: inout some FormFileReceiver
    ) async throws where Pieces.Element == ByteBuffer {
        var reading = Reading(limits: limits)
        switch encoding {
        case .urlEncoded:
            try await reading.readEncoded(pieces)
        case .multipart(let boundary):
            do {
                try await reading.readParts(pieces, boundary, &files)
            } catch let error as MultipartError {
                throw DeliveriesError(
                    error == .tooManyParts ? .tooMany : .invalid, fields: [FieldError("form", "damaged-form")],
                    detail: error.rawValue)
            }
        }
        form = FormBody(fields: reading.fields)
        cutFields = reading.cutFields
        isWhole = reading.surplus >= 0
    }
}

/// What was read so far.
private struct Reading {
    private(set) var fields: [(name: String, value: String)] = []
    private(set) var cutFields: Set<String> = []
    /// How many octets may still be kept of values.
    private var room: Int
    /// How many octets may still be kept of names.
    private var nameRoom = 1 << 20
    /// How many octets may still be read in vain; negative when that was too much.
    private(set) var surplus: Int

    init(limits: ReceivedForm.Limits) {
        room = limits.kept
        surplus = limits.surplus
    }

    mutating func readEncoded<Pieces: AsyncSequence>(_ pieces: Pieces) async throws where Pieces.Element == ByteBuffer {
        var body = ByteBuffer()
        var isCut = false
        for try await piece in pieces {
            var piece = piece
            isCut = keep(&piece, in: &body) || isCut
            if surplus < 0 { break }
        }
        fields = FormBody(encoded: body.readableBytesView).fields
        // Which fields would have come behind it, nobody knows.
        if isCut, let last = fields.last { cutFields.insert(last.name) }
    }

    mutating func readParts<Pieces: AsyncSequence>(
        _ pieces: Pieces, _ boundary: String, _ files: inout some FormFileReceiver
    ) async throws where Pieces.Element == ByteBuffer {
        var parser = MultipartParser(boundary: boundary, mostParts: FormBody.mostFields)
        var part = MultipartPart(name: "", fileName: nil)
        var value = ByteBuffer()
        for try await piece in pieces {
            parser.feed(piece)
            while surplus >= 0, let event = try parser.next() {
                switch event {
                case .began(let next):
                    part = next
                    value = ByteBuffer()
                    nameRoom -= part.name.utf8.count
                    guard nameRoom >= 0 else { throw MultipartError.tooManyParts }
                    if part.isFile { try await files.begin(part) }
                case .content(var content):
                    if part.isFile {
                        if try await !files.write(content) { surplus -= content.readableBytes }
                    } else if keep(&content, in: &value) {
                        cutFields.insert(part.name)
                    }
                case .ended:
                    if part.isFile {
                        try await files.end()
                    } else if part.fileName == nil {
                        fields.append((part.name, String(decoding: value.readableBytesView, as: UTF8.self)))
                    }
                }
            }
            if surplus < 0 { return }
        }
        try parser.finish()
    }

    /// Keeps as much as there is room for; whether some of it was lost.
    private mutating func keep(_ piece: inout ByteBuffer, in kept: inout ByteBuffer) -> Bool {
        let length = max(0, min(room, piece.readableBytes))
        room -= length
        if let part = piece.readSlice(length: length) { kept.writeImmutableBuffer(part) }
        surplus -= piece.readableBytes
        return piece.readableBytes > 0
    }
}

extension MultipartPart {
    /// Whether it brings a file.
    fileprivate var isFile: Bool { fileName?.isEmpty == false }
}

/// Keeps small files, such as certificates, in memory.
struct SmallFiles: FormFileReceiver {
    private var room: Int
    private(set) var files: [FormBody.File] = []
    private var name = ""
    private var content: [UInt8] = []

    init(limit: Int) { room = limit }

    mutating func begin(_ part: MultipartPart) {
        name = part.name
        content = []
    }

    mutating func write(_ content: ByteBuffer) -> Bool {
        guard content.readableBytes <= room else { return false }
        room -= content.readableBytes
        self.content += content.readableBytesView
        return true
    }

    mutating func end() { files.append(FormBody.File(name: name, content: content)) }
}
