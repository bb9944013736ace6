/// Where a sealed value belongs. A value that is moved to another place does not open there.
public struct SealContext: Sendable, Hashable {
    /// The table.
    public let table: String
    /// The row's key in text form.
    public let row: String
    /// The column.
    public let column: String

    /// Names the place of a value.
    ///
    /// - Parameters:
    ///   - table: the table.
    ///   - row: the row's key in text form.
    ///   - column: the column.
    public init(table: String, row: String, column: String) {
        self.table = table
        self.row = row
        self.column = column
    }

    /// The three names, each behind its length, so that no two places have the same octets.
    var octets: [UInt8] {
        [table, row, column].flatMap { part in
            withUnsafeBytes(of: UInt32(part.utf8.count).bigEndian) { Array($0) } + Array(part.utf8)
        }
    }
}
