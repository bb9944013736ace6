/// Why a file could not be stored or read.
public struct VaultError: Error, Sendable, CustomStringConvertible {
    /// What went wrong; the raw value is the stable code for logs and problem documents.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// There is no room left on the disk, or in the quota.
        case diskFull = "disk-full"
        /// The octets that came are not those that the sender's digest names.
        case checksumMismatch = "checksum-mismatch"
        /// Fewer or more octets came than the chunk has.
        case sizeMismatch = "size-mismatch"
        /// The file or the chunk is larger than the format allows.
        case tooLarge = "too-large"
        /// What is stored was changed, or does not belong together.
        case corrupted = "corrupted"
        /// What should be stored is not there.
        case missing = "missing"
        /// The disk failed, or refused.
        case io = "io"
        /// The store does not answer as it should at the moment; it may be tried again.
        case unreachable = "unreachable"
        /// The sender broke off, or the work was cancelled.
        case interrupted = "interrupted"
        /// Too much is under way; it may be tried again in a moment.
        case busy = "busy"
        /// The vault has been shut down.
        case closed = "closed"
    }

    /// What went wrong.
    public let code: Code
    /// The file that it happened to.
    public let file: VaultFileID?
    /// The number of the chunk, from 0.
    public let chunk: Int?
    /// The number of the record in the chunk, from 0.
    public let record: Int?
    /// More about it, for the log; holds no content and no key.
    public let detail: String
    /// The error that the sender's stream threw, if it was that.
    public let cause: (any Error)?

    /// Describes what went wrong.
    ///
    /// - Parameters:
    ///   - code: what.
    ///   - file: the file that it happened to.
    ///   - chunk: the number of the chunk, from 0.
    ///   - record: the number of the record in the chunk, from 0.
    ///   - detail: more, for the log.
    ///   - cause: the error that the sender's stream threw.
    public init(
        _ code: Code, file: VaultFileID? = nil, chunk: Int? = nil, record: Int? = nil, detail: String,
        cause: (any Error)? = nil
    ) {
        self.code = code
        self.file = file
        self.chunk = chunk
        self.record = record
        self.detail = detail
        self.cause = cause
    }

    /// Whether sending the same again is in vain.
    public var isPermanent: Bool {
        switch code {
        case .tooLarge, .corrupted, .missing, .closed: true
        case .diskFull, .checksumMismatch, .sizeMismatch, .io, .unreachable, .interrupted, .busy: false
        }
    }

    /// What may be shown to anybody.
    public var publicText: String {
        switch code {
        case .diskFull: "There is no room left on the server."
        case .checksumMismatch: "The data was changed on its way. Please send it again."
        case .sizeMismatch: "The data is not as long as announced. Please send it again."
        case .tooLarge: "The file is too large."
        case .corrupted: "The stored file is damaged."
        case .missing: "The stored file is missing."
        case .io: "The server could not use its disk."
        case .unreachable: "The server cannot reach its file store. Please try again in a moment."
        case .interrupted: "The transfer was interrupted."
        case .busy: "The server is busy. Please try again in a moment."
        case .closed: "The server is being stopped."
        }
    }

    /// Everything about it, for the log.
    public var description: String {
        var text = "\(code.rawValue): \(detail)"
        if let file { text += ", file \(file)" }
        if let chunk { text += ", chunk \(chunk)" }
        if let record { text += ", record \(record)" }
        if let cause { text += " (\(type(of: cause)))" }
        return text
    }
}
