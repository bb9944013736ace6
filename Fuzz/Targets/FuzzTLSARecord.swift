import DNS
import FuzzDriver
import MailRouting

/// TLSA records are sorted out and matched without a trap, and nothing but equal octets matches.
@main
struct FuzzTLSARecord {
    static func main() {
        fuzz { octets in
            // Length, three fields, data; and again.
            var data: [DNSRecordData] = []
            var rest = octets[...]
            while let length = rest.popFirst(), rest.count >= 3 {
                let fields = Array(rest.prefix(3))
                data.append(
                    .tlsa(
                        usage: fields[0], selector: fields[1], matchingType: fields[2],
                        data: Array(rest.dropFirst(3).prefix(Int(length)))))
                rest = rest.dropFirst(3 + Int(length))
            }
            let set = TLSARecordSet(data)
            demand(set.records.count + set.problems.count <= TLSARecordSet.limit, "not too many")
            let chain = [octets, Array(octets.reversed())].map { PresentedCertificate(certificate: $0, publicKey: $0) }
            if case .leaf(let record) = DANEMatch(of: chain, against: set, isPathValid: { _ in false }),
                record.matchingType == .full
            {
                demand(record.data == octets, "the octets of the record")
            }
            for record in set.records where record.matchingType == .full {
                let own = PresentedCertificate(certificate: record.data, publicKey: record.data)
                demand(record.matches(own), "itself")
            }
        }
    }
}
