/// A line that the client sends (RFC 5321, 4.1.1).
public enum SMTPCommand: Sendable, Hashable {
    /// EHLO with our name (RFC 5321, 4.1.1.1).
    case ehlo(SMTPHelloName)
    /// HELO with our name, for servers without EHLO.
    case helo(SMTPHelloName)
    /// STARTTLS (RFC 3207).
    case startTLS
    /// AUTH with a mechanism and perhaps the first response in base64 (RFC 4954).
    case auth(mechanism: String, initialResponse: String?)
    /// A further line of the sign-in: base64, empty, or `*` to give up.
    case authResponse(String)
    /// MAIL FROM with its parameters (RFC 5321, 4.1.1.2).
    case mail(SMTPEnvelopeAddress, parameters: [String])
    /// RCPT TO with its parameters (RFC 5321, 4.1.1.3).
    case recipient(SMTPEnvelopeAddress, parameters: [String] = [])
    /// DATA (RFC 5321, 4.1.1.4).
    case data
    /// RSET (RFC 5321, 4.1.1.5).
    case reset
    /// QUIT (RFC 5321, 4.1.1.10).
    case quit

    /// The octets of the line with its CR LF.
    public var wire: [UInt8] { Array(line(masked: false).utf8) + [0x0D, 0x0A] }

    /// The line for people: without CR LF, credentials masked.
    public var shown: String { line(masked: true) }

    private func line(masked: Bool) -> String {
        switch self {
        case .ehlo(let name): "EHLO \(name.wire)"
        case .helo(let name): "HELO \(name.wire)"
        case .startTLS: "STARTTLS"
        case .auth(let mechanism, let response?):
            "AUTH \(mechanism) \(masked ? Self.mask(response) : response)"
        case .auth(let mechanism, nil): "AUTH \(mechanism)"
        case .authResponse(let response): masked ? Self.mask(response) : response
        case .mail(let path, let parameters): (["MAIL FROM:\(path)"] + parameters).joined(separator: " ")
        case .recipient(let path, let parameters): (["RCPT TO:\(path)"] + parameters).joined(separator: " ")
        case .data: "DATA"
        case .reset: "RSET"
        case .quit: "QUIT"
        }
    }

    private static func mask(_ response: String) -> String {
        response.isEmpty || response == "*" ? response : "***"
    }
}
