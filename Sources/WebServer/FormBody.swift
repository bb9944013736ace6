import Deliveries
public import Hummingbird
import NIOCore

/// The fields of a form (`application/x-www-form-urlencoded`, WHATWG URL, 5.1), in their order; a name may come twice.
public struct FormBody: Sendable, Equatable {
    /// Names and values in the order of the form.
    public let fields: [(name: String, value: String)]

    /// Reads the body of a request; throws `.tooLarge` beyond `limit` octets and `.invalid` for another media type.
    public init(_ request: Request, limit: Int = 4 << 20) async throws {
        let type = request.headers[.contentType]?.split(separator: ";").first.map { $0.lowercased() } ?? ""
        guard type == "application/x-www-form-urlencoded" || type.isEmpty else { throw DeliveriesError(.invalid) }
        var body = ByteBuffer()
        for try await part in request.body {
            guard body.readableBytes + part.readableBytes <= limit else { throw DeliveriesError(.tooLarge) }
            body.writeImmutableBuffer(part)
        }
        self.init(encoded: body.readableBytesView)
    }

    /// Reads an encoded form.
    public init(encoded: some Collection<UInt8>) {
        fields = encoded.split(separator: UInt8(ascii: "&")).prefix(20_000).map { pair in
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

    /// Two forms with the same fields.
    public static func == (left: Self, right: Self) -> Bool {
        left.fields.count == right.fields.count && zip(left.fields, right.fields).allSatisfy { $0 == $1 }
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
