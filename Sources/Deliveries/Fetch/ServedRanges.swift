/// The octets of a file that were written out, whatever the order and the overlaps.
struct ServedRanges: Equatable, Sendable {
    /// Ascending, not touching, none empty.
    private(set) var ranges: [Range<Int64>]

    /// Merges ranges.
    init(_ ranges: [Range<Int64>] = []) {
        self.ranges = []
        for range in ranges { insert(range) }
    }

    /// Adds a range.
    mutating func insert(_ range: Range<Int64>) {
        guard !range.isEmpty else { return }
        var merged = range
        var result: [Range<Int64>] = []
        var place = 0
        for present in ranges {
            if present.upperBound < merged.lowerBound {
                result.append(present)
                place = result.count
            } else if present.lowerBound > merged.upperBound {
                result.append(present)
            } else {
                merged = min(merged.lowerBound, present.lowerBound)..<max(merged.upperBound, present.upperBound)
            }
        }
        result.insert(merged, at: place)
        ranges = result
    }

    /// Whether every octet of a file of that size was written out.
    func isWhole(size: Int64) -> Bool { size == 0 || ranges == [0..<size] }
}
