extension QRCode {
    /// Draws finder, timing and alignment patterns and the version, and returns which modules are not for data
    /// (ISO/IEC 18004, 6.3 and 7.10).
    mutating func drawPatterns(_ version: QRVersion) -> [Bool] {
        var reserved = [Bool](repeating: false, count: size * size)
        func reserve(_ rows: Range<Int>, _ columns: Range<Int>) {
            for row in rows { for column in columns { reserved[row * size + column] = true } }
        }

        for index in 0..<size {
            self[6, index] = index.isMultiple(of: 2)
            self[index, 6] = index.isMultiple(of: 2)
        }
        reserve(6..<7, 0..<size)
        reserve(0..<size, 6..<7)

        for (row, column) in [(3, 3), (3, size - 4), (size - 4, 3)] {
            // With the separator around it; parts of that lie outside.
            for y in max(0, row - 4)...min(size - 1, row + 4) {
                for x in max(0, column - 4)...min(size - 1, column + 4) {
                    let distance = max(abs(y - row), abs(x - column))
                    self[y, x] = distance != 2 && distance != 4
                }
            }
        }
        // With the format beside the finders.
        reserve(0..<9, 0..<9)
        reserve(0..<9, size - 8..<size)
        reserve(size - 8..<size, 0..<9)

        let last = size - 7
        for row in version.alignment {
            for column in version.alignment
            where !((row == 6 && column == 6) || (row == 6 && column == last) || (row == last && column == 6)) {
                for y in row - 2...row + 2 {
                    for x in column - 2...column + 2 { self[y, x] = max(abs(y - row), abs(x - column)) != 1 }
                }
                reserve(row - 2..<row + 3, column - 2..<column + 3)
            }
        }

        if version.number >= 7 {
            let bits = version.number << 12 | Self.remainder(version.number, bits: 12, generator: 0x1F25)
            for index in 0..<18 {
                let isDark = bits >> index & 1 == 1
                self[size - 11 + index % 3, index / 3] = isDark
                self[index / 3, size - 11 + index % 3] = isDark
            }
            reserve(size - 11..<size - 8, 0..<6)
            reserve(0..<6, size - 11..<size - 8)
        }
        return reserved
    }

    /// Draws level M and the mask (ISO/IEC 18004, 7.9).
    mutating func drawFormat(mask: Int) {
        // Level M is 00.
        let bits = (mask << 10 | Self.remainder(mask, bits: 10, generator: 0x537)) ^ 0x5412
        for index in 0..<15 {
            let isDark = bits >> index & 1 == 1
            switch index {
            case 0...5: self[index, 8] = isDark
            case 6...7: self[index + 1, 8] = isDark
            case 8: self[8, 7] = isDark
            default: self[8, 14 - index] = isDark
            }
            if index < 8 {
                self[8, size - 1 - index] = isDark
            } else {
                self[size - 15 + index, 8] = isDark
            }
        }
        self[size - 8, 8] = true
    }

    /// Places the codewords upwards and downwards in pairs of columns from the right (ISO/IEC 18004, 7.7.3), masked.
    mutating func place(_ codewords: [UInt8], reserved: [Bool], mask: Int) {
        var index = 0
        var isUpward = true
        // Column 6 is the timing pattern.
        for right in Array(stride(from: size - 1, through: 8, by: -2)) + [5, 3, 1] {
            for step in 0..<size {
                let row = isUpward ? size - 1 - step : step
                for column in [right, right - 1] where !reserved[row * size + column] {
                    // What is left behind the last codeword is 0.
                    let bit = index < codewords.count * 8 && codewords[index / 8] >> (7 - UInt8(index % 8)) & 1 == 1
                    self[row, column] = bit != Self.isMasked(row, column, mask)
                    index += 1
                }
            }
            isUpward.toggle()
        }
    }

    /// How hard the pattern is to read; the mask with the least is taken (ISO/IEC 18004, 7.8.3).
    var penalty: Int {
        var points = 0
        let finder = [true, false, true, true, true, false, true]
        let light = [Bool](repeating: false, count: 4)
        for isRow in [true, false] {
            for line in 0..<size {
                let cells = (0..<size).map { isRow ? self[line, $0] : self[$0, line] }
                var run = 1
                for index in 1...size {
                    if index < size, cells[index] == cells[index - 1] {
                        run += 1
                    } else {
                        if run >= 5 { points += run - 2 }
                        run = 1
                    }
                }
                for begin in 0...size - 11 {
                    let part = Array(cells[begin..<begin + 11])
                    if part == finder + light || part == light + finder { points += 40 }
                }
            }
        }
        var dark = 0
        for row in 0..<size {
            for column in 0..<size {
                let cell = self[row, column]
                if cell { dark += 1 }
                if row > 0, column > 0, cell == self[row - 1, column], cell == self[row, column - 1],
                    cell == self[row - 1, column - 1]
                {
                    points += 3
                }
            }
        }
        return points + abs(dark * 20 - size * size * 10) / (size * size) * 10
    }

    /// The remainder of a value, shifted by so many bits, divided by a generator polynomial (annexes C and D).
    private static func remainder(_ value: Int, bits: Int, generator: Int) -> Int {
        var remainder = value
        for _ in 0..<bits { remainder = (remainder << 1) ^ ((remainder >> (bits - 1)) * generator) }
        return remainder
    }

    /// The masks of table 10.
    private static func isMasked(_ row: Int, _ column: Int, _ mask: Int) -> Bool {
        switch mask {
        case 0: (row + column) % 2 == 0
        case 1: row % 2 == 0
        case 2: column % 3 == 0
        case 3: (row + column) % 3 == 0
        case 4: (row / 2 + column / 3) % 2 == 0
        case 5: row * column % 2 + row * column % 3 == 0
        case 6: (row * column % 2 + row * column % 3) % 2 == 0
        default: ((row + column) % 2 + row * column % 3) % 2 == 0
        }
    }
}
