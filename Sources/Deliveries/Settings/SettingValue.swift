import DNS
import Foundation
import Localization
import MailMessage
import MailTemplates
import SenderDomains

/// Turns what was typed for a setting into what is stored, or says what is wrong with it.
enum SettingValue {
    /// The most octets of a value of several lines.
    static let longestText = 262_144
    /// The most octets of a secret.
    static let longestSecret = 8_192
    /// The fewest characters of a token.
    static let shortestToken = 20
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
        case .choice(let words): return try choice(text, of: words, key: key)
        case .colour(let ground): return text.isEmpty ? "" : try colour(text, on: ground, key: key)
        case .senderName(let use): return text.isEmpty ? "" : try senderName(text, for: use, key: key)
        case .picture: throw FieldError(key.name, "set-as-file")
        case .language: return try choice(text, of: Language.allCases.map(\.rawValue), key: key)
        case .emailAddress: return try address(text, key: key)
        case .emailAddressList:
            return try list(text, key: key) { entry throws(FieldError) in try address(entry, key: key) }
        case .host: return text.isEmpty ? "" : try host(text, key: key)
        case .domain: return text.isEmpty ? "" : try domain(text, key: key)
        case .domainList: return try list(text, key: key) { entry throws(FieldError) in try domain(entry, key: key) }
        case .hostList: return try list(text, key: key) { entry throws(FieldError) in try host(entry, key: key) }
        case .addressList: return try list(text, key: key) { entry throws(FieldError) in try network(entry, key: key) }
        case .tlsDemandList:
            return try list(text, key: key) { entry throws(FieldError) in try tlsDemand(entry, key: key) }
        case .dnsName: return text.isEmpty ? "" : try dnsName(text, key: key)
        case .dnsNameList:
            return try list(text, key: key) { entry throws(FieldError) in try dnsName(entry, key: key) }
        case .listenList(let port):
            return try list(text, key: key) { entry throws(FieldError) in try listen(entry, port: port, key: key) }
        case .endpoint: return text.isEmpty ? "" : try endpoint(text, key: key)
        case .socket: return text.isEmpty ? "" : try socket(text, key: key)
        case .url: return try webAddress(text, key: key)
        case .timeZone:
            guard let name = TimeZoneName(text) else { throw FieldError(key.name, "not-a-time-zone") }
            return name.text
        case .rule(let rule): return text.isEmpty ? "" : try ruleValue(text, of: rule, key: key)
        // A secret is what was typed: blanks at its ends may belong to it.
        case .secret: return try secret(typed, key: key)
        }
    }

    private static func ruleValue(
        _ text: String, of rule: PolicyRule, key: SettingKey
    ) throws(FieldError) -> String {
        do {
            return try PolicyValue(text, for: rule).text
        } catch {
            throw FieldError(key.name, error.reason, error.values)
        }
    }

    private static func choice(_ text: String, of words: [String], key: SettingKey) throws(FieldError) -> String {
        guard words.contains(text.lowercased()) else {
            throw FieldError(key.name, "not-a-choice", ["choices": words.joined(separator: ", ")])
        }
        return text.lowercased()
    }

    private static func colour(
        _ text: String, on ground: AccentColour.Ground, key: SettingKey
    ) throws(FieldError) -> String {
        guard let colour = AccentColour(hex: text.hasPrefix("#") ? text : "#" + text) else {
            throw FieldError(key.name, "not-a-colour")
        }
        guard colour.isReadable(on: ground) else {
            throw FieldError(
                key.name, ground == .light ? "colour-too-pale" : "colour-too-dark",
                ["colour": colour.hex, "suggestion": colour.readable(on: ground).hex])
        }
        return colour.hex
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

    /// Takes what stands in a record, too: `include:_spf.provider.example`, a final dot.
    private static func dnsName(_ text: String, key: SettingKey) throws(FieldError) -> String {
        var bare = text.lowercased()
        if key == .mailSPFInclude, bare.hasPrefix("include:") { bare = String(bare.dropFirst("include:".count)) }
        if bare.hasSuffix(".") { bare = String(bare.dropLast()) }
        guard !bare.isEmpty, bare.utf8.count <= 253, DNSName(bare) != nil,
            bare.utf8.allSatisfy({ isNameOctet($0) })
        else { throw FieldError(key.name, "not-a-dns-name", ["entry": excerpt(text)]) }
        if key == .domainsSelector, SelectorTemplate(bare) == nil {
            throw FieldError(key.name, "not-a-selector", ["entry": excerpt(text)])
        }
        return bare
    }

    private static func isNameOctet(_ octet: UInt8) -> Bool {
        (0x30...0x39).contains(octet) || (0x61...0x7A).contains(octet) || [0x2D, 0x2E, 0x5F].contains(octet)
    }

    private static func endpoint(_ text: String, key: SettingKey) throws(FieldError) -> String {
        guard let endpoint = NetworkEndpoint(text, defaultPort: 53) else {
            throw FieldError(key.name, "not-an-endpoint", ["entry": excerpt(text)])
        }
        return endpoint.text
    }

    private static func socket(_ text: String, key: SettingKey) throws(FieldError) -> String {
        guard let address = ScannerAddress(text) else {
            throw FieldError(key.name, "not-a-socket", ["entry": excerpt(text)])
        }
        return address.text
    }

    private static func listen(_ text: String, port: Int, key: SettingKey) throws(FieldError) -> String {
        // A name might be another address tomorrow: what is listened on is said as it is.
        guard let endpoint = NetworkEndpoint(text, defaultPort: port), NetworkAddress(parsing: endpoint.host) != nil
        else { throw FieldError(key.name, "not-a-listen-address", ["entry": excerpt(text)]) }
        return endpoint.textWithPort
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

    private static func tlsDemand(_ text: String, key: SettingKey) throws(FieldError) -> String {
        let parts = text.split(separator: "=", omittingEmptySubsequences: false)
        let demands = ["encrypted", "verified", "dane"]
        let wrong = FieldError(key.name, "not-a-tls-demand", ["entry": excerpt(text)])
        guard let pattern = parts.first, parts.count <= 2 else { throw wrong }
        let demand = parts.count == 2 ? parts[1].lowercased() : "verified"
        guard demands.contains(demand) else { throw wrong }
        let prefix = pattern.hasPrefix("*.") ? "*." : ""
        do {
            return "\(prefix)\(try domain(String(pattern.dropFirst(prefix.count)), key: key))=\(demand)"
        } catch {
            throw wrong
        }
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
        // Nobody is slowed down who guesses it.
        if key == .metricsToken, !typed.isEmpty, typed.count < shortestToken {
            throw FieldError(key.name, "too-short", ["least": String(shortestToken)])
        }
        return typed
    }

    /// What was typed, short enough to be said again in an error.
    private static func excerpt(_ text: String) -> String {
        HeaderText(cleaning: String(text.prefix(80))).value
    }
}
