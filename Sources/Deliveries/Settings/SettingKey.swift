public import MailTemplates
public import SenderDomains

/// A setting that administrators may change: its name, what its values look like, and what holds until it is set.
///
/// The pages, the API and the command line use the same names. All of them are in ``all``; what is not there is
/// refused.
public struct SettingKey: Hashable, Sendable, CustomStringConvertible {
    /// What a value looks like.
    public enum Kind: Equatable, Sendable {
        /// One line of at most so many characters.
        case text(Int)
        /// Several lines, such as certificates.
        case longText
        /// A whole number in decimal digits.
        case integer(ClosedRange<Int64>)
        /// `true` or `false`.
        case boolean
        /// One of these words.
        case choice([String])
        /// A mail address, or empty.
        case emailAddress
        /// Mail addresses, stored like domain names.
        case emailAddressList
        /// A host name or an IP address, or empty.
        case host
        /// A domain name, stored as A-labels, or empty.
        case domain
        /// Domain names, stored as A-labels, one after the other with a comma and a blank between.
        case domainList
        /// Host names, which need no dot; stored like domain names.
        case hostList
        /// A name in the domain name system, as it is: underscores are fine. Or empty.
        case dnsName
        /// Such names, stored like domain names.
        case dnsNameList
        /// A host name or an IP address, and a port behind a colon if it is not the usual one; or empty.
        case endpoint
        /// The absolute path of a Unix socket, or a host and a port behind a colon; or empty.
        case socket
        /// IP addresses with ports to listen on, this port where none is given; stored like domain names.
        case listenList(Int)
        /// An address of the web with `http` or `https`, or empty.
        case url
        /// A colour such as `#1f4b99` that can be read on that ground, or empty.
        case colour(AccentColour.Ground)
        /// A picture: what it is, while its octets lie elsewhere. It is set as a file, and not by its value.
        case picture
        /// How a name in From is put together, such as `{name} – {organisation}`, or empty.
        case senderName(SenderNamePattern.Use)
        /// A language in which there are texts, by its subtag.
        case language
        /// The name of a time zone as IANA lists it, such as `Europe/Berlin`, or `UTC`.
        case timeZone
        /// IP addresses and networks (`192.0.2.0/24`), stored like domain names.
        case addressList
        /// Destinations with the protection that they demand: `example.com=verified`; stored like domain names.
        case tlsDemandList
        /// What the rule of a group may say, in the same form; or empty.
        case rule(PolicyRule)
        /// A text that is stored sealed and never shown again.
        case secret
    }

    /// The name, such as `smtp.host`.
    public let name: String
    /// What a value looks like.
    public let kind: Kind
    /// What holds until it is set.
    public let defaultValue: String

    init(_ name: String, _ kind: Kind, _ defaultValue: String = "") {
        self.name = name
        self.kind = kind
        self.defaultValue = defaultValue
    }

    /// Whether the value is stored sealed and never shown.
    public var isSecret: Bool { kind == .secret }

    /// The name.
    public var description: String { name }

    /// Keys are the same if their names are.
    public static func == (left: SettingKey, right: SettingKey) -> Bool { left.name == right.name }

    /// Hashes the name.
    public func hash(into hasher: inout Hasher) { hasher.combine(name) }

    /// The key of that name; `nil` if there is none.
    public static func named(_ name: String) -> SettingKey? { byName[name] }

    /// All keys, in the order of the administration pages.
    public static let all: [SettingKey] =
        organisation + server + mail + smtp + mailServer + mailServerCertificates + submission + mailIntake + bounces
        + domains + notifications
        + deliveries + scan + addIns + security + audit

    private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
}
