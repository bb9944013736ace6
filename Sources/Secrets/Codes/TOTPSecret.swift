internal import Crypto
internal import FoundationEssentials

/// The secret that an account shares with an authenticator app (RFC 6238): SHA-1, six digits, steps of 30 seconds.
public struct TOTPSecret: Sendable, Hashable, CustomStringConvertible {
    /// How long one code is shown, in seconds.
    public static let period: Int64 = 30

    /// The shared secret; 20 octets when drawn here.
    public let bytes: [UInt8]

    /// Draws a new secret of 160 bits (RFC 4226, 4, R6).
    ///
    /// - Parameter random: where it comes from.
    public init(random: any RandomSource) {
        bytes = random.bytes(20)
    }

    /// Takes a stored secret.
    ///
    /// - Parameter bytes: at least 16 octets (RFC 4226, 4, R6); nil comes back for fewer.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count >= 16 else { return nil }
        self.bytes = Array(bytes)
    }

    /// The secret for typing it into an app: base32 without padding.
    public var base32: String { Base32.encode(bytes) }
    /// Says only that there is a secret.
    public var description: String { "TOTPSecret(…)" }

    /// The number of the step that a time lies in.
    ///
    /// - Parameter seconds: seconds since 1970 UTC.
    /// - Returns: whole steps of 30 seconds since 1970.
    public static func step(at seconds: Int64) -> Int64 {
        seconds >= 0 ? seconds / period : 0
    }

    /// The code of one step (RFC 4226, 5.3; RFC 6238, 4).
    ///
    /// - Parameter step: the number of the step.
    /// - Returns: six digits.
    public func code(step: Int64) -> String {
        let counter = withUnsafeBytes(of: step.bigEndian) { Array($0) }
        let mac = Array(
            HMAC<Insecure.SHA1>.authenticationCode(for: counter, using: SymmetricKey(data: bytes)))
        let offset = Int(mac[19] & 15)
        let number = mac[offset..<offset + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
        let digits = String(number % 1_000_000)
        return String(repeating: "0", count: 6 - digits.count) + digits
    }

    /// Checks a code; one step before and after the present one is accepted for clocks that differ.
    ///
    /// - Parameters:
    ///   - typed: what was typed; blanks do not matter.
    ///   - seconds: the present time in seconds since 1970 UTC.
    ///   - lastUsedStep: the step that the last accepted code of this account belonged to; it and older ones are
    ///     refused, so that nobody uses an observed code again (RFC 6238, 5.2).
    /// - Returns: the step to store as last used, or nil if the code is not accepted.
    public func acceptedStep(typed: String, at seconds: Int64, lastUsedStep: Int64?) -> Int64? {
        guard let digits = sixDigits(typed) else { return nil }
        let present = Self.step(at: seconds)
        var accepted: Int64?
        for step in [present - 1, present, present + 1] where step >= 0 {
            let fits = constantTimeEqual(Array(code(step: step).utf8), Array(digits.utf8))
            if fits, accepted == nil, step > lastUsedStep ?? -1 { accepted = step }
        }
        return accepted
    }

    /// The address that authenticator apps read from a QR code.
    ///
    /// - Parameters:
    ///   - issuer: who issues the account, such as the organisation's name.
    ///   - account: the account's mail address.
    /// - Returns: an `otpauth://totp/` URI.
    public func uri(issuer: String, account: String) -> String {
        // A colon would be taken for the separator of issuer and account.
        let name = Self.percentEncoded(issuer.replacing(":", with: " "))
        let label = name + ":" + Self.percentEncoded(account.replacing(":", with: " "))
        return "otpauth://totp/\(label)?secret=\(base32)&issuer=\(name)&algorithm=SHA1&digits=6&period=\(Self.period)"
    }

    private static func percentEncoded(_ text: String) -> String {
        var encoded = ""
        for byte in text.utf8 {
            switch byte {
            // RFC 3986, 2.3: unreserved characters.
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                encoded += "%" + Hex.encode([byte]).uppercased()
            }
        }
        return encoded
    }
}
