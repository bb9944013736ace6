import Foundation

/// What a node does for the installation; one that does all is the default.
public enum NodeRole: String, Sendable, CaseIterable {
    /// Serves pages and API.
    case web
    /// Sends mail, and does what nobody waits for: scheduled work, virus scans, orders of certificates.
    case mailOut = "mail-out"
    /// Listens for submitted and for returned mail.
    case mailIn = "mail-in"

    /// Reads `web,mail-out`; `all` stands for all.
    static func roles(_ text: String) throws(ConfigurationError) -> Set<NodeRole> {
        var roles: Set<NodeRole> = []
        for word in text.split(separator: ",", omittingEmptySubsequences: false) {
            let name = word.trimmingCharacters(in: .whitespaces)
            if name == "all" {
                roles.formUnion(allCases)
            } else if let role = NodeRole(rawValue: name) {
                roles.insert(role)
            } else {
                let known = allCases.map(\.rawValue).joined(separator: ", ")
                throw ConfigurationError("roles are \(known), with commas between, or all; \"\(name)\" is none.")
            }
        }
        return roles
    }
}
