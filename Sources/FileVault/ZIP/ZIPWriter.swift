/// Writes a ZIP archive from front to back: everything but the content, which passes by.
///
/// Entries are stored as they are; their checksums follow them in data descriptors (APPNOTE 4.3.9), Zip64 fields
/// appear where a number needs them (4.5.3), names are UTF-8 (appendix D). A value without input and output: for each
/// entry call ``beginEntry()``, ``content(_:)`` and ``endEntry()``, at the end ``finish()``.
public struct ZIPWriter: Sendable {
    /// A call that does not fit the state, or content that does not fit the announced size.
    public enum Misuse: String, Error, Sendable, Hashable {
        /// The call is not the next one.
        case outOfOrder = "zip-out-of-order"
        /// An entry has more or less content than announced.
        case wrongSize = "zip-wrong-size"
    }

    private enum State {
        case between
        case inside(CRC32, taken: Int64)
        case finished
    }

    /// What is in the archive.
    public let entries: [ZIPEntry]
    /// The octets of the whole archive, known before the first one is written.
    public let size: Int64
    /// Where in the archive each entry's content stands.
    public let contentRanges: [Range<Int64>]

    private let offsets: [Int64]
    private let directoryOffset: Int64
    private var checksums: [UInt32] = []
    private var state = State.between

    /// Plans an archive.
    ///
    /// - Parameter entries: what is in it, in this order.
    public init(entries: [ZIPEntry]) {
        self.entries = entries
        var position: Int64 = 0
        var offsets: [Int64] = []
        var ranges: [Range<Int64>] = []
        var directory: Int64 = 0
        offsets.reserveCapacity(entries.count)
        ranges.reserveCapacity(entries.count)
        for entry in entries {
            offsets.append(position)
            directory += Int64(Self.directoryEntrySize(entry, offset: position))
            let begin = position + Int64(Self.localHeaderSize(entry))
            ranges.append(begin..<begin + entry.size)
            position = begin + entry.size + (entry.isLarge ? 24 : 16)
        }
        self.offsets = offsets
        contentRanges = ranges
        directoryOffset = position
        let needsZip64 = Self.needsZip64(count: entries.count, directory: directory, offset: position)
        size = position + directory + (needsZip64 ? 98 : 22)
    }

    /// Begins the next entry.
    ///
    /// - Returns: its local header (APPNOTE 4.3.7).
    /// - Throws: ``Misuse/outOfOrder`` if an entry is open or none is left.
    public mutating func beginEntry() throws(Misuse) -> [UInt8] {
        guard case .between = state, checksums.count < entries.count else { throw .outOfOrder }
        state = .inside(CRC32(), taken: 0)
        let entry = entries[checksums.count]
        var header: [UInt8] = []
        header.add(0x0403_4B50 as UInt32)
        header += Self.commonFields(entry, isLarge: entry.isLarge)
        // APPNOTE 4.4.4, bit 3: the checksum and the sizes stand in the descriptor.
        header.add(0 as UInt32)
        header.add(entry.isLarge ? .max : 0 as UInt32)
        header.add(entry.isLarge ? .max : 0 as UInt32)
        let extra = Self.timestamp(entry) + (entry.isLarge ? Self.zip64Extra([0, 0]) : [])
        header.add(UInt16(entry.name.utf8.count))
        header.add(UInt16(extra.count))
        header += Array(entry.name.utf8)
        header += extra
        return header
    }

    /// Notes content of the open entry; it goes into the archive as it is.
    ///
    /// - Parameter bytes: the next octets of the entry.
    /// - Throws: ``Misuse``.
    public mutating func content(_ bytes: UnsafeRawBufferPointer) throws(Misuse) {
        guard case .inside(var checksum, let taken) = state else { throw .outOfOrder }
        guard taken + Int64(bytes.count) <= entries[checksums.count].size else { throw .wrongSize }
        checksum.update(bytes)
        state = .inside(checksum, taken: taken + Int64(bytes.count))
    }

    /// Ends the open entry.
    ///
    /// - Returns: its data descriptor.
    /// - Throws: ``Misuse``.
    public mutating func endEntry() throws(Misuse) -> [UInt8] {
        guard case .inside(let checksum, let taken) = state else { throw .outOfOrder }
        let entry = entries[checksums.count]
        guard taken == entry.size else { throw .wrongSize }
        checksums.append(checksum.value)
        state = .between
        var descriptor: [UInt8] = []
        descriptor.add(0x0807_4B50 as UInt32)
        descriptor.add(checksum.value)
        for _ in 0..<2 {
            if entry.isLarge { descriptor.add(UInt64(entry.size)) } else { descriptor.add(UInt32(entry.size)) }
        }
        return descriptor
    }

