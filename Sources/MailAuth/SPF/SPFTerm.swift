public import DNS

/// What a matching mechanism says of the sender (RFC 7208, 4.6.2).
public enum SPFQualifier: Character, Sendable, Hashable, CaseIterable {
    /// The sender is authorized; also without any qualifier.
    case pass = "+"
    /// The sender is not authorized.
    case fail = "-"
    /// The sender is probably not authorized.
    case softfail = "~"
    /// Nothing is said of the sender.
    case neutral = "?"

    /// The qualifier that an octet stands for.
    init?(octet: UInt8) {
        switch octet {
        case UInt8(ascii: "+"): self = .pass
        case UInt8(ascii: "-"): self = .fail
        case UInt8(ascii: "~"): self = .softfail
        case UInt8(ascii: "?"): self = .neutral
        default: return nil
        }
    }
}

/// A mechanism: what is compared with the sender (RFC 7208, 5).
public enum SPFMechanism: Sendable, Hashable {
    /// Matches always (RFC 7208, 5.1).
    case all
    /// Matches if the other domain's record passes (RFC 7208, 5.2).
    case include(SPFDomainSpec)
    /// Matches an address of a name; the current domain if there is none (RFC 7208, 5.3). Prefix lengths in bits.
    case a(SPFDomainSpec?, ip4Prefix: Int = 32, ip6Prefix: Int = 128)
    /// Matches an address of a mail exchange of a name (RFC 7208, 5.4). Prefix lengths in bits.
    case mx(SPFDomainSpec?, ip4Prefix: Int = 32, ip6Prefix: Int = 128)
    /// Matches if the sender's address has a validated name beneath a domain (RFC 7208, 5.5; not to be used).
    case ptr(SPFDomainSpec?)
    /// Matches an IPv4 network (RFC 7208, 5.6). Prefix length in bits, 0…32.
    case ip4(IPAddress, prefix: Int = 32)
    /// Matches an IPv6 network (RFC 7208, 5.6). Prefix length in bits, 0…128.
    case ip6(IPAddress, prefix: Int = 128)
    /// Matches if a name has an IPv4 address (RFC 7208, 5.7).
    case exists(SPFDomainSpec)

    /// Whether it asks DNS, and so counts towards the limit of ten (RFC 7208, 4.6.4).
    public var asksDNS: Bool {
        switch self {
        case .all, .ip4, .ip6: false
        case .include, .a, .mx, .ptr, .exists: true
        }
    }

    /// The name that it is about, where it has one.
    public var target: SPFDomainSpec? {
        switch self {
        case .include(let target), .exists(let target): target
        case .a(let target, _, _), .mx(let target, _, _), .ptr(let target): target
        case .all, .ip4, .ip6: nil
        }
    }
}

/// A mechanism and what it means if it matches (RFC 7208, 4.6.1).
public struct SPFDirective: Sendable, Hashable, CustomStringConvertible {
    /// What a match means.
    public var qualifier: SPFQualifier
    /// What is compared.
    public var mechanism: SPFMechanism

    /// A directive.
    public init(_ qualifier: SPFQualifier = .pass, _ mechanism: SPFMechanism) {
        self.qualifier = qualifier
        self.mechanism = mechanism
    }

    /// The directive as text; the qualifier `+` is left out.
    public var description: String {
        (qualifier == .pass ? "" : String(qualifier.rawValue)) + mechanismText
    }

    private var mechanismText: String {
        switch mechanism {
        case .all: "all"
        case .include(let target): "include:\(target)"
        case .a(let target, let four, let six): "a" + Self.argument(target) + Self.prefixes(four, six)
        case .mx(let target, let four, let six): "mx" + Self.argument(target) + Self.prefixes(four, six)
        case .ptr(let target): "ptr" + Self.argument(target)
        case .ip4(let network, let prefix): "ip4:\(network)" + (prefix == 32 ? "" : "/\(prefix)")
        case .ip6(let network, let prefix): "ip6:\(network)" + (prefix == 128 ? "" : "/\(prefix)")
        case .exists(let target): "exists:\(target)"
        }
    }

    private static func argument(_ target: SPFDomainSpec?) -> String { target.map { ":\($0)" } ?? "" }

    private static func prefixes(_ four: Int, _ six: Int) -> String {
        (four == 32 ? "" : "/\(four)") + (six == 128 ? "" : "//\(six)")
    }
}

/// One term of a record (RFC 7208, 4.6.1).
public enum SPFTerm: Sendable, Hashable, CustomStringConvertible {
    /// A mechanism with its qualifier.
    case directive(SPFDirective)
    /// `redirect=`: whose record decides if nothing matches (RFC 7208, 6.1).
    case redirect(SPFDomainSpec)
    /// `exp=`: where the explanation of a failure stands (RFC 7208, 6.2).
    case explanation(SPFDomainSpec)
    /// Any other modifier: it has no effect, but its value is well formed (RFC 7208, 6).
    case unknown(name: String, value: SPFMacroString)

    /// The term as text.
    public var description: String {
        switch self {
        case .directive(let directive): directive.description
        case .redirect(let target): "redirect=\(target)"
        case .explanation(let target): "exp=\(target)"
        case .unknown(let name, let value): "\(name)=\(value)"
        }
    }

    /// Whether it asks DNS, and so counts towards the limit of ten (RFC 7208, 4.6.4: `exp` does not).
    public var asksDNS: Bool {
        switch self {
        case .directive(let directive): directive.mechanism.asksDNS
        case .redirect: true
        case .explanation, .unknown: false
        }
    }

    /// The domain whose record it leads to, with `include` and `redirect`.
    public var otherRecord: SPFDomainSpec? {
        switch self {
        case .directive(let directive):
            if case .include(let target) = directive.mechanism { target } else { nil }
        case .redirect(let target): target
        case .explanation, .unknown: nil
        }
    }
}
