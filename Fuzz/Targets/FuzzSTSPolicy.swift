import DNS
import FuzzDriver
import MailRouting

/// An MTA-STS policy is read without a trap, and what was read is read again from its own lines.
@main
struct FuzzSTSPolicy {
    static func main() {
        fuzz { octets in
            guard let policy = try? STSPolicy(parsing: octets) else { return }
            let lines = Array(policy.lines.joined(separator: "\r\n").utf8)
            demand((try? STSPolicy(parsing: lines)) == policy, "the same policy after writing")
            demand(policy.mode == .none || !policy.mx.isEmpty, "hosts in every policy that is in force")
            if let host = DNSName("mail.example") {
                demand(policy.permits(host) == policy.mx.contains { $0.matches(host) }, "one answer")
            }
        }
    }
}
