public import NIOCore

/// A message to be sent, read piece by piece so that it never needs to be in memory as a whole.
///
/// It is read once, and only after the server has accepted sender and recipients.
public struct SMTPContent: Sendable {
    /// The largest piece that is written at once, in octets.
    static let pieceSize = 65536

    let forEachPiece: @Sendable (_ write: (ByteBuffer) async throws -> Void) async throws -> Void

    /// A message in memory.
    public static func octets(_ octets: [UInt8]) -> SMTPContent {
        .buffer(ByteBuffer(bytes: octets))
    }

    /// A message in a buffer.
    public static func buffer(_ buffer: ByteBuffer) -> SMTPContent {
        SMTPContent { write in try await Self.cut(buffer, write) }
    }

    /// A message as a sequence of pieces; an error of the sequence stops the mail before its final dot.
    public static func stream<Pieces: AsyncSequence & Sendable>(_ pieces: Pieces) -> SMTPContent
    where Pieces.Element == ByteBuffer {
        SMTPContent { write in
            for try await piece in pieces { try await Self.cut(piece, write) }
        }
    }

    private static func cut(_ buffer: ByteBuffer, _ write: (ByteBuffer) async throws -> Void) async throws {
        var rest = buffer
        while let piece = rest.readSlice(length: min(rest.readableBytes, pieceSize)), piece.readableBytes > 0 {
            try await write(piece)
        }
    }
}
