/// The head of one part of a form (RFC 7578, 4).
public struct MultipartPart: Sendable, Equatable {
    /// The name of the field.
    public let name: String
    /// The name of the file as its system knows it; `nil` for a field without a file. An empty one comes from a field
    /// in which no file was chosen.
    public let fileName: String?
    /// The media type that it claims.
    public let mediaType: String

    /// A part with all its values.
    public init(name: String, fileName: String?, mediaType: String = "text/plain") {
        self.name = name
        self.fileName = fileName
        self.mediaType = mediaType
    }

    /// Reads the header lines of a part, without the empty line behind them.
    init(head: [UInt8]) throws(MultipartError) {
        var disposition: HeaderParameterList?
        var mediaType: String?
        for line in try Self.lines(of: head) {
            guard let colon = line.firstIndex(of: ":"), colon != line.startIndex else { throw .malformed }
            let value = String(line[line.index(after: colon)...])
            switch line[..<colon].lowercased() {
            case "content-disposition":
                guard disposition == nil, let list = HeaderParameterList(value) else { throw .malformed }
                disposition = list
            case "content-type":
                guard mediaType == nil else { throw .malformed }
                mediaType = HeaderParameterList(value)?.value
            case "content-transfer-encoding":
                // RFC 7578, 4.7: senders use none; content that would have to be decoded is not taken as it is.
                let encoding = HeaderParameterList(value)?.value ?? ""
                guard ["7bit", "8bit", "binary"].contains(encoding) else { throw .malformed }
            default:
                // RFC 7578, 4.8: other header fields are ignored.
                continue
            }
        }
        // RFC 7578, 4.2
        guard let disposition, disposition.value == "form-data", let name = disposition["name"] else {
            throw .malformed
        }
        self.name = Self.unescaped(name)
        fileName = disposition["filename"].map(Self.unescaped)
        // RFC 7578, 4.4
        self.mediaType = mediaType ?? (fileName == nil ? "text/plain" : "application/octet-stream")
    }

    /// The boundary that a Content-Type names; `nil` if it is no `multipart/form-data`, or has none that is allowed.
    public static func boundary(of contentType: String) -> String? {
        guard let list = HeaderParameterList(contentType), list.value == "multipart/form-data",
            let boundary = list["boundary"]
        else { return nil }
        // RFC 2046, 5.1.1
        let allowed = boundary.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || "'()+_,-./:=? ".utf8.contains(byte)
        }
        return allowed && (1...70).contains(boundary.utf8.count) && !boundary.hasSuffix(" ") ? boundary : nil
    }

    /// The header lines, unfolded (RFC 5322, 2.2.3). A bare carriage return or line feed is no end of a line.
    private static func lines(of head: [UInt8]) throws(MultipartError) -> [String] {
        var lines: [[UInt8]] = []
        var rest = head[...]
        while !rest.isEmpty {
            let line = rest.prefix { $0 != 0x0D && $0 != 0x0A }
            rest = rest.dropFirst(line.count)
            guard rest.isEmpty || rest.starts(with: [0x0D, 0x0A]) else { throw .malformed }
            rest = rest.dropFirst(2)
            guard !line.contains(0) else { throw .malformed }
            if line.first == 0x20 || line.first == 0x09 {
                guard !lines.isEmpty else { throw .malformed }
                lines[lines.count - 1] += line
            } else {
                lines.append(Array(line))
            }
        }
        // RFC 7578, 5.1: names come as UTF-8; whatever else is shown as well as it can be.
        return lines.map { String(decoding: $0, as: UTF8.self) }
    }

    /// What browsers write for a quotation mark and the parts of a line end (WHATWG HTML, 4.10.21.8).
    private static func unescaped(_ text: String) -> String {
        text.replacing("%22", with: "\"").replacing("%0D", with: "\r").replacing("%0A", with: "\n")
    }
}
