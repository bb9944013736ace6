import DNS
import MailAuth

/// Judges the record of a DKIM key by what it means (RFC 6376, 3.6.1).
struct KeyJudge: Sendable {
    /// The shortest RSA key that receivers take, in bits (RFC 8301, 3.2).
    static let minimumBits = 1_024

    /// What should be there; `nil` where any good key is right, since only its selector is known.
    let expected: DKIMKeyRecord?
    /// The text that should be there.
    let expectedText: String

    /// - Parameter text: the text that should be there; empty where only the selector is known.
    init(_ text: String) {
        expectedText = text
        expected = try? DKIMKeyRecord(parsing: Array(text.utf8))
    }

    /// Judges the texts at the name.
    func judge(_ texts: [[UInt8]]) -> RecordJudgement {
        guard let text = texts.first else { return .absent }
        let shown = texts.map { String(decoding: $0, as: UTF8.self) }
        // With several records receivers take any of them (RFC 6376, 3.6.2.2).
        guard texts.count == 1 else { return .wrong(.twoRecords(found: shown)) }
        let found: DKIMKeyRecord
        do {
            found = try DKIMKeyRecord(parsing: text)
        } catch {
            return .wrong(broken(shown[0]))
        }
        if found.isRevoked { return .wrong(.revoked) }
        guard let expected else { return judgeUnknown(found, shown[0]) }
        if !found.hasSameKey(as: expected) {
            if isBeginning(shown[0]) { return .wrong(.truncated(found: shown[0])) }
            if let bits = found.bits, found.keyType == .rsa, bits < Self.minimumBits {
                return .wrong(.weakKey(bits: bits))
            }
            return .wrong(.wrongKey(found: shown[0]))
        }
        // Whether it is marked as a test, or wants the very domain in i=, makes no difference for what we sign.
        let differences = found.differences(from: expected).subtracting([.testing, .strictDomain])
        return differences.isEmpty ? .right : .wrong(.wrongValue(found: shown[0]))
    }

    private func judgeUnknown(_ found: DKIMKeyRecord, _ text: String) -> RecordJudgement {
        guard let type = found.keyType, found.isForMail, found.allowsSHA256 else {
            return .wrong(.wrongValue(found: text))
        }
        if type == .rsa, let bits = found.bits, bits < Self.minimumBits { return .wrong(.weakKey(bits: bits)) }
        return .right
    }

    /// What is wrong with a text that is no key record.
    private func broken(_ text: String) -> RecordDiagnosis {
        let cleaned = Array(text.utf8.filter { !Self.isPanelDirt($0) })
        if !cleaned.elementsEqual(text.utf8), let inside = try? DKIMKeyRecord(parsing: cleaned),
            expected.map(inside.hasSameKey) ?? true
        {
            return .mangled(found: text)
        }
        return isBeginning(text) ? .truncated(found: text) : .wrongValue(found: text)
    }

    /// Whether a text is only the beginning of what should be there, however it is spaced.
    private func isBeginning(_ text: String) -> Bool {
        let found = Self.squeezed(text)
        let whole = Self.squeezed(expectedText)
        return found.count >= 20 && found.count < whole.count && whole.starts(with: found)
    }

    private static func squeezed(_ text: String) -> [UInt8] {
        text.utf8.filter { !isPanelDirt($0) && $0 != 0x20 && $0 != 0x09 }
    }

    /// What panels put around or into texts: quotes, backslashes, line ends.
    static func isPanelDirt(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte == 0x0A || byte == 0x0D
    }
}
