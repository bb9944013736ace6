import Foundation
import MailMessage

/// Turns what was typed for a setting into what is stored, or says what is wrong with it.
enum SettingValue {
    /// The most octets of a value of several lines.
    static let longestText = 262_144
    /// The most octets of a secret.
    static let longestSecret = 8_192
    /// The most entries of a list.
    static let mostEntries = 200

    /// The stored form of a value for a key.
    static func normalised(_ typed: String, for key: SettingKey) throws(FieldError) -> String {
        let text = typed.trimmingCharacters(in: .whitespacesAndNewlines)
        switch key.kind {
        case .text(let limit): return try line(text, key: key, limit: limit)
        case .longText: return try certificates(text, key: key)
        case .integer(let range): return try integer(text, key: key, range: range)
        case .boolean: return try boolean(text, key: key)
        case .choice(let words):
            guard words.contains(text.lowercased()) else {
                throw FieldError(key.name, "not-a-choice", ["choices": words.joined(separator: ", ")])
            }
            return text.lowercased()
        case .emailAddress: return try address(text, key: key)
        case .host: return text.isEmpty ? "" : try host(text, key: key)
        case .domainList: return try list(text, key: key) { entry throws(FieldError) in try domain(entry, key: key) }
        case .hostList: return try list(text, key: key) { entry throws(FieldError) in try host(entry, key: key) }
        case .addressList: return try list(text, key: key) { entry throws(FieldError) in try network(entry, key: key) }
        case .url: return try webAddress(text, key: key)
        // A secret is what was typed: blanks at its ends may belong to it.
        case .secret: return try secret(typed, key: key)
        }
    }

    private static func line(_ text: String, key: SettingKey, limit: Int) throws(FieldError) -> String {
        if text.utf8.contains(where: { $0 == 0x0D || $0 == 0x0A || $0 == 0 }) {
            throw FieldError(key.name, "line-break")
        }
        let cleaned = HeaderText(cleaning: text).value
        guard cleaned.count <= limit, cleaned.utf8.count <= limit * 4 else {
            throw FieldError(key.name, "too-long", ["most": String(limit)])
        }
        if key == .organisationName, cleaned.isEmpty { throw FieldError(key.name, "required") }
        return cleaned
    }

    private static func integer(_ text: String, key: SettingKey, range: ClosedRange<Int64>) throws(FieldError) -> String
    {
        guard let number = Int64(text) else { throw FieldError(key.name, "not-a-number") }
        guard range.contains(number) else {
            throw FieldError(
                key.name, "out-of-range", ["least": String(range.lowerBound), "most": String(range.upperBound)])
        }
        return String(number)
    }

    private static func boolean(_ text: String, key: SettingKey) throws(FieldError) -> String {
        switch text.lowercased() {
        case "true", "on", "yes", "1": return "true"
        case "false", "off", "no", "0": return "false"
        default: throw FieldError(key.name, "not-a-choice", ["choices": "true, false"])
        }
    }

    private static func address(_ text: String, key: SettingKey) throws(FieldError) -> String {
        if text.isEmpty { return "" }
        do {
            return try EmailAddress(parsing: text).wireForm
        } catch {
            throw FieldError(key.name, "address-\(error.rawValue)")
        }
    }

    private static func host(_ text: String, key: SettingKey) throws(FieldError) -> String {
        if let address = NetworkAddress(parsing: text) { return address.text }
        guard let domain = try? MailDomain(parsing: text) else {
            throw FieldError(key.name, "not-a-host", ["entry": excerpt(text)])
        }
        return domain.ascii
    }

    /// Cleans what people paste: `https://kunde.example/`, `@kunde.example`, `name@kunde.example`, letters beyond ASCII.
    private static func domain(_ text: String, key: SettingKey) throws(FieldError) -> String {
        var bare = Substring(text)
        if let scheme = bare.range(of: "://") { bare = bare[scheme.upperBound...] }
        bare = bare.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        if let at = bare.lastIndex(of: "@") { bare = bare[bare.index(after: at)...] }
        if bare.hasSuffix(".") { bare = bare.dropLast() }
        guard let domain = try? MailDomain(parsing: String(bare)), domain.ascii.contains(".") else {
            throw FieldError(key.name, "not-a-domain", ["entry": excerpt(text)])
        }
        return domain.ascii
    }

