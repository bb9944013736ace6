import FuzzDriver
import MailAuth

/// A DMARC record is read without a trap, and what has effect in it is read again from its text.
@main
struct FuzzDMARCRecord {
    static func main() {
        fuzz { octets in
            guard var record = DMARCRecord(parsing: octets) else { return }
            var again = DMARCRecord(parsing: Array(record.description.utf8))
            record.remarks = []
            again?.remarks = []
            demand(again == record, "the same record after writing")
        }
    }
}
