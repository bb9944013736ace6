/// A part of a message: text, a file, or parts again (RFC 2046).
public struct MIMEPart: Sendable, Hashable {
    /// How the parts of a multipart belong together.
    public enum Multipart: String, Sendable {
        /// The same in several forms, the plainest first (RFC 2046, 5.1.4).
        case alternative
        /// One after the other (RFC 2046, 5.1.3).
        case mixed
    }

    private indirect enum Content: Hashable {
        case text(String)
        case data([UInt8])
        case parts([MIMEPart], MIMEBoundary)
    }

    /// The media type.
    public let contentType: ContentType
    private let content: Content
    private let disposition: HeaderField?

    /// Plain text. Any line end becomes CRLF.
    public static func plainText(_ text: String) -> MIMEPart {
        MIMEPart(contentType: .plainText, content: .text(text), disposition: nil)
    }

    /// An HTML page.
    public static func html(_ text: String) -> MIMEPart {
        MIMEPart(contentType: .html, content: .text(text), disposition: nil)
    }

    /// A file, to be saved under the given name.
    public static func attachment(_ data: [UInt8], type: ContentType = .octetStream, fileName: String) -> MIMEPart {
        // RFC 2183, 2.3: the name must not lead out of the folder it is saved in.
        let name = HeaderText(cleaning: String(fileName.map { $0 == "/" || $0 == "\\" ? "_" : $0 })).value
        let parameters = HeaderParameters.pieces([(name: "filename", value: name)])
        return MIMEPart(
            contentType: type, content: .data(data),
            disposition: HeaderField(.contentDisposition, pieces: ["attachment;"] + parameters))
    }

    /// Several parts. The boundary must differ from those of the parts within.
    public static func multipart(_ kind: Multipart, _ parts: [MIMEPart], boundary: MIMEBoundary) -> MIMEPart {
        MIMEPart(contentType: .multipart(kind, boundary), content: .parts(parts, boundary), disposition: nil)
    }

    /// The part with its headers, CRLF only, lines of at most 76 octets in bodies.
    public var serialized: [UInt8] {
        var headers = contentType.field.serialized
        headers += disposition?.serialized ?? []
        let (encoding, body) = encodedBody()
        if let encoding { headers += HeaderField(.contentTransferEncoding, pieces: [encoding]).serialized }
        return headers + [0x0D, 0x0A] + body
    }

    private func encodedBody() -> (encoding: String?, body: [UInt8]) {
        switch content {
        case .text(let text):
            let printable = QuotedPrintable.encode(text: text)
            // Text in scripts beyond Latin is a third shorter in base64, and no less readable.
            if printable.count > text.utf8.count * 5 / 2 {
                let lines = QuotedPrintable.decode(printable)
                return ("base64", Base64.encodeLines(lines))
            }
            return ("quoted-printable", printable)
        case .data(let data):
            return ("base64", Base64.encodeLines(data))
        case .parts(let parts, let boundary):
            var body: [UInt8] = []
            for part in parts {
                body += Array("--\(boundary.text)\r\n".utf8) + part.serialized + [0x0D, 0x0A]
            }
            // RFC 2045, 6.4: a multipart has no encoding of its own; 7bit is what it is without the header.
            return (nil, body + Array("--\(boundary.text)--\r\n".utf8))
        }
    }
}
