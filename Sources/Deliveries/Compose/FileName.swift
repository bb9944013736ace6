import Foundation

/// File names as recipients get them: Unicode kept, nothing in them that could trick a person or a computer.
public enum FileName {
    /// The most octets (UTF-8) of a name.
    public static let maximumOctets = 200
    /// What a name becomes of which nothing is left.
    public static let substitute = "file"

    /// Cleans a name: path parts, control characters and characters that hide or turn text are taken off, what some
    /// systems forbid becomes `_`, names that Windows reserves get a `_` in front, and at most ``maximumOctets`` octets
    /// remain, with the extension. Cleaning twice changes nothing more.
    ///
    /// - Parameter raw: the name as the uploader sent it, perhaps with a path.
    /// - Returns: a name in NFC that is never empty.
    public static func clean(_ raw: String) -> String {
        // Nobody types more; what comes behind cannot be the extension of a name that anybody chose.
        let bounded = raw.utf8.count > 65_536 ? String(decoding: raw.utf8.suffix(65_536), as: UTF8.self) : raw
        var name = trimmed(plain(lastPart(of: bounded)).precomposedStringWithCanonicalMapping)
        if isReserved(name) { name = "_" + name }
        name = shortened(name, to: maximumOctets)
        return name.isEmpty ? substitute : name
    }

    /// Tells equal names apart: `report.pdf` becomes `report (2).pdf` if there is a `Report.pdf` already.
    ///
    /// - Parameters:
    ///   - name: a clean name.
    ///   - others: the names that are taken.
    /// - Returns: a clean name that differs from all of them, also where capitals do not count.
    public static func distinct(_ name: String, from others: some Sequence<String>) -> String {
        let taken = Set(others.map(comparisonKey))
        guard taken.contains(comparisonKey(name)) else { return name }
        let (stem, ending) = parts(of: name)
        var number = 2
        while true {
            let mark = " (\(number))" + ending
            let candidate = trimmed(cut(stem, to: maximumOctets - mark.utf8.count)) + mark
            if !taken.contains(comparisonKey(candidate)) { return candidate }
            number += 1
        }
    }

    /// Equal for names that some file system takes for the same.
    static func comparisonKey(_ name: String) -> String {
        name.lowercased().precomposedStringWithCanonicalMapping
    }

    private static func lastPart(of path: String) -> Substring.UnicodeScalarView {
        let scalars = path.unicodeScalars[...]
        let parts = scalars.split {
            $0 == "/" || $0 == "\\" || $0 == "\u{2215}" || $0 == "\u{2044}" || $0 == "\u{FF0F}"
        }
        return parts.last { part in part.contains { $0 != "." && $0 != " " } } ?? scalars.prefix(0)
    }

    /// Takes out what is invisible; blanks of all kinds become one space, what Windows forbids becomes `_`.
    private static func plain(_ scalars: Substring.UnicodeScalarView) -> String {
        var result = String.UnicodeScalarView()
        var isPendingSpace = false
        for scalar in scalars {
            switch scalar.properties.generalCategory {
            case .format, .surrogate, .privateUse: continue
            case .unassigned where scalar.properties.isNoncharacterCodePoint: continue
            case .control, .spaceSeparator, .lineSeparator, .paragraphSeparator:
                // Also runs of blanks, which push the true extension out of sight.
                isPendingSpace = true
                continue
            default: break
            }
            // Fillers that show as nothing although they are letters.
            if ["\u{115F}", "\u{1160}", "\u{3164}", "\u{FFA0}", "\u{2800}", "\u{034F}"].contains(scalar) { continue }
            if isPendingSpace { result.append(" ") }
            isPendingSpace = false
            result.append(#"<>:"|?*"#.unicodeScalars.contains(scalar) ? "_" : scalar)
        }
        return String(result)
    }

    private static func trimmed(_ name: String) -> String {
        var scalars = name.unicodeScalars[...]
        while scalars.first == " " { scalars.removeFirst() }
        // Windows drops dots and blanks at the end.
        while let last = scalars.last, last == " " || last == "." { scalars.removeLast() }
        return String(scalars)
    }

    private static func isReserved(_ name: String) -> Bool {
        let stem = trimmed(String(name.prefix { $0 != "." })).uppercased()
        if ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"].contains(stem) { return true }
        guard stem.hasPrefix("COM") || stem.hasPrefix("LPT"), stem.count == 4, let last = stem.last else {
            return false
        }
        return "0123456789¹²³".contains(last)
    }

    /// The name before its extension, and the extension with its dot; a leading dot begins no extension.
    private static func parts(of name: String) -> (stem: String, ending: String) {
        let scalars = name.unicodeScalars
        guard let dot = scalars.lastIndex(of: "."), dot != scalars.startIndex else { return (name, "") }
        let ending = String(scalars[dot...])
        guard (2...32).contains(ending.utf8.count), !ending.contains(" ") else { return (name, "") }
        return (String(scalars[..<dot]), ending)
    }

    private static func shortened(_ name: String, to limit: Int) -> String {
        guard name.utf8.count > limit else { return name }
        let (stem, ending) = parts(of: name)
        return trimmed(trimmed(cut(stem, to: limit - ending.utf8.count)) + ending)
    }

    /// At most so many octets, not inside a character unless one alone is longer.
    private static func cut(_ text: String, to limit: Int) -> String {
        guard text.utf8.count > limit else { return text }
        var room = limit
        var end = text.startIndex
        while end < text.endIndex {
            let next = text.index(after: end)
            let size = text.utf8.distance(from: end, to: next)
            if size > room { break }
            room -= size
            end = next
        }
        if end > text.startIndex { return String(text[..<end]) }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            let size = UTF8.width(scalar)
            if size > room { break }
            room -= size
            result.append(scalar)
        }
        return String(result)
    }
}
