/// A path on this server that is safe to redirect to: it can never lead to another host.
struct LocalPath: Sendable, Equatable {
    let text: String

    /// Nil for anything but a path with one slash in front and only printable ASCII; a browser reads `//` and `/\` as
    /// the beginning of another host's address.
    init?(_ text: String) {
        let bytes = Array(text.utf8.prefix(2_000))
        guard bytes.count == text.utf8.count, bytes.first == UInt8(ascii: "/"),
            bytes.count < 2 || (bytes[1] != UInt8(ascii: "/") && bytes[1] != UInt8(ascii: "\\")),
            bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") })
        else { return nil }
        self.text = text
    }
}
