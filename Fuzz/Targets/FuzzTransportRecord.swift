import FuzzDriver
import MailRouting

/// The text records of MTA-STS and TLS reporting are read without a trap, and found only among texts that are theirs.
@main
struct FuzzTransportRecord {
    static func main() {
        fuzz { octets in
            if let record = STSRecord(parsing: octets) {
                demand(STSRecord(id: record.id) == record, "an id that may be one")
                demand(STSRecord.find(in: [octets]) == record, "found by itself")
                demand(STSRecord.find(in: [octets, octets]) == nil, "none of two")
            }
            if let record = TLSReportRecord(parsing: octets) {
                demand(
                    (1...TLSReportRecord.limit).contains(record.destinations.count), "some destinations, not too many")
                demand(TLSReportRecord.find(in: [octets]) == record, "found by itself")
            }
        }
    }
}
