/// Why a text is no master file.
public struct MasterFileError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The line, counted from 1, on which the entry starts that cannot be read.
    public let line: Int
    /// What is wrong with it; English.
    public let reason: String

    /// Line and reason.
    public var description: String { "line \(line): \(reason)" }
}
