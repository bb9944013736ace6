/// The Content-Disposition of a download (RFC 6266, 4): always an attachment, with the name in ASCII and in full.
enum AttachmentName {
    /// The header's value.
    static func header(_ name: String) -> String {
        let plain = String(
            name.unicodeScalars.map { scalar -> Character in
                let isSafe = (0x20...0x7E).contains(scalar.value) && !"\"\\%/;".unicodeScalars.contains(scalar)
                return isSafe ? Character(scalar) : "_"
            })
        // RFC 8187, 3.2.1: attr-char stays, the rest is escaped.
        let kept = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$&+-.^_`|~".utf8)
        let full = name.utf8.map { byte in
            kept.contains(byte)
                ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }.joined()
        return "attachment; filename=\"\(plain)\"; filename*=UTF-8''\(full)"
    }
}
