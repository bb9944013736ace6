import Deliveries
import Localization

/// What a sender may send, said before anything is typed or uploaded.
struct LimitWords: Sendable {
    /// More entries of a list than these are not read anyway.
    private static let mostEntries = 20

    let limits: DeliveryLimits
    /// The octets of the files that the sender has here.
    let octets: Int64
    let text: Localizer

    /// About files.
    var files: String {
        let all = text.size(limits.deliverySize)
        var words = [
            limits.fileSize == limits.deliverySize
                ? text("page.compose.limits.sizeAll", ["all": all])
                : text("page.compose.limits.size", ["file": text.size(limits.fileSize), "all": all])
        ]
        if let types = list(.allowedFileTypes) {
            words.append(text("page.compose.limits.allowedTypes", ["types": types]))
        }
        if let types = list(.forbiddenFileTypes) {
            words.append(text("page.compose.limits.forbiddenTypes", ["types": types]))
        }
        if let quota = limits.policy.quota {
            let left = text.size(max(0, quota - octets))
            words.append(text("page.compose.limits.quota", ["all": text.size(quota), "left": left]))
        }
        return words.joined(separator: " ")
    }

    /// About recipients; nil if there is nothing that anybody would run into.
    var recipients: String? {
        var words: [String] = []
        if !limits.policy.ruling(on: .mostRecipients).votes.isEmpty {
            words.append(text("page.compose.limits.recipients", ["most": text.number(limits.recipients)]))
        }
        if let domains = list(.allowedRecipientDomains) {
            words.append(text("page.compose.limits.allowedDomains", ["domains": domains]))
        }
        if let domains = list(.forbiddenRecipientDomains) {
            words.append(text("page.compose.limits.forbiddenDomains", ["domains": domains]))
        }
        return words.isEmpty ? nil : words.joined(separator: " ")
    }

    /// The entries for the script of the page; none if they restrict nothing.
    func scriptList(_ rule: PolicyRule) -> String { limits.policy.restrictions(rule).joined(separator: " ") }

    /// What a delivery's own password must fulfil.
    var password: String {
        text("page.compose.limits.password", ["least": text.number(limits.policy.deliveryPasswordLength)])
    }

    private func list(_ rule: PolicyRule) -> String? {
        let entries = limits.policy.restrictions(rule)
        guard !entries.isEmpty else { return nil }
        let words = PolicyWords(text: text)
        let shown = words.value(.list(Array(entries.prefix(Self.mostEntries))), of: rule)
        return entries.count > Self.mostEntries ? "\(shown) …" : shown
    }
}
