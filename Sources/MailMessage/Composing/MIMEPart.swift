/// A part of a message: text, a file, or parts again (RFC 2046).
public struct MIMEPart: Sendable, Hashable {
    /// How the parts of a multipart belong together.
    public enum Multipart: String, Sendable {
        /// The same in several forms, the plainest first (RFC 2046, 5.1.4).
        case alternative
        /// One after the other (RFC 2046, 5.1.3).
        case mixed
        /// A page and the pictures in it (RFC 2387).
        case related
        /// A report of what became of a mail (RFC 6522, 3).
        case report
    }

    private indirect enum Content: Hashable {
        case text(String)
        case lines([String])
        case data([UInt8])
        case parts([MIMEPart], MIMEBoundary)
    }

    /// The media type.
    public let contentType: ContentType
    private let content: Content
    private let disposition: HeaderField?
    private var contentID: MessageID?

    /// Plain text. Any line end becomes CRLF.
    public static func plainText(_ text: String) -> MIMEPart {
        MIMEPart(contentType: .plainText, content: .text(text), disposition: nil)
    }

    /// An HTML page.
    public static func html(_ text: String) -> MIMEPart {
        MIMEPart(contentType: .html, content: .text(text), disposition: nil)
    }

    static func text(_ text: String, type: ContentType) -> MIMEPart {
        MIMEPart(contentType: type, content: .text(text), disposition: nil)
    }

    /// Lines of ASCII that must be readable without decoding, at most 998 octets each.
    static func asciiLines(_ lines: [String], type: ContentType) -> MIMEPart {
        MIMEPart(contentType: type, content: .lines(lines), disposition: nil)
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

    /// A picture that a page of the same message shows.
    ///
    /// - Parameters:
    ///   - data: the picture.
    ///   - type: its media type.
    ///   - contentID: its name, by which the page refers to it as `cid:…` (RFC 2392).
    ///   - fileName: what it is called when somebody saves it.
    public static func inline(
        _ data: [UInt8], type: ContentType, contentID: MessageID, fileName: String
    ) -> MIMEPart {
        let parameters = HeaderParameters.pieces([(name: "filename", value: HeaderText(cleaning: fileName).value)])
        var part = MIMEPart(
            contentType: type, content: .data(data),
            disposition: HeaderField(.contentDisposition, pieces: ["inline;"] + parameters))
        part.contentID = contentID
        return part
    }

    /// A mail as it came, attached. One that is not plain enough for its own media type goes as a file (RFC 2046, 5.2.1:
    /// `message/rfc822` has no encoding but those that change nothing).
    public static func originalMail(_ mail: [UInt8]) -> MIMEPart {
        var lines: [String] = []
        for line in mail.split(separator: 0x0A, omittingEmptySubsequences: false) {
            let line = line.last == 0x0D ? line.dropLast() : line
            guard line.count <= 998, line.allSatisfy({ $0 < 0x80 && $0 != 0 && $0 != 0x0D }) else {
                return .attachment(mail, fileName: "mail.eml")
            }
            lines.append(line.asText)
        }
        if lines.last == "" { lines.removeLast() }
        return MIMEPart(
            contentType: .mail, content: .lines(lines),
            disposition: HeaderField(.contentDisposition, pieces: ["attachment;", "filename=mail.eml"]))
    }

    /// Several parts. The boundary must differ from those of the parts within.
    public static func multipart(_ kind: Multipart, _ parts: [MIMEPart], boundary: MIMEBoundary) -> MIMEPart {
        MIMEPart(contentType: .multipart(kind, boundary), content: .parts(parts, boundary), disposition: nil)
    }

    /// A report of another kind than of what became of a mail, such as `tlsrpt` (RFC 6522, 3).
    ///
    /// - Parameters:
    ///   - type: the kind, a token.
    ///   - parts: words for people first.
    ///   - boundary: must differ from those of the parts within.
    public static func report(_ type: String, _ parts: [MIMEPart], boundary: MIMEBoundary) -> MIMEPart {
        MIMEPart(contentType: .report(type, boundary), content: .parts(parts, boundary), disposition: nil)
    }

    /// The part with its headers, CRLF only, lines of at most 76 octets in bodies.
    public var serialized: [UInt8] {
        var headers = contentType.field.serialized
        headers += contentID.map { HeaderField(.contentID, messageIDs: [$0]).serialized } ?? []
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
        case .lines(let lines):
            // RFC 3464, 2: 7bit must be enough for the fields of a report.
            return ("7bit", lines.flatMap { Array($0.utf8) + [0x0D, 0x0A] })
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
