import FuzzDriver
import MailAuth

/// An aggregate report is read without a trap; what comes out of it is bounded.
@main
struct FuzzDMARCReport {
    static func main() {
        let parser = DMARCReportParser(mostRows: 100)
        fuzz { octets in
            guard let report = try? parser.parse(octets) else { return }
            demand(report.rows.count <= 100, "not more rows than allowed")
            demand(report.organisation.unicodeScalars.count <= 200, "a short name")
            demand(report.rows.allSatisfy { $0.count > 0 && $0.signatures.count <= 20 }, "rows that say something")
        }
    }
}
