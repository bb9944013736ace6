import DNS
import FuzzDriver

/// A DNS answer is read without a trap, and what was read can be written and read again.
@main
struct FuzzDNSMessage {
    static func main() {
        fuzz { octets in
            guard let message = try? DNSMessage(decoding: octets) else { return }
            for record in message.answers { _ = record.data.description }
            _ = message.edns?.extendedErrors
            // Names that were compressed may be too long in full.
            guard let again = try? message.encoded() else { return }
            demand((try? DNSMessage(decoding: again)) == message, "the same message after writing")
        }
    }
}
