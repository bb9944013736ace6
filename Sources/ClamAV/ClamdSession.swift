/// One command to clamd and its answer, as octets: no connection, no clock.
///
/// Commands and answers end with a zero octet (`z…` in clamd's manual). A stream is a row of chunks, each behind its
/// length as four octets, the most significant first; an empty one ends it. clamd may answer before the end of a stream,
/// with what it found or that it is too long. That it found nothing counts only when all was sent.
public struct ClamdSession: Equatable, Sendable {
    /// What clamd is asked.
    public enum Command: Equatable, Sendable {
        /// Which version it is.
        case version
        /// What is in the octets that follow.
        case stream
    }

    /// The longest answer that is read, octets.
    public static let longestReply = 4_096
    /// The longest chunk, octets.
    public static let longestChunk = 1 << 20

    private let command: Command
    private var received: [UInt8] = []
    private var isSent: Bool
    /// The answer, once it is there.
    public private(set) var result: Result<ClamdReply, ClamdFailure>?

    /// A session that was not begun.
    public init(_ command: Command) {
        self.command = command
        isSent = command != .stream
    }

    /// What is sent first.
    public var opening: [UInt8] { Array((command == .stream ? "zINSTREAM\0" : "zVERSION\0").utf8) }

    /// What stands before a chunk of so many octets, which must be from 1 to ``longestChunk``.
    public static func header(ofChunk size: Int) -> [UInt8] {
        withUnsafeBytes(of: UInt32(clamping: size).bigEndian) { Array($0) }
    }

    /// What is sent behind the last chunk.
    public mutating func end() -> [UInt8] {
        isSent = true
        return [0, 0, 0, 0]
    }

    /// Takes octets that clamd sent.
    public mutating func receive(_ octets: some Sequence<UInt8>) {
        guard result == nil else { return }
        for octet in octets {
            if octet == 0 { return settle(reply) }
            guard received.count < Self.longestReply else {
                return settle(.failure(ClamdFailure(.malformed, "The answer does not end.")))
            }
            received.append(octet)
        }
    }

    /// The connection is over.
    public mutating func close() { settle(.failure(ClamdFailure(.closed, "The connection was closed."))) }

    /// Nothing happened for too long.
    public mutating func timeOut() { settle(.failure(ClamdFailure(.timeout, "Nothing came for too long."))) }

    private mutating func settle(_ outcome: Result<ClamdReply, ClamdFailure>) {
        guard result == nil else { return }
        result = outcome
        received = []
    }

    private var reply: Result<ClamdReply, ClamdFailure> {
        let text = String(decoding: received, as: UTF8.self)
        do throws(ClamdFailure) {
            let reply = command == .stream ? try ClamdReply.toStream(text) : try ClamdReply.toVersion(text)
            // Whoever answers so has not seen the rest.
            guard isSent || reply != .clean else { throw ClamdFailure(.malformed, "It answered before the end.") }
            return .success(reply)
        } catch {
            return .failure(error)
        }
    }
}
