/// The part of a file that a client asks for (RFC 9110, 14.1.2): one range of octets.
public enum ByteRangeRequest: Equatable, Sendable {
    /// From an offset to the end.
    case from(Int64)
    /// From an offset to another, both with them.
    case through(Int64, Int64)
    /// So many octets at the end.
    case suffix(Int64)

    /// Reads the header `Range`.
    ///
    /// - Parameter header: its value.
    /// - Returns: nil for what is no single range of octets; then the whole file is sent, as RFC 9110, 14.2 allows.
    public init?(header: String) {
        let parts = header.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].lowercased().filter({ $0 != " " }) == "bytes" else { return nil }
        let ends = parts[1].filter { $0 != " " && $0 != "\t" }.split(
            separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2 else { return nil }
        switch (Self.number(ends[0]), Self.number(ends[1])) {
        case (let first?, let last?) where first <= last: self = .through(first, last)
        case (let first?, nil) where ends[1].isEmpty: self = .from(first)
        case (nil, let count?) where ends[0].isEmpty: self = .suffix(count)
        default: return nil
        }
    }

    /// The octets of a file of that size; nil if there are none (RFC 9110, 15.5.17).
    public func resolved(size: Int64) -> Range<Int64>? {
        switch self {
        case .from(let first): first < size ? first..<size : nil
        case .through(let first, let last): first < size ? first..<min(size, last == .max ? .max : last + 1) : nil
        case .suffix(let count): count > 0 && size > 0 ? max(0, size - count)..<size : nil
        }
    }

    private static func number(_ text: some StringProtocol) -> Int64? {
        // 18 digits are more than any file has octets, and cannot overflow.
        guard (1...18).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int64(text)
    }
}
