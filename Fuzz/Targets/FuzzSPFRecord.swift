import FuzzDriver
import MailAuth

/// An SPF record is read without a trap, and what was read is read again from its text.
@main
struct FuzzSPFRecord {
    static func main() {
        fuzz { octets in
            _ = try? SPFMacroString(parsing: octets, in: .explanation)
            guard let record = try? SPFRecord(parsing: octets) else { return }
            demand((try? SPFRecord(parsing: record.description)) == record, "the same record after writing")
        }
    }
}
