/// Unpacks what reports come packed in: gzip (RFC 1952), a ZIP archive with one file, or nothing at all.
///
/// Everything in a report may be made to harm whoever reads it: how large a thing becomes is counted while it is unpacked,
/// what an archive says of itself is compared with what it is, and what is packed twice is not unpacked twice.
public struct Unpacker: Sendable {
    /// How far the unpacker goes.
    public struct Limits: Sendable {
        /// The most octets that come in.
        public var packedOctets = 10 << 20
        /// The most octets that come out.
        public var octets = 32 << 20
        /// How many times larger the content may be, beyond the first MiB. Reports of many equal rows reach 60.
        public var ratio = 200
        /// The most entries of an archive that are looked at.
        public var entries = 100

        /// Limits that no honest report reaches.
        public init() {}
    }

    /// Why something is not unpacked. The raw value is a stable name.
    public enum Failure: String, Error, Sendable, CaseIterable {
        /// More comes in, or would come out, than the limits allow.
        case tooLarge = "too-large"
        /// It grows more than honest content does.
        case bomb
        /// It is not what it begins as.
        case malformed
        /// What is in it is packed again.
        case nested
        /// It is encrypted, or packed in a way that reports are not.
        case unsupported
        /// It says of itself what is not so: a size, a check sum.
        case untrue
        /// There is nothing in it.
        case empty
    }

    private static let slack = 1 << 20
    private static let mostMembers = 20

    /// How far this unpacker goes.
    public var limits: Limits

    /// An unpacker.
    public init(limits: Limits = Limits()) {
        self.limits = limits
    }

    /// The content, whatever it was packed in.
    public func unpack(_ octets: [UInt8]) throws(Failure) -> [UInt8] {
        guard octets.count <= limits.packedOctets else { throw .tooLarge }
        guard !octets.isEmpty else { throw .empty }
        let content: [UInt8]
        switch Self.packing(octets) {
        case .gzip: content = try gunzip(octets)
        case .zip: content = try ZIPReader(octets, limits: limits).content(most: most(octets.count))
        case nil: return octets
        }
        guard !content.isEmpty else { throw .empty }
        guard Self.packing(content) == nil else { throw .nested }
        return content
    }

    /// How many octets may come out of so many.
    private func most(_ packed: Int) -> Inflation.Most {
        Inflation.Most(octets: limits.octets, honest: max(Self.slack, packed * limits.ratio))
    }

    private enum Packing {
        case gzip
        case zip
    }

    private static func packing(_ octets: [UInt8]) -> Packing? {
        if octets.starts(with: [0x1F, 0x8B]) { return .gzip }
        if octets.starts(with: [0x50, 0x4B, 0x03, 0x04]) || octets.starts(with: [0x50, 0x4B, 0x05, 0x06]) {
            return .zip
        }
        return nil
    }

    /// RFC 1952, 2.2: a file may be made of several members.
    private func gunzip(_ octets: [UInt8]) throws(Failure) -> [UInt8] {
        var content: [UInt8] = []
        var rest = octets[...]
        var members = 0
        let most = most(octets.count)
        while !rest.isEmpty {
            // What tapes and transfers put behind a file.
            if members > 0, rest.allSatisfy({ $0 == 0 }) { break }
            guard rest.starts(with: [0x1F, 0x8B]), members < Self.mostMembers else { throw .malformed }
            let used = try Inflation.inflate(rest, as: .gzip, into: &content, most: most)
            rest = rest.dropFirst(used)
            members += 1
        }
        return content
    }
}
