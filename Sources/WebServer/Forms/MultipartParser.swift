import Foundation
public import NIOCore

/// Cuts a `multipart/form-data` body into its parts as it comes (RFC 7578; RFC 2046, 5.1).
///
/// A value without I/O: ``feed(_:)`` gives it what arrived, ``next()`` takes out what is known by now, ``finish()`` says
/// whether the body ended where it should. It keeps a head, or less than a delimiter; never content.
public struct MultipartParser: Sendable {
    /// What is known of the body.
    public enum Event: Sendable, Equatable {
        /// A part begins.
        case began(MultipartPart)
        /// Some of its content, never empty.
        case content(ByteBuffer)
        /// It is complete.
        case ended
    }

    private enum State {
        case preamble
        case delimiterLine
        case head
        case content
        case contentEnd
        case epilogue
    }

    /// The longest head of a part, octets.
    public static let longestHead = 16_384
    /// The longest padding behind a delimiter, octets.
    private static let longestPadding = 256
    private static let headEnd: [UInt8] = Array("\r\n\r\n".utf8)

    private let mostParts: Int
    private let delimiter: [UInt8]
    private var pending: ByteBuffer
    private var state = State.preamble
    private var partCount = 0

    /// - Parameters:
    ///   - boundary: as ``MultipartPart/boundary(of:)`` finds it.
    ///   - mostParts: the most parts that are read.
    public init(boundary: String, mostParts: Int = 20_000) {
        self.mostParts = mostParts
        delimiter = Array("\r\n--\(boundary)".utf8)
        // The first delimiter may be the very beginning; the line end that belongs to it is lent (RFC 2046, 5.1.1).
        pending = ByteBuffer(string: "\r\n")
    }

    /// Gives the next piece of the body.
    public mutating func feed(_ piece: ByteBuffer) {
        guard pending.readableBytes > 0 else {
            pending = piece
            return
        }
        // A fresh buffer: one that grew at its end would keep all that was read before.
        var joined = ByteBufferAllocator().buffer(capacity: pending.readableBytes + piece.readableBytes)
        joined.writeImmutableBuffer(pending)
        joined.writeImmutableBuffer(piece)
        pending = joined
    }

    /// What is known next; `nil` until more is fed.
    ///
    /// - Throws: ``MultipartError``; the body is of no use then.
    public mutating func next() throws(MultipartError) -> Event? {
        while true {
            switch state {
            case .preamble:
                guard takeContent().isAtDelimiter else { return nil }
                state = .delimiterLine
            case .delimiterLine:
                guard try passDelimiterLine() else { return nil }
            case .head:
                guard let head = try takeHead() else { return nil }
                state = .content
                return .began(try MultipartPart(head: head))
            case .content:
                let (content, isAtDelimiter) = takeContent()
                if isAtDelimiter { state = .contentEnd }
                if content.readableBytes > 0 { return .content(content) }
                if !isAtDelimiter { return nil }
            case .contentEnd:
                state = .delimiterLine
                return .ended
            case .epilogue:
                pending.clear()
                return nil
            }
        }
    }

    /// Says that the body is over.
    ///
    /// - Throws: ``MultipartError/incomplete`` if the closing delimiter has not come.
    public func finish() throws(MultipartError) {
        guard state == .epilogue else { throw .incomplete }
    }

    /// Takes what surely is content off the front, and the delimiter behind it if that is all there.
    private mutating func takeContent() -> (content: ByteBuffer, isAtDelimiter: Bool) {
        let (length, isFound) = pending.withUnsafeReadableBytes { Self.find(delimiter, in: $0) }
        let content = pending.readSlice(length: length) ?? ByteBuffer()
        if isFound { pending.moveReaderIndex(forwardBy: delimiter.count) }
        return (content, isFound)
    }

    /// Where a pattern stands, or may begin at the end; and whether all of it is there. Its first octet, a carriage
    /// return, must not come again where a search would have to begin inside of it.
    private static func find(_ pattern: [UInt8], in bytes: UnsafeRawBufferPointer) -> (offset: Int, isWhole: Bool) {
        guard let base = bytes.baseAddress else { return (0, false) }
        var start = 0
        while start < bytes.count, let hit = memchr(base + start, 0x0D, bytes.count - start) {
            let offset = base.distance(to: UnsafeRawPointer(hit))
            let length = min(pattern.count, bytes.count - offset)
            if pattern.withUnsafeBytes({ $0.prefix(length).elementsEqual(bytes[offset..<offset + length]) }) {
                return (offset, length == pattern.count)
            }
            start = offset + 1
        }
        return (bytes.count, false)
    }

    /// Behind a delimiter: two hyphens at the end of all parts, else blanks and the end of the line, which stays for
    /// the head. Anything else would be a delimiter to one reader and content to another, and is refused.
    private mutating func passDelimiterLine() throws(MultipartError) -> Bool {
        let bytes = pending.readableBytesView
        guard bytes.count >= 2 else { return false }
        if bytes.starts(with: [0x2D, 0x2D]) {
            state = .epilogue
            return true
        }
        // RFC 2046, 5.1.1: transport padding.
        let padding = bytes.prefix { $0 == 0x20 || $0 == 0x09 }.count
        guard padding <= Self.longestPadding else { throw .malformed }
        let rest = bytes.dropFirst(padding)
        guard rest.first.map({ $0 == 0x0D }) ?? true, rest.dropFirst().first.map({ $0 == 0x0A }) ?? true else {
            throw .malformed
        }
        guard rest.count >= 2 else { return false }
        guard partCount < mostParts else { throw .tooManyParts }
        partCount += 1
        pending.moveReaderIndex(forwardBy: padding)
        state = .head
        return true
    }

    /// The head of a part without the line ends around it. They may overlap: then it is empty.
    private mutating func takeHead() throws(MultipartError) -> [UInt8]? {
        let (length, isFound) = pending.withUnsafeReadableBytes { Self.find(Self.headEnd, in: $0) }
        guard length <= Self.longestHead else { throw .headTooLong }
        guard isFound, let head = pending.readBytes(length: length) else { return nil }
        pending.moveReaderIndex(forwardBy: Self.headEnd.count)
        return Array(head.dropFirst(2))
    }
}

/// Why a `multipart/form-data` body cannot be read.
public enum MultipartError: String, Error, Sendable {
    /// It is not of that form.
    case malformed
    /// The head of a part is too long.
    case headTooLong = "head-too-long"
    /// It has too many parts.
    case tooManyParts = "too-many-parts"
    /// It ended before its closing delimiter.
    case incomplete
}
