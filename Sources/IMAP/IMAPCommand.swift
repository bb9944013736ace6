/// One command, without its tag (RFC 9051, 6). What a server must agree to first stands in pieces of its own.
public struct IMAPCommand: Sendable, Hashable {
    /// The octets; before each piece but the first the server's `+` is awaited.
    let pieces: [[UInt8]]
    /// The command as it may be shown: without secrets.
    public let shown: String

    /// Commands of the protocol.
    private init(_ pieces: [[UInt8]], shown: String) {
        self.pieces = pieces
        self.shown = shown
    }

    private init(_ text: String) { self.init([Array("\(text)\r\n".utf8)], shown: text) }

    /// Words, some of them strings of any content: quoted, or as literals where quotes do not do (RFC 9051, 4.3).
    private init(_ words: [Word], shown: String) {
        var pieces: [[UInt8]] = [[]]
        for (index, word) in words.enumerated() {
            if index > 0 { pieces[pieces.count - 1].append(0x20) }
            switch word {
            case .plain(let text): pieces[pieces.count - 1] += text.utf8
            case .string(let octets):
                if octets.count <= 1_000, octets.allSatisfy({ (0x20..<0x7F).contains($0) }) {
                    let escaped = octets.flatMap {
                        $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") ? [0x5C, $0] : [$0]
                    }
                    pieces[pieces.count - 1] += [0x22] + escaped + [0x22]
                } else {
                    pieces[pieces.count - 1] += Array("{\(octets.count)}\r\n".utf8)
                    pieces.append(octets)
                }
            }
        }
        pieces[pieces.count - 1] += [0x0D, 0x0A]
        self.init(pieces, shown: shown)
    }

    private enum Word {
        case plain(String)
        case string([UInt8])
    }

    static let capability = IMAPCommand("CAPABILITY")
    static let startTLS = IMAPCommand("STARTTLS")
    /// Says goodbye.
    public static let logout = IMAPCommand("LOGOUT")
    /// Asks for nothing: whether the server is there.
    public static let noOperation = IMAPCommand("NOOP")

    static func login(user: String, password: String) -> IMAPCommand {
        IMAPCommand(
            [.plain("LOGIN"), .string(Array(user.utf8)), .string(Array(password.utf8))], shown: "LOGIN \(user) ***")
    }

    /// RFC 4959: the first answer along with the command, where the server allows it.
    static func authenticate(_ mechanism: String, response: String, isInitial: Bool) -> IMAPCommand {
        let answer = Array("\(response)\r\n".utf8)
        return isInitial
            ? IMAPCommand([Array("AUTHENTICATE \(mechanism) ".utf8) + answer], shown: "AUTHENTICATE \(mechanism) ***")
            : IMAPCommand([Array("AUTHENTICATE \(mechanism)\r\n".utf8), answer], shown: "AUTHENTICATE \(mechanism)")
    }

    /// Opens a folder; its name in Unicode.
    public static func select(_ folder: IMAPFolderName) -> IMAPCommand {
        IMAPCommand([.plain("SELECT"), .string(Array(folder.wireForm.utf8))], shown: "SELECT \(folder.text)")
    }

    /// Makes a folder.
    public static func create(_ folder: IMAPFolderName) -> IMAPCommand {
        IMAPCommand([.plain("CREATE"), .string(Array(folder.wireForm.utf8))], shown: "CREATE \(folder.text)")
    }

    /// Which mails there are within a range of UIDs.
    ///
    /// - Parameters:
    ///   - uids: the range.
    ///   - since: only mails that came on that day or later, such as `23-Nov-2026` (RFC 9051, 6.4.4).
    ///   - text: only mails that have this text somewhere; printable ASCII.
    public static func search(_ uids: ClosedRange<UInt32>, since: IMAPDay? = nil, text: String? = nil) -> IMAPCommand {
        var words: [Word] = [.plain("UID SEARCH UID \(uids.lowerBound):\(uids.upperBound)")]
        if let since { words.append(.plain("SINCE \(since.wireForm)")) }
        if let text { words += [.plain("TEXT"), .string(Array(text.utf8))] }
        return IMAPCommand(words, shown: "UID SEARCH UID \(uids.lowerBound):\(uids.upperBound)")
    }

    /// The header of a mail, without marking it as read, and its size.
    public static func fetchHeader(_ uid: UInt32, mostOctets: Int) -> IMAPCommand {
        IMAPCommand("UID FETCH \(uid) (UID RFC822.SIZE FLAGS BODY.PEEK[HEADER]<0.\(mostOctets)>)")
    }

    /// A mail from its beginning, without marking it as read.
    public static func fetch(_ uid: UInt32, mostOctets: Int) -> IMAPCommand {
        IMAPCommand("UID FETCH \(uid) (UID RFC822.SIZE FLAGS BODY.PEEK[]<0.\(mostOctets)>)")
    }

    /// Adds a flag to a mail.
    public static func add(_ flag: IMAPFlag, to uid: UInt32) -> IMAPCommand {
        IMAPCommand("UID STORE \(uid) +FLAGS.SILENT (\(flag.rawValue))")
    }

    /// Moves a mail (RFC 6851).
    public static func move(_ uid: UInt32, to folder: IMAPFolderName) -> IMAPCommand {
        IMAPCommand(
            [.plain("UID MOVE \(uid)"), .string(Array(folder.wireForm.utf8))], shown: "UID MOVE \(uid) \(folder.text)")
    }

    /// Copies a mail.
    public static func copy(_ uid: UInt32, to folder: IMAPFolderName) -> IMAPCommand {
        IMAPCommand(
            [.plain("UID COPY \(uid)"), .string(Array(folder.wireForm.utf8))], shown: "UID COPY \(uid) \(folder.text)")
    }

    /// Takes away one mail that is marked as deleted (RFC 4315).
    public static func expunge(_ uid: UInt32) -> IMAPCommand { IMAPCommand("UID EXPUNGE \(uid)") }
}

/// What a mail can be marked with (RFC 9051, 2.3.2).
public enum IMAPFlag: String, Sendable, Hashable, CaseIterable {
    /// It was read.
    case seen = "\\Seen"
    /// Somebody should look at it.
    case flagged = "\\Flagged"
    /// It goes away with the next EXPUNGE.
    case deleted = "\\Deleted"
}

/// A day as searches name it.
public struct IMAPDay: Sendable, Hashable {
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    /// Such as `1-Feb-2026`.
    public let wireForm: String

    /// A day of the calendar; nil if there is no such month or day.
    public init?(year: Int, month: Int, day: Int) {
        guard (1970...9999).contains(year), (1...12).contains(month), (1...31).contains(day) else { return nil }
        wireForm = "\(day)-\(Self.months[month - 1])-\(year)"
    }
}
