import Foundation

/// The charsets that mail still comes in.
enum Charset {
    /// Text of bytes in a charset; what the charset does not have becomes U+FFFD.
    ///
    /// An unknown charset is read as UTF-8 if the bytes are that, else as windows-1252, which browsers do too.
    static func decode(_ bytes: some Collection<UInt8>, named name: String) -> String {
        switch name.lowercased() {
        case "utf-8", "utf8": String(decoding: bytes, as: UTF8.self)
        case "us-ascii", "ascii", "ansi_x3.4-1968": map(bytes) { $0 < 0x80 ? UInt16($0) : 0xFFFD }
        case "iso-8859-1", "iso8859-1", "latin1", "l1": map(bytes) { UInt16($0) }
        case "iso-8859-15", "iso8859-15", "latin9", "latin-9": map(bytes, latin9)
        case "windows-1252", "cp1252", "cp-1252", "x-ansi": map(bytes, windows1252)
        default:
            known[name.lowercased()].flatMap { String(data: Data(bytes), encoding: $0) } ?? unnamed(bytes)
        }
    }

    /// What the system's library reads for us.
    private static let known: [String: String.Encoding] = [
        "iso-2022-jp": .iso2022JP, "euc-jp": .japaneseEUC, "shift_jis": .shiftJIS, "shift-jis": .shiftJIS,
        "x-sjis": .shiftJIS, "iso-8859-2": .isoLatin2, "windows-1250": .windowsCP1250, "windows-1251": .windowsCP1251,
        "windows-1253": .windowsCP1253, "windows-1254": .windowsCP1254, "utf-16": .utf16,
        "utf-16le": .utf16LittleEndian,
        "utf-16be": .utf16BigEndian, "utf-32": .utf32,
    ]

    private static func unnamed(_ bytes: some Collection<UInt8>) -> String {
        String(validating: Array(bytes), as: UTF8.self) ?? map(bytes, windows1252)
    }

    private static func map(_ bytes: some Collection<UInt8>, _ table: (UInt8) -> UInt16) -> String {
        var scalars = String.UnicodeScalarView()
        for byte in bytes { scalars.append(Unicode.Scalar(table(byte)) ?? "\u{FFFD}") }
        return String(scalars)
    }

    private static func latin9(_ byte: UInt8) -> UInt16 {
        switch byte {
        case 0xA4: 0x20AC
        case 0xA6: 0x0160
        case 0xA8: 0x0161
        case 0xB4: 0x017D
        case 0xB8: 0x017E
        case 0xBC: 0x0152
        case 0xBD: 0x0153
        case 0xBE: 0x0178
        default: UInt16(byte)
        }
    }

    private static let windows1252High: [UInt16] = [
        0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0xFFFD,
        0x017D, 0xFFFD, 0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A,
        0x0153, 0xFFFD, 0x017E, 0x0178,
    ]

    private static func windows1252(_ byte: UInt8) -> UInt16 {
        (0x80...0x9F).contains(byte) ? windows1252High[Int(byte) - 0x80] : UInt16(byte)
    }
}
