import Foundation

/// A file with certificates, as administrators have them: PEM (RFC 7468) or one certificate in DER (RFC 5280, 4.1).
struct CertificateFile {
    /// The certificates as PEM; whatever else it is comes as text, so that the page shows what is wrong.
    let text: String

    init(_ content: [UInt8]) {
        // A DER certificate is a sequence of more than 255 octets.
        guard content.starts(with: [0x30, 0x82]) else {
            // What other systems write may begin with a byte order mark.
            text = String(decoding: content, as: UTF8.self).replacing("\u{FEFF}", with: "")
            return
        }
        let body = Data(content).base64EncodedString(options: [.lineLength64Characters, .endLineWithLineFeed])
        text = "-----BEGIN CERTIFICATE-----\n\(body)\n-----END CERTIFICATE-----\n"
    }
}
