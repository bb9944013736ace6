/// Follows the aliases that lead from one name to another, and notices when they lead nowhere (RFC 1034, 3.6.2).
struct DNSAliasChain {
    /// So many aliases in a row are followed; more are a mistake or an attack.
    static let limit = 16

    /// The aliases so far, in their order.
    private(set) var aliases: [DNSRecord] = []
    /// Where they have led.
    private(set) var name: DNSName

    init(from name: DNSName) {
        self.name = name
    }

    /// Goes on to where an alias at the current name leads.
    mutating func follow(_ alias: DNSRecord, to target: DNSName, server: String? = nil) throws(DNSFailure) {
        // The names so far are those of the aliases: few, and most answers have none.
        guard target != name, !aliases.contains(where: { $0.name == target }) else {
            throw DNSFailure(.aliasLoop, server: server, detail: "\(alias.name) leads back to \(target)")
        }
        guard aliases.count < Self.limit else {
            throw DNSFailure(.aliasLoop, server: server, detail: "more than \(Self.limit) aliases follow each other")
        }
        aliases.append(alias)
        name = target
    }
}
