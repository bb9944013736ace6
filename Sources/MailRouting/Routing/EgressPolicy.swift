public import DNS

/// Which addresses may be dialled. What strangers write into DNS must not lead into our own network.
public struct EgressPolicy: Sendable, Hashable {
    /// Why an address may not be dialled.
    public enum Refusal: Sendable, Hashable, CustomStringConvertible {
        /// It is one of this server's own.
        case own
        /// It is not one of the open Internet.
        case scope(AddressScope)

        /// In a word.
        public var description: String {
            switch self {
            case .own: "own"
            case .scope(let scope): scope.rawValue
            }
        }
    }

    /// Addresses of one prefix.
    public struct Network: Sendable, Hashable {
        /// Any address of the network.
        public var address: IPAddress
        /// How many bits at its start count.
        public var prefixLength: Int

        /// A network.
        public init(_ address: IPAddress, prefixLength: Int) {
            self.address = address
            self.prefixLength = prefixLength
        }
    }

    /// The addresses at which this server takes mail itself.
    public var own: Set<IPAddress>
    /// The scopes that may be dialled.
    public var scopes: Set<AddressScope>
    /// Networks that may be dialled whatever their scope, such as one's own mail server's.
    public var networks: [Network]

    /// A policy.
    ///
    /// - Parameters:
    ///   - own: the addresses at which this server takes mail itself.
    ///   - scopes: the scopes that may be dialled.
    ///   - networks: networks that may be dialled whatever their scope.
    public init(own: Set<IPAddress> = [], scopes: Set<AddressScope> = [.global], networks: [Network] = []) {
        self.own = Set(own.map(\.unmapped))
        self.scopes = scopes
        self.networks = networks
    }

    /// Only the open Internet.
    public static let `public` = EgressPolicy()

    /// Private, link-local and loopback addresses too, for tests and closed networks.
    public static let everything = EgressPolicy(scopes: [.global, .private, .linkLocal, .loopback])

    /// Judges an address.
    ///
    /// - Returns: why it may not be dialled, or `nil` if it may.
    public func refusal(of address: IPAddress) -> Refusal? {
        let address = address.unmapped
        if own.contains(address) { return .own }
        if networks.contains(where: { address.matches($0.address, prefixLength: $0.prefixLength) }) { return nil }
        let scope = AddressScope(of: address)
        return scopes.contains(scope) ? nil : .scope(scope)
    }
}
