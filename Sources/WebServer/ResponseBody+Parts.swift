public import Hummingbird
import NIOCore

extension ResponseBody {
    /// Text that is made part by part while it is sent, so that it takes the same memory however long it is.
    ///
    /// - Parameters:
    ///   - source: what makes the parts.
    ///   - next: its next part; nil after the last.
    public init<Source: Sendable>(
        parts source: Source, next: @escaping @Sendable (inout Source) async throws -> String?
    ) {
        self.init { writer in
            var source = source
            while let part = try await next(&source) { try await writer.write(ByteBuffer(string: part)) }
            try await writer.finish(nil)
        }
    }
}
