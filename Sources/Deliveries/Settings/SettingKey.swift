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
        /// A host name or an IP address, or empty.
        case host
        /// Domain names, stored as A-labels, one after the other with a comma and a blank between.
        case domainList
        /// Host names, which need no dot; stored like domain names.
        case hostList
        /// An address of the web with `http` or `https`, or empty.
        case url
        /// IP addresses and networks (`192.0.2.0/24`), stored like domain names.
        case addressList
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
        organisation + server + mail + smtp + notifications + deliveries + security

    private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
}
