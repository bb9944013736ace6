/// What a command brought.
public struct IMAPAnswer: Sendable, Hashable {
    /// The data that came meanwhile, in their order.
    public var data: [[IMAPToken]]
    /// The codes that came with statuses, such as `UIDVALIDITY 7`.
    public var codes: [[IMAPToken]]
    /// What the server said at the end.
    public var text: String

    /// The UIDs that a search found, in ascending order.
    public var found: [UInt32] {
        data.filter { $0.first?.keyword == "SEARCH" }.flatMap { $0.dropFirst().compactMap(\.number) }.sorted()
    }

    /// The number behind a code such as `UIDVALIDITY`.
    public func number(_ code: String) -> UInt32? {
        codes.last { $0.first?.keyword == code && $0.count > 1 }?[1].number
    }

    /// The mail of a UID, if the server brought it.
    public func mail(_ uid: UInt32) -> IMAPMail? {
        // A server may tell of other mails at any time.
        data.lazy.compactMap(IMAPMail.init).first { $0.uid == uid }
    }
}

/// A mail in a folder, as far as it was fetched.
public struct IMAPMail: Sendable, Hashable {
    /// Its number, stable while the folder's UIDVALIDITY stays.
    public let uid: UInt32
    /// Its size in octets, as the server says.
    public let size: UInt32
    /// Its flags, such as `\Seen`.
    public let flags: Set<String>
    /// What was fetched of it, header or all, from the beginning.
    public let octets: [UInt8]

    /// Reads the words of a FETCH response (RFC 9051, 7.5.2); nil if it is none or has no UID.
    init?(_ data: [IMAPToken]) {
        guard data.count >= 3, data[1].keyword == "FETCH", case .list(let items) = data[2] else { return nil }
        var uid: UInt32?
        var size: UInt32 = 0
        var flags: Set<String> = []
        var octets: [UInt8] = []
        for index in stride(from: 0, to: items.count - 1, by: 2) {
            let value = items[index + 1]
            switch items[index].keyword {
            case "UID": uid = value.number
            case "RFC822.SIZE": size = value.number ?? 0
            case "FLAGS":
                if case .list(let words) = value {
                    flags = Set(words.compactMap { $0.octets.map { String(decoding: $0, as: UTF8.self) } })
                }
            case let name? where name.hasPrefix("BODY["): octets = value.octets ?? []
            default: break
            }
        }
        guard let uid else { return nil }
        self.uid = uid
        self.size = size
        self.flags = flags
        self.octets = octets
    }
}
