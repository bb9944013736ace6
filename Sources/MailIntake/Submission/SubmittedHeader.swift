import Foundation
import MailMessage

/// The header of a message that is handed in: gathered while it comes, then checked and completed, so that nothing of a
/// refused message is kept. The body behind it is never held.
struct SubmittedHeader {
    /// The longest header, octets.
    static let maximumOctets = 256 << 10

    /// What a piece of the message led to.
    enum Progress: Equatable {
        /// The header goes on.
        case more
        /// It is complete; behind it the body begins with these octets.
        case complete(body: [UInt8])
        /// It does not end.
        case tooLarge
    }

    /// Why a header is refused.
    enum Problem: Error, Equatable {
        /// A line is no field and continues none.
        case malformed
        /// A field that must stand there once is missing.
        case missing(String)
        /// A field that may stand there once stands there again (RFC 5322, 3.6).
        case duplicate(String)
        /// A field whose addresses cannot be read in one way only.
        case ambiguous(String)
    }

    /// A header that was read.
    struct Facts: Equatable {
        /// The addresses of From.
        var from: [EmailAddress] = []
        /// The address of Sender.
        var sender: EmailAddress?
        /// The Message-ID without angle brackets; nil if there is none that can be read.
        var messageID: String?
        var hasMessageID = false
        var hasDate = false
        /// Whether there are characters outside ASCII.
        var hasEightBit = false
    }

    private(set) var octets: [UInt8] = []

    /// Takes the next piece of the message.
    mutating func take(_ piece: [UInt8]) -> Progress {
        // The end may lie across two pieces: look again at the last three octets.
        let start = max(0, octets.count - 3)
        octets += piece
        if let end = Self.end(of: octets, from: start) {
            let body = Array(octets[end...])
            octets.removeSubrange(end...)
            return .complete(body: body)
        }
        return octets.count > Self.maximumOctets ? .tooLarge : .more
    }

    /// Where the empty line ends; the header's last line end stays in front of it.
    private static func end(of octets: [UInt8], from start: Int) -> Int? {
        // RFC 5322, 2.1: a message may be nothing but a body behind an empty line.
        if octets.starts(with: [0x0D, 0x0A]) { return 0 }
        var index = start
        while index + 3 < octets.count {
            if octets[index] == 0x0D, octets[index + 1] == 0x0A, octets[index + 2] == 0x0D, octets[index + 3] == 0x0A {
                return index + 2
            }
            index += 1
        }
        return nil
    }

    /// Reads the fields.
    func read() throws(Problem) -> Facts {
        var facts = Facts()
        var seen: Set<String> = []
        for field in try fields() {
            let name = field.name
            if field.value.contains(where: { $0 >= 0x80 }) { facts.hasEightBit = true }
            if field.value.contains(0) { throw .malformed }
            if Self.once.contains(name), !seen.insert(name).inserted { throw .duplicate(name) }
            switch name {
            case "from":
                do { facts.from = try HeaderAddresses.mailboxes(field.value) } catch { throw .ambiguous(name) }
            case "sender":
                guard let sender = try? HeaderAddresses.mailboxes(field.value), sender.count == 1 else {
                    throw .ambiguous(name)
                }
                facts.sender = sender[0]
            case "message-id":
                facts.hasMessageID = true
                facts.messageID = MessageID(parsing: String(decoding: field.value, as: UTF8.self)).map {
                    "\($0.left)@\($0.right)"
                }
            case "date": facts.hasDate = true
            default: break
            }
        }
        guard seen.contains("from") else { throw .missing("from") }
        return facts
    }

    /// RFC 5322, 3.6: those of which programs show one, and might not show the one that was checked.
    private static let once: Set<String> = [
        "from", "sender", "reply-to", "to", "cc", "message-id", "date", "subject", "in-reply-to", "references",
        "content-type", "content-transfer-encoding", "mime-version",
    ]

    /// The fields in their order: the name in lower case, the value with its folds.
    private func fields() throws(Problem) -> [(name: String, value: ArraySlice<UInt8>)] {
        var fields: [(name: String, value: ArraySlice<UInt8>)] = []
        for line in lines() {
            if line.first == 0x20 || line.first == 0x09 {
                guard let last = fields.indices.last else { throw .malformed }
                fields[last].value = octets[fields[last].value.startIndex..<line.endIndex]
                continue
            }
            guard let (name, value) = Self.field(line) else { throw .malformed }
            fields.append((name, value))
        }
        return fields
    }

    private static func field(_ line: ArraySlice<UInt8>) -> (name: String, value: ArraySlice<UInt8>)? {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        // RFC 5322, 4.5: old fields have white space before the colon.
        var name = line[..<colon]
        while let last = name.last, last == 0x20 || last == 0x09 { name = name.dropLast() }
        guard !name.isEmpty, name.allSatisfy({ (33...126).contains($0) }) else { return nil }
        return (String(decoding: name, as: UTF8.self).lowercased(), line[(colon + 1)...])
    }

    /// The lines with their CR LF; a line feed alone cannot be here.
    private func lines() -> [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        var start = 0
        while start < octets.count {
            let end = octets[start...].firstIndex(of: 0x0A).map { $0 + 1 } ?? octets.count
            lines.append(octets[start..<end])
            start = end
        }
        return lines
    }

    /// The header as it goes on: our trace on top, what is missing added (RFC 6409, 8.2 and 8.3).
    ///
    /// - Parameters:
    ///   - facts: what ``read()`` found.
    ///   - trace: the Received field.
    ///   - messageID: the Message-ID for a message without one, without angle brackets.
    ///   - date: the Date for a message without one.
    func completed(_ facts: Facts, trace: [UInt8], messageID: String, date: Date) -> [UInt8] {
        var result = trace
        if !facts.hasMessageID { result += "Message-ID: <\(messageID)>\r\n".utf8 }
        if !facts.hasDate { result += "Date: \(HeaderDate.string(date))\r\n".utf8 }
        // RFC 5321, 4.4: Return-Path is for the last server; one from outside would be believed there.
        var isDropped = false
        for line in lines() {
            if line.first != 0x20, line.first != 0x09 {
                isDropped = Self.field(line)?.name == "return-path"
            }
            if !isDropped { result += line }
        }
        return result
    }
}
