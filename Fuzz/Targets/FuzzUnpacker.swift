import FuzzDriver
import MailMessage

/// What reports are packed in is unpacked without a trap and never beyond the limits.
@main
struct FuzzUnpacker {
    static func main() {
        var limits = Unpacker.Limits()
        limits.octets = 1 << 20
        let unpacker = Unpacker(limits: limits)
        fuzz { octets in
            guard let content = try? unpacker.unpack(octets) else { return }
            demand(content.count <= limits.octets, "no more than the limits allow")
            demand(!content.isEmpty, "something")
        }
    }
}
