import Foundation
import FuzzDriver
import MailRouting

/// A report on TLS is read without a trap; what comes out of it is bounded.
@main
struct FuzzTLSReport {
    static func main() {
        let reader = TLSReportReader()
        fuzz { octets in
            guard let report = try? reader.read(octets) else { return }
            demand(report.period.start <= report.period.end, "an end behind the beginning")
            demand(report.organisation.count <= 255 && report.id.count <= 255, "short names")
            for result in report.results {
                demand((0...1_000_000_000).contains(result.successful), "a number that can be added to others")
                demand(result.failures.allSatisfy { (1...1_000_000_000).contains($0.count) }, "failures that were")
                demand(result.failures.allSatisfy { $0.host.count <= 255 }, "short names of hosts")
            }
        }
    }
}
