import DNS
import FuzzDriver

/// A pasted zone file is read without a trap, and its records can be written and read again.
@main
struct FuzzMasterFile {
    static func main() {
        fuzz { octets in
            guard let file = try? MasterFile(parsing: String(decoding: octets, as: UTF8.self)) else { return }
            for record in file.records {
                let line = "x. \(record.ttl) \(record.type) \(record.data)"
                demand((try? MasterFile(parsing: line))?.records.map(\.data) == [record.data], line)
            }
        }
    }
}
