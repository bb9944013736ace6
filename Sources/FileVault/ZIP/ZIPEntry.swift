public import Foundation

/// A file in a ZIP archive.
public struct ZIPEntry: Sendable, Hashable {
    /// Its name, with `/` between folders.
    public let name: String
    /// Its size in octets.
    public let size: Int64
    /// The time that unpacking gives it.
    public let modifiedAt: Date

    /// Describes a file.
    ///
    /// - Parameters:
    ///   - name: its name, with `/` between folders. Nil comes back for one that could lead out of the folder that it
    ///     is unpacked to, or that is empty or longer than 65,535 octets of UTF-8.
    ///   - size: its size in octets.
    ///   - modifiedAt: the time that unpacking gives it.
    public init?(name: String, size: Int64, modifiedAt: Date) {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        // APPNOTE 4.4.17.1: no drive letter, no leading slash, no backslash.
        guard size >= 0, name.utf8.count <= 0xFFFF, !parts.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." }),
            !name.utf8.contains(where: { $0 == UInt8(ascii: "\\") || $0 < 0x20 || $0 == 0x7F }),
            !(parts.first?.dropFirst().first == ":")
        else { return nil }
        self.name = name
        self.size = size
        self.modifiedAt = modifiedAt
    }

    /// Whether the sizes need eight octets (APPNOTE 4.5.3).
    var isLarge: Bool { size >= 0xFFFF_FFFF }

    /// Date and time as MS-DOS has them (APPNOTE 4.4.6), in UTC; from 1980 to 2107, in steps of two seconds.
    var dosTime: (time: UInt16, date: UInt16) {
        let seconds = max(315_532_800, min(4_354_819_198, Int64(modifiedAt.timeIntervalSince1970)))
        let (year, month, day) = Self.civil(seconds / 86_400)
        let second = seconds % 86_400
        return (
            UInt16((second / 3_600) << 11 | (second / 60 % 60) << 5 | (second % 60) / 2),
            UInt16((year - 1980) << 9 | month << 5 | day)
        )
    }

    /// The time in seconds since 1970 for the extended timestamp, if it fits.
    var unixTime: UInt32? {
        let seconds = modifiedAt.timeIntervalSince1970.rounded(.down)
        return 0...Double(Int32.max) ~= seconds ? UInt32(seconds) : nil
    }

    /// The date of a day that is counted from 1970-01-01.
    private static func civil(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        // Years begin in March, so that the leap day is their last; eras have 400 years.
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }
}
