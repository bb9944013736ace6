import DNS
import Localization
import MailMessage
import SenderDomains

/// What was found in a domain's DNS, in sentences and as facts.
extension DomainWords {
    /// What is there, a sentence each.
    static func sentences(of look: DomainLook, _ text: Localizer) -> [String] {
        let domain = ["domain": look.domain.unicode]
        var sentences = [text("domain.look.exists-\(look.exists.rawValue)", domain)]
        guard look.exists != .no else { return sentences }
        if let mail = look.mail {
            var hosts: [DNSName] = []
            if case .hosts(let names) = mail { hosts = names }
            sentences.append(
                text("domain.look.mail-\(mail.code)", ["hosts": text.list(hosts.prefix(3).map(\.description))]))
        }
        if let spf = look.spf { sentences.append(text("domain.look.spf-\(spf.code)")) }
        sentences.append(text("domain.look.dmarc-\(look.dmarcCode)"))
        return sentences
    }

    /// The same in detail.
    static func facts(of look: DomainLook, _ text: Localizer) -> [FactView] {
        func names(_ names: [DNSName]) -> String {
            names.isEmpty ? text("domain.look.none") : names.map(\.description).joined(separator: ", ")
        }
        var facts = [FactView(text("domain.look.servers"), names(look.nameServers))]
        if let zone = look.zone { facts.insert(FactView(text("domain.look.zone"), zone.description), at: 0) }
        if case .hosts(let hosts) = look.mail { facts.append(FactView(text("domain.look.mail"), names(hosts))) }
        switch look.spf {
        case .good(let record, let lookups), .tooMany(let record, let lookups):
            facts.append(
                FactView(
                    text("domain.look.spf"),
                    text.plural("domain.look.lookups", lookups, ["text": record])))
        case .several(let records): facts += records.map { FactView(text("domain.look.spf"), $0) }
        case .broken(let record, let detail): facts.append(FactView(text("domain.look.spf"), "\(record) – \(detail)"))
        case .some(.none), nil: break
        }
        if let view = look.dmarc?.treeWalk ?? look.dmarc?.publicSuffix {
            facts.append(FactView(text("domain.look.dmarc"), "\(view.name): \(view.text)"))
        }
        if !look.keys.isEmpty {
            facts.append(
                FactView(text("domain.look.keys"), look.keys.map(\.selector).joined(separator: ", ")))
        }
        return facts
            + look.troubles.map { trouble in
                FactView(text("domain.look.silent"), troubles([trouble], text).joined())
            }
    }

    /// What the last check asked and found beside the records.
    static func facts(of report: DomainReport?, _ text: Localizer) -> [FactView] {
        guard let report else { return [] }
        var facts = [FactView(text("domain.look.zone"), report.plan.zone.description)]
        facts += report.servers.map { server in
            let address = server.address.map { " (\($0))" } ?? ""
            let trouble = server.trouble.map { " – " + text("domain.trouble.\($0.rawValue)") } ?? ""
            return FactView(text("domain.look.servers"), "\(server.name)\(address)\(trouble)")
        }
        if let view = report.dmarc?.treeWalk ?? report.dmarc?.publicSuffix {
            facts.append(FactView(text("domain.look.dmarc"), "\(view.name): \(view.text)"))
        }
        let seconds = Double(report.milliseconds) / 1_000
        let tenths = Int((seconds * 10).rounded())
        facts.append(
            FactView(
                text("page.domains.checked"),
                text("domain.look.duration", ["seconds": "\(tenths / 10)\(text.decimalMark)\(tenths % 10)"])))
        return facts
    }
}
