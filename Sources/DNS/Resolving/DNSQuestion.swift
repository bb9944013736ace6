/// What is asked: the records of one type at one name, class IN (RFC 1035, 4.1.2).
public struct DNSQuestion: Sendable, Hashable, CustomStringConvertible {
    /// The name.
    public var name: DNSName
    /// The type.
    public var type: DNSRecordType

    /// A question.
    public init(_ name: DNSName, _ type: DNSRecordType) {
        self.name = name
        self.type = type
    }

    /// Name and type.
    public var description: String { "\(name) \(type)" }
}
