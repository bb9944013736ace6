/// What an OPT record says: the extension mechanism for DNS (RFC 6891, 6.1).
public struct DNSExtension: Sendable, Hashable {
    /// One option of it (RFC 6891, 6.1.2).
    public struct Option: Sendable, Hashable {
        /// Its number.
        public var code: UInt16
        /// Its data.
        public var data: [UInt8]

        /// An option.
        public init(code: UInt16, data: [UInt8]) {
            self.code = code
            self.data = data
        }
    }

    /// What a server adds to explain its answer (RFC 8914).
    public struct ExtendedError: Sendable, Hashable, CustomStringConvertible {
        /// The number of the reason, such as 6 for an answer that is bogus by DNSSEC (RFC 8914, 4).
        public var code: UInt16
        /// The server's words; may be empty. Control characters are replaced.
        public var text: String

        /// Number and words.
        public var description: String { text.isEmpty ? "error \(code)" : "error \(code): \(text)" }
    }

    /// The largest answer, in octets, that the sender can take over UDP.
    public var payloadSize: UInt16
    /// The version; only 0 exists.
    public var version: UInt8
    /// Whether signatures are wanted in the answer (RFC 3225, 3).
    public var wantsSignatures: Bool
    /// The options.
    public var options: [Option]

    /// An extension.
    public init(payloadSize: UInt16, version: UInt8 = 0, wantsSignatures: Bool = false, options: [Option] = []) {
        self.payloadSize = payloadSize
        self.version = version
        self.wantsSignatures = wantsSignatures
        self.options = options
    }

    /// The explanations among the options.
    public var extendedErrors: [ExtendedError] {
        options.filter { $0.code == 15 && $0.data.count >= 2 }.map { option in
            // The words come from the network and end in a log.
            let text = String(decoding: option.data.dropFirst(2).prefix(200), as: UTF8.self)
            let shown = String(
                String.UnicodeScalarView(
                    text.unicodeScalars.map { ($0.value & 0x7F) < 0x20 || $0.value == 0x7F ? " " : $0 }))
            return ExtendedError(code: UInt16(option.data[0]) << 8 | UInt16(option.data[1]), text: shown)
        }
    }
}
