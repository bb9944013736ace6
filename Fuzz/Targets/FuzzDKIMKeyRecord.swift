import DNS
import FuzzDriver
import MailAuth

/// The text of a key record is read without a trap; what was read can be written and means the same when read again.
@main
struct FuzzDKIMKeyRecord {
    static func main() {
        fuzz { octets in
            guard let record = try? DKIMKeyRecord(parsing: octets) else { return }
            guard let again = try? DKIMKeyRecord(parsing: record.text.utf8) else {
                // Notes and names of kinds are written as they came, whatever stands in them.
                return demand(record.keyType == nil || record.notes != nil || record.hashes != nil, record.text)
            }
            demand(again.differences(from: record).isEmpty, record.text)
        }
    }
}
