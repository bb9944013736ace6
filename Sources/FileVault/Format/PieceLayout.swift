/// One step of reading: some neighbouring records of a chunk, and which of their plain octets are wanted.
package struct PieceLayout: Sendable, Hashable {
    /// The chunk's number, from 0.
    package let chunk: Int
    /// The records' numbers within the chunk.
    package let records: Range<Int>
    /// The plain octets that are wanted, counted from the beginning of the file.
    package let wanted: Range<Int64>
    /// Where the chunk begins in the file, and where it ends.
    package let chunkRange: Range<Int64>

    /// Cuts off the next step.
    ///
    /// - Parameters:
    ///   - position: where the step begins in the file.
    ///   - end: where the reading ends; more than `position`, or the end of an empty file.
    ///   - layout: how the file is cut.
    ///   - recordsAtOnce: at most so many records.
    package init(from position: Int64, to end: Int64, of layout: FileLayout, recordsAtOnce: Int) {
        chunk = Int(position / Int64(layout.chunkSize))
        let start = layout.offset(ofChunk: chunk)
        chunkRange = start..<start + Int64(layout.plainSize(ofChunk: chunk))
        let first = Int(position - start) / FileLayout.recordSize
        let last = start + Int64((first + recordsAtOnce) * FileLayout.recordSize)
        wanted = position..<min(end, chunkRange.upperBound, last)
        // An empty chunk has a record, too.
        let end = (Int(wanted.upperBound - start) + FileLayout.recordSize - 1) / FileLayout.recordSize
        records = first..<max(first + 1, end)
    }

    /// Which plain octets of a record are wanted.
    package func part(ofRecord number: Int) -> Range<Int> {
        let start = chunkRange.lowerBound + Int64(number * FileLayout.recordSize)
        return Int(
            max(0, wanted.lowerBound - start))..<Int(
                min(Int64(FileLayout.recordSize), wanted.upperBound - start))
    }
}

extension FileLayout {
    /// Where the sealed records of a step stand in the chunk's object.
    package func sealedRange(of piece: PieceLayout) -> Range<Int> {
        sealedRange(ofRecords: piece.records, inChunk: piece.chunk)
    }

    /// Where sealed records stand in the chunk's object.
    package func sealedRange(ofRecords records: Range<Int>, inChunk chunk: Int) -> Range<Int> {
        let size = Self.recordSize + Self.recordOverhead
        return records.lowerBound * size..<min(records.upperBound * size, sealedSize(ofChunk: chunk))
    }

    /// A range within a chunk as one of the file, cut to the chunk's size.
    package func range(_ range: Range<Int>, inChunk index: Int) -> Range<Int64> {
        let (range, offset) = (range.clamped(to: 0..<plainSize(ofChunk: index)), offset(ofChunk: index))
        return offset + Int64(range.lowerBound)..<offset + Int64(range.upperBound)
    }
}

extension VaultFile {
    /// The chunks that a range touches, the first one if it is empty.
    package func chunks(in range: Range<Int64>) -> [StoredChunk] {
        guard !range.isEmpty else { return Array(chunks.prefix(1)) }
        let size = Int64(layout.chunkSize)
        return Array(chunks[Int(range.lowerBound / size)...Int((range.upperBound - 1) / size)])
    }
}