    private static func network(_ text: String, key: SettingKey) throws(FieldError) -> String {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let wrong = FieldError(key.name, "not-a-network", ["entry": excerpt(text)])
        guard let address = NetworkAddress(parsing: String(parts[0])) else { throw wrong }
        guard parts.count == 2 else { return address.text }
        guard parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }), let length = Int(parts[1]),
            (0...address.bytes.count * 8).contains(length)
        else { throw wrong }
        return "\(address.text)/\(length)"
    }

    private static func list(
        _ text: String, key: SettingKey, _ entry: (String) throws(FieldError) -> String
    ) throws(FieldError) -> String {
        var entries: [String] = []
        for piece in text.split(whereSeparator: { $0 == "," || $0 == ";" || $0.isWhitespace }) {
            let normalised = try entry(String(piece))
            if !entries.contains(normalised) { entries.append(normalised) }
            guard entries.count <= mostEntries else {
                throw FieldError(key.name, "too-many", ["most": String(mostEntries)])
            }
        }
        return entries.joined(separator: ", ")
    }

    private static func webAddress(_ text: String, key: SettingKey) throws(FieldError) -> String {
        if text.isEmpty {
            guard key == .serverPublicURL else { return "" }
            throw FieldError(key.name, "required")
        }
        do {
            let address = try WebAddress(parsing: text)
            switch key {
            case .serverPublicURL:
                guard address.tail.isEmpty || address.tail == "/" else { throw WebAddress.Mistake.hasPath }
                return address.origin
            case .smtpOAuthTokenEndpoint:
                guard address.scheme == "https" || address.isLoopback else { throw WebAddress.Mistake.needsEncryption }
                return address.text
            default:
                return address.text
            }
        } catch {
            let reason = (error as? WebAddress.Mistake ?? .malformed).rawValue
            throw FieldError(key.name, reason)
        }
    }

    /// Looks at the frame only; whether a certificate is one is shown by the test mail.
    private static func certificates(_ text: String, key: SettingKey) throws(FieldError) -> String {
        if text.isEmpty { return "" }
        guard text.utf8.count <= longestText else {
            throw FieldError(key.name, "too-long", ["most": String(longestText)])
        }
        if text.contains("PRIVATE KEY-----") { throw FieldError(key.name, "private-key") }
        let lines = text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
        var kept: [String] = []
        var body: String?
        for line in lines {
            switch (line, body) {
            case ("-----BEGIN CERTIFICATE-----", nil):
                body = ""
                kept.append(line)
            case ("-----END CERTIFICATE-----", let content?):
                // A DER sequence (RFC 5280, 4.1), and none as short as this is a certificate.
                guard let der = Data(base64Encoded: content), der.count > 100, der.first == 0x30 else {
                    throw FieldError(key.name, "not-certificates")
                }
                kept.append(line)
                body = nil
            case (_, let content?):
                body = content + line
                kept.append(line)
            default:
                // RFC 7468, 5.2: explanatory text around the certificates is allowed, and not kept.
                continue
            }
        }
        guard body == nil, !kept.isEmpty else { throw FieldError(key.name, "not-certificates") }
        return kept.joined(separator: "\n") + "\n"
    }

    private static func secret(_ typed: String, key: SettingKey) throws(FieldError) -> String {
        guard typed.utf8.count <= longestSecret else {
            throw FieldError(key.name, "too-long", ["most": String(longestSecret)])
        }
        if typed.utf8.contains(where: { $0 == 0x0D || $0 == 0x0A || $0 == 0 }) {
            throw FieldError(key.name, "line-break")
        }
        return typed
    }

    /// What was typed, short enough to be said again in an error.
    private static func excerpt(_ text: String) -> String {
        HeaderText(cleaning: String(text.prefix(80))).value
    }
}
