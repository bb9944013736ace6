import Deliveries
public import Hummingbird
import NIOCore

/// The fields of a form in their order; a name may come twice.
///
/// Read from `application/x-www-form-urlencoded` (WHATWG URL, 5.1) or `multipart/form-data` (RFC 7578).
public struct FormBody: Sendable, Equatable {
    /// The most fields that are read.
    static let mostFields = 20_000

    /// Names and values in the order of the form.
    public let fields: [(name: String, value: String)]

    /// The small files that came with it.
    public let files: [File]

    /// A file of a form that is small enough to be kept in memory.
    public struct File: Sendable, Equatable {
        /// The name of its field.
        public let name: String
        /// All of it.
        public let content: [UInt8]

        /// A file with all its parts.
        public init(name: String, content: [UInt8]) {
            self.name = name
            self.content = content
        }
    }

    /// Reads the body of a request.
    ///
    /// - Throws: `.tooLarge` beyond `limit` octets of fields or of files, `.invalid` for another media type or a body
    ///   that is damaged.
    public init(_ request: Request, limit: Int = 4 << 20) async throws {
        guard let encoding = FormEncoding(request) else { throw DeliveriesError(.invalid) }
        var files = SmallFiles(limit: limit)
        let received = try await ReceivedForm(request.body, encoding, limits: .init(kept: limit, surplus: 0), &files)
        guard received.isWhole, received.cutFields.isEmpty else { throw DeliveriesError(.tooLarge) }
        fields = received.form.fields
        self.files = files.files
    }

    /// The values of all fields whose names begin so, by the rest of their names; of two the first counts.
    public func values(below prefix: String) -> [String: String] {
        let below = fields.filter { $0.name.hasPrefix(prefix) }
        return Dictionary(below.map { (String($0.name.dropFirst(prefix.count)), $0.value) }) { first, _ in first }
    }

    /// A form with these fields and files.
    public init(fields: [(name: String, value: String)], files: [File] = []) {
        self.fields = fields
        self.files = files
    }

    /// Reads an encoded form.
    public init(encoded: some Collection<UInt8>) {
        files = []
        fields = encoded.split(separator: UInt8(ascii: "&")).prefix(Self.mostFields).map { pair in
            let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            return (Self.decode(parts[0]), parts.count == 2 ? Self.decode(parts[1]) : "")
        }
    }

    /// The first value of that name, with line ends as `\n`; empty if there is none.
    public subscript(name: String) -> String { value(name) ?? "" }

    /// The first value of that name, with line ends as `\n`.
    public func value(_ name: String) -> String? {
        fields.first { $0.name == name }?.value.replacing("\r\n", with: "\n").replacing("\r", with: "\n")
    }

    /// All values of that name.
    public func values(_ name: String) -> [String] { fields.filter { $0.name == name }.map(\.value) }

    /// Whether a box was ticked.
    public func isOn(_ name: String) -> Bool { value(name).map { !$0.isEmpty && $0 != "0" && $0 != "false" } ?? false }

    /// The same form with another value of that name.
    public func replacing(_ name: String, with value: String) -> FormBody {
        FormBody(fields: fields.filter { $0.name != name } + [(name, value)], files: files)
    }

    /// Two forms with the same fields and files.
    public static func == (left: Self, right: Self) -> Bool {
        left.files == right.files && left.fields.elementsEqual(right.fields) { $0 == $1 }
    }

    private static func decode(_ bytes: some Collection<UInt8>) -> String {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var iterator = bytes.makeIterator()
        while let byte = iterator.next() {
            switch byte {
            case UInt8(ascii: "+"):
                result.append(0x20)
            case UInt8(ascii: "%"):
                guard let high = iterator.next() else { return String(decoding: result + [byte], as: UTF8.self) }
                guard let low = iterator.next() else { return String(decoding: result + [byte, high], as: UTF8.self) }
                if let value = UInt8(String(decoding: [high, low], as: UTF8.self), radix: 16) {
                    result.append(value)
                } else {
                    result += [byte, high, low]
                }
            default:
                result.append(byte)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