    /// Ends the archive.
    ///
    /// - Returns: the central directory and the end records (APPNOTE 4.3.12 to 4.3.16).
    /// - Throws: ``Misuse/outOfOrder`` unless every entry has ended.
    public mutating func finish() throws(Misuse) -> [UInt8] {
        guard case .between = state, checksums.count == entries.count else { throw .outOfOrder }
        state = .finished
        var directory: [UInt8] = []
        for (index, entry) in entries.enumerated() {
            directory += directoryEntry(entry, offset: offsets[index], checksum: checksums[index])
        }
        let size = Int64(directory.count)
        if Self.needsZip64(count: entries.count, directory: size, offset: directoryOffset) {
            directory += zip64End(directorySize: size)
        }
        directory.add(0x0605_4B50 as UInt32)
        directory.add(0 as UInt16)
        directory.add(0 as UInt16)
        for _ in 0..<2 { directory.add(UInt16(clamping: entries.count)) }
        directory.add(UInt32(clamping: size))
        directory.add(UInt32(clamping: directoryOffset))
        directory.add(0 as UInt16)
        return directory
    }

    private func directoryEntry(_ entry: ZIPEntry, offset: Int64, checksum: UInt32) -> [UInt8] {
        var large: [UInt64] = entry.isLarge ? [UInt64(entry.size), UInt64(entry.size)] : []
        if offset >= 0xFFFF_FFFF { large.append(UInt64(offset)) }
        let extra = Self.timestamp(entry) + (large.isEmpty ? [] : Self.zip64Extra(large))
        var header: [UInt8] = []
        header.add(0x0201_4B50 as UInt32)
        // Made by: Unix, so that the mode below counts.
        header.add(3 << 8 | 45 as UInt16)
        header += Self.commonFields(entry, isLarge: !large.isEmpty)
        header.add(checksum)
        for _ in 0..<2 { header.add(UInt32(clamping: entry.size)) }
        header.add(UInt16(entry.name.utf8.count))
        header.add(UInt16(extra.count))
        header.add(0 as UInt16)
        header.add(0 as UInt16)
        header.add(0 as UInt16)
        // A plain file that its owner may write.
        header.add(0o100644 << 16 as UInt32)
        header.add(UInt32(clamping: offset))
        header += Array(entry.name.utf8)
        header += extra
        return header
    }

    private func zip64End(directorySize: Int64) -> [UInt8] {
        var end: [UInt8] = []
        end.add(0x0606_4B50 as UInt32)
        end.add(44 as UInt64)
        end.add(3 << 8 | 45 as UInt16)
        end.add(45 as UInt16)
        end.add(0 as UInt32)
        end.add(0 as UInt32)
        for _ in 0..<2 { end.add(UInt64(entries.count)) }
        end.add(UInt64(directorySize))
        end.add(UInt64(directoryOffset))
        end.add(0x0706_4B50 as UInt32)
        end.add(0 as UInt32)
        end.add(UInt64(directoryOffset + directorySize))
        end.add(1 as UInt32)
        return end
    }

    /// Version needed, flags, method, time and date.
    private static func commonFields(_ entry: ZIPEntry, isLarge: Bool) -> [UInt8] {
        var fields: [UInt8] = []
        fields.add(isLarge ? 45 : 20 as UInt16)
        // Bit 3: a data descriptor follows; bit 11: the name is UTF-8.
        fields.add(1 << 3 | 1 << 11 as UInt16)
        fields.add(0 as UInt16)
        let (time, date) = entry.dosTime
        fields.add(time)
        fields.add(date)
        return fields
    }

    /// The extended timestamp 0x5455 (APPNOTE 4.6.1), which is in UTC.
    private static func timestamp(_ entry: ZIPEntry) -> [UInt8] {
        guard let time = entry.unixTime else { return [] }
        var extra: [UInt8] = []
        extra.add(0x5455 as UInt16)
        extra.add(5 as UInt16)
        extra.append(1)
        extra.add(time)
        return extra
    }

    private static func zip64Extra(_ numbers: [UInt64]) -> [UInt8] {
        var extra: [UInt8] = []
        extra.add(0x0001 as UInt16)
        extra.add(UInt16(numbers.count * 8))
        for number in numbers { extra.add(number) }
        return extra
    }

    private static func localHeaderSize(_ entry: ZIPEntry) -> Int {
        30 + entry.name.utf8.count + (entry.unixTime == nil ? 0 : 9) + (entry.isLarge ? 20 : 0)
    }

    private static func directoryEntrySize(_ entry: ZIPEntry, offset: Int64) -> Int {
        let numbers = (entry.isLarge ? 2 : 0) + (offset >= 0xFFFF_FFFF ? 1 : 0)
        return 46 + entry.name.utf8.count + (entry.unixTime == nil ? 0 : 9) + (numbers == 0 ? 0 : 4 + numbers * 8)
    }

    private static func needsZip64(count: Int, directory: Int64, offset: Int64) -> Bool {
        count >= 0xFFFF || directory >= 0xFFFF_FFFF || offset >= 0xFFFF_FFFF
    }
}

extension [UInt8] {
    fileprivate mutating func add(_ number: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
    }
}
