/// Reads messages from bytes, within limits, and never fails: what is malformed is read as what it most likely is.
public struct MessageParser: Sendable {
    /// How far the parser goes. What lies beyond is left unread or taken as one opaque part.
    public struct Limits: Sendable {
        /// How deep parts may be nested.
        public var depth = 20
        /// How many parts a message may have.
        public var parts = 500
        /// How many octets of header a part may have.
        public var headerOctets = 262_144
        /// How many fields a header may have.
        public var fields = 1_000

        /// Limits that no honest message reaches.
        public init() {}
    }

    /// How far this parser goes.
    public var limits: Limits

    /// A parser.
    public init(limits: Limits = Limits()) {
        self.limits = limits
    }

    /// Reads a message.
    public func parse(_ message: [UInt8]) -> ParsedMessage {
        var state = State()
        let root = part(message[...], depth: 0, &state)
        return ParsedMessage(root: root, reachedLimits: state.reachedLimits)
    }

    private struct State {
        var parts = 0
        var reachedLimits = false
    }

    private func part(_ bytes: ArraySlice<UInt8>, depth: Int, _ state: inout State) -> ParsedPart {
        state.parts += 1
        let (headers, body) = header(bytes, &state)
        func value(_ name: HeaderName) -> String? {
            headers.first { $0.name.lowercased() == name.text.lowercased() }?.value
        }
        let type = value(.contentType).map(ContentType.init(header:)) ?? .plainText
        let (disposition, parameters) = HeaderParameters.parse(value(.contentDisposition) ?? "")
        let name = (parameters["filename"] ?? type.parameters["name"]).map(Self.cleanedFileName)
        var part = ParsedPart(
            headers: headers, contentType: type, fileName: name,
            isAttachment: disposition == "attachment" || (name != nil && !type.mediaType.hasPrefix("text/")),
            content: .leaf([]))
        if type.isMultipart, let boundary = type.parameters["boundary"], !boundary.isEmpty, boundary.utf8.count <= 1_000
        {
            if depth < limits.depth {
                var parts: [ParsedPart] = []
                for section in sections(body, Array(boundary.utf8), &state) {
                    guard state.parts < limits.parts else {
                        state.reachedLimits = true
                        break
                    }
                    parts.append(self.part(section, depth: depth + 1, &state))
                }
                part.content = .parts(parts)
                part.isAttachment = false
                return part
            }
            state.reachedLimits = true
        }
        let encoding = value(.contentTransferEncoding).map { HeaderParameters.parse($0).value } ?? ""
        switch encoding {
        case "base64": part.content = .leaf(Base64.decode(body))
        case "quoted-printable": part.content = .leaf(QuotedPrintable.decode(body))
        default: part.content = .leaf(Array(body))
        }
        return part
    }

    /// The fields, and what comes after the empty line.
    private func header(
        _ bytes: ArraySlice<UInt8>, _ state: inout State
    ) -> (headers: [ParsedHeader], body: ArraySlice<UInt8>) {
        var headers: [ParsedHeader] = []
        var current: [UInt8] = []
        var index = bytes.startIndex
        func finish() {
            guard let colon = current.firstIndex(of: UInt8(ascii: ":")), colon > 0 else { return }
            let name = current[..<colon].trimmed
            guard !name.contains(where: { $0 <= 0x20 || $0 >= 0x7F }) else { return }
            headers.append(ParsedHeader(name: name.asText, value: current[(colon + 1)...].trimmed.asText))
        }
        while index < bytes.endIndex {
            let lineFeed = bytes[index...].firstIndex(of: 0x0A)
            let next = lineFeed.map { $0 + 1 } ?? bytes.endIndex
            var line = bytes[index..<(lineFeed ?? bytes.endIndex)]
            if line.last == 0x0D { line.removeLast() }
            if line.isEmpty {
                finish()
                return (headers, bytes[next...])
            }
            if next - bytes.startIndex > limits.headerOctets || headers.count + 1 >= limits.fields {
                state.reachedLimits = true
                finish()
                return (headers, bytes[index...])
            }
            if line.first?.isBlank == true, !current.isEmpty {
                // RFC 5322, 2.2.3: unfolding takes the line end out and leaves the blank.
                current += line
            } else {
                finish()
                current = Array(line)
            }
            index = next
        }
        finish()
        return (headers, bytes[bytes.endIndex...])
    }

    /// What stands between the boundary lines (RFC 2046, 5.1.1), without the line end that belongs to the boundary.
    private func sections(
        _ body: ArraySlice<UInt8>, _ boundary: [UInt8], _ state: inout State
    ) -> [ArraySlice<UInt8>] {
        let delimiter = Array("--".utf8) + boundary
        var result: [ArraySlice<UInt8>] = []
        var start: Int?
        var index = body.startIndex
        func close(at end: Int) {
            guard let start else { return }
            var end = end
            if end > start, body[end - 1] == 0x0A { end -= 1 }
            if end > start, body[end - 1] == 0x0D { end -= 1 }
            result.append(body[start..<end])
        }
        while index < body.endIndex {
            let next = body[index...].firstIndex(of: 0x0A).map { $0 + 1 } ?? body.endIndex
            if body[index..<next].starts(with: delimiter) {
                let rest = body[(index + delimiter.count)..<next].trimmed
                if rest.isEmpty {
                    close(at: index)
                    start = next
                    if result.count > limits.parts {
                        state.reachedLimits = true
                        return result
                    }
                } else if rest.elementsEqual("--".utf8) {
                    close(at: index)
                    return result
                }
            }
            index = next
        }
        close(at: body.endIndex)
        return result
    }

    private static func cleanedFileName(_ name: String) -> String {
        let last = name.split { $0 == "/" || $0 == "\\" }.last.map(String.init) ?? ""
        return HeaderText(cleaning: last).value
    }
}
