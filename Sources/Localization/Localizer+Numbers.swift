extension Localizer {
    /// A whole number with the thousands apart: `1.234.567` or `1,234,567`.
    public func number(_ value: Int64) -> String {
        let digits = Array(String(value.magnitude).utf8)
        let separator = grammar.thousands.utf8
        var result: [UInt8] = value < 0 ? [UInt8(ascii: "-")] : []
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { result += separator }
            result.append(digit)
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// A whole number with the thousands apart.
    public func number(_ value: Int) -> String {
        number(Int64(value))
    }

    /// What stands between the whole and the tenths.
    public var decimalMark: String { grammar.decimal }

    /// A size in decimal units, as the units are named: `1,5 MB` are 1,500,000 bytes. Negative sizes count as zero.
    ///
    /// One decimal below 100 of a unit, none above; rounded half up; `1 MB`, never `1000 kB`.
    public func size(_ bytes: Int64) -> String {
        let bytes = max(0, bytes)
        if bytes < 1_000 { return plural("sizes.bytes", Int(bytes)) }
        let units = ["kB", "MB", "GB", "TB", "PB", "EB"]
        var unit: Int64 = 1_000
        for (index, name) in units.enumerated() {
            // Split before rounding: nothing here may overflow near the end of Int64.
            let tenth = unit / 10
            let tenths = bytes / tenth + (bytes % tenth * 2 >= tenth ? 1 : 0)
            let whole = bytes / unit + (bytes % unit >= unit / 2 ? 1 : 0)
            if tenths < 1_000 {
                let fraction = tenths % 10 == 0 ? "" : decimalMark + String(tenths % 10)
                return "\(tenths / 10)\(fraction) \(name)"
            }
            if whole < 1_000 || index == units.count - 1 { return "\(number(whole)) \(name)" }
            unit *= 1_000
        }
        return plural("sizes.bytes", Int(bytes))
    }

    /// A list in a sentence: `A, B und C`.
    public func list(_ items: [String]) -> String {
        guard let last = items.last else { return "" }
        if items.count == 1 { return last }
        return self("list.last", ["head": items.dropLast().joined(separator: ", "), "tail": last])
    }
}
