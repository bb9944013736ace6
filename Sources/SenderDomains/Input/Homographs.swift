import MailMessage

/// Finds domains that look like something that they are not (RFC 5890, 4.4; after the ideas of Unicode's UTS 39).
enum Homographs {
    /// The scripts that are told apart; all others are one.
    enum Script: Sendable, Hashable {
        case latin, greek, cyrillic, armenian, hebrew, arabic, devanagari, thai, georgian, hangul, kana, han, other
    }

    static func cautions(for domain: MailDomain, known: [MailDomain]) -> [DomainCaution] {
        var cautions: [DomainCaution] = []
        for label in domain.unicode.split(separator: ".").map(String.init) {
            let scripts = Set(label.unicodeScalars.compactMap(script))
            if !isUsual(scripts) {
                cautions.append(.mixedScripts(label: label))
            } else if !scripts.contains(.latin), !scripts.isEmpty {
                let skeleton = skeleton(label)
                if skeleton.utf8.allSatisfy({ $0 < 0x80 }) { cautions.append(.looksLatin(label: label, as: skeleton)) }
            }
        }
        let own = skeleton(domain.unicode)
        if let other = known.first(where: { $0 != domain && skeleton($0.unicode) == own }) {
            cautions.append(.looksLike(other.unicode))
        }
        return cautions
    }

    /// Whether scripts are used together in one word somewhere: one alone, or those of Japanese and Korean with Latin.
    private static func isUsual(_ scripts: Set<Script>) -> Bool {
        if scripts.count <= 1 { return true }
        return scripts.isSubset(of: [.latin, .han, .kana]) || scripts.isSubset(of: [.latin, .han, .hangul])
    }

    /// The script of a letter; `nil` for digits, marks and hyphens, which belong to all.
    static func script(_ scalar: Unicode.Scalar) -> Script? {
        guard scalar.properties.isAlphabetic else { return nil }
        switch scalar.value {
        case 0x41...0x7A, 0xAA, 0xBA, 0xC0...0x24F, 0x250...0x2AF, 0x1E00...0x1EFF, 0x2C60...0x2C7F, 0xA720...0xA7FF,
            0xAB30...0xAB6F, 0xFB00...0xFB06:
            return .latin
        case 0x300...0x36F: return nil
        case 0x370...0x3FF, 0x1F00...0x1FFF: return .greek
        case 0x400...0x52F, 0x1C80...0x1C8F, 0x2DE0...0x2DFF, 0xA640...0xA69F: return .cyrillic
        case 0x530...0x58F: return .armenian
        case 0x590...0x5FF: return .hebrew
        case 0x600...0x6FF, 0x750...0x77F, 0x8A0...0x8FF: return .arabic
        case 0x900...0x97F: return .devanagari
        case 0xE00...0xE7F: return .thai
        case 0x10A0...0x10FF, 0x1C90...0x1CBF, 0x2D00...0x2D2F: return .georgian
        case 0x1100...0x11FF, 0x3130...0x318F, 0xAC00...0xD7FF: return .hangul
        case 0x3040...0x30FF, 0x31F0...0x31FF: return .kana
        case 0x3005, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0x20000...0x3134F: return .han
        default: return .other
        }
    }

    /// The text with each letter replaced by the simplest one that looks like it: equal for texts that look alike.
    static func skeleton(_ text: String) -> String {
        var plain = ""
        for scalar in text.unicodeScalars { plain += lookalikes[scalar] ?? String(scalar) }
        return plain.replacing("rn", with: "m").replacing("vv", with: "w").replacing("cl", with: "d")
    }

    private static let lookalikes: [Unicode.Scalar: String] = {
        var table: [Unicode.Scalar: String] = [:]
        for (letter, others) in [
            ("a", "аɑα"), ("b", "Ьƅь"), ("c", "сϲᴄ"), ("d", "ԁɗ"), ("e", "еҽєε"), ("g", "ɡց"), ("h", "һհ"),
            ("i", "іɩιıíì"), ("j", "јϳ"), ("k", "κкқ"), ("l", "1ӏǀｌ"), ("m", "м"), ("n", "ոռ"), ("o", "0оοօσ"),
            ("p", "рρ"), ("q", "ԛզ"), ("r", "гг"), ("s", "ѕꜱ"), ("t", "тτ"), ("u", "υսц"), ("v", "νѵ"), ("w", "ѡԝա"),
            ("x", "хҳ"), ("y", "уγүу"), ("z", "ᴢʐ"),
        ] {
            for scalar in others.unicodeScalars { table[scalar] = letter }
        }
        return table
    }()
}
