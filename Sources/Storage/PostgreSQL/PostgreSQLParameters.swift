import Deliveries
import Foundation

/// Values in the form in which libpq binds them: octets in binary, all else in text, one behind the other.
struct PostgreSQLParameters {
    /// How many octets they take.
    var size: Int { octets.count }

    private var octets: [UInt8] = []
    private var places: [Int?] = []
    private var lengths: [Int32] = []
    private var formats: [Int32] = []

    /// - Throws: `DeliveriesError` `.invalid`: PostgreSQL's text has no NUL.
    init(_ values: [SQLValue]) throws {
        for value in values {
            switch value {
            case .null: append(nil, isBinary: false)
            case .integer(let number): append(Array(String(number).utf8), isBinary: false)
            case .text(let text):
                guard !text.utf8.contains(0) else {
                    throw DeliveriesError(.invalid, detail: "text with a NUL cannot be stored")
                }
                append(Array(text.utf8), isBinary: false)
            case .blob(let data): append(Array(data), isBinary: true)
            }
        }
    }

    private mutating func append(_ value: [UInt8]?, isBinary: Bool) {
        places.append(value == nil ? nil : octets.count)
        lengths.append(Int32(clamping: value?.count ?? 0))
        formats.append(isBinary ? 1 : 0)
        if let value { octets += value + [0] }
    }

    func withPointers<Result>(
        _ body: ([UnsafePointer<CChar>?], [Int32], [Int32]) -> Result
    ) -> Result {
        octets.withUnsafeBytes { all in
            let pointers = places.map { place -> UnsafePointer<CChar>? in
                guard let place, let start = all.baseAddress else { return nil }
                return (start + place).assumingMemoryBound(to: CChar.self)
            }
            return body(pointers, lengths, formats)
        }
    }
}
