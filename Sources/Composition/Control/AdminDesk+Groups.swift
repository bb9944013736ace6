import Deliveries
import Foundation
import MailMessage

/// Groups and their rules.
extension AdminDesk {
    private struct MailboxLine: Encodable {
        let address: String
        let name: String

        init(_ mailbox: GroupMailbox) {
            address = mailbox.address.displayForm
            name = mailbox.name
        }
    }

    private struct GroupLine: Encodable {
        let id: String
        let name: String
        let rules: [String: String]
        let mailbox: MailboxLine?
        let members: Int

        init(_ group: AccountGroup, members: Int) {
            id = group.id.description
            name = group.name
            rules = group.policy.texts
            mailbox = group.mailbox.map { MailboxLine($0) }
            self.members = members
        }
    }

    private struct GroupDetail: Encodable {
        let id: String
        let name: String
        let rules: [String: String]
        let mailbox: MailboxLine?
        let members: [String]
    }

    private struct RuleLine: Encodable {
        let rule: String
        let value: String
        let groups: [String]
        let outvoted: [String]
        let limitedBy: String?

        init(_ ruling: AccountPolicy.Ruling) {
            rule = ruling.rule.rawValue
            value = ruling.value.text
            groups = ruling.votes.map(\.name)
            outvoted = ruling.outvoted.map(\.name)
            limitedBy = ruling.limitedBy?.rawValue
        }

        var text: String {
            var words = [value.isEmpty ? "(no restriction)" : value]
            words.append(groups.isEmpty ? "from the settings" : "from \(groups.joined(separator: ", "))")
            if !outvoted.isEmpty { words.append("not \(outvoted.joined(separator: ", "))") }
            if let limitedBy { words.append("held back by \(limitedBy)") }
            return "\(rule)\t\(words.joined(separator: "\t"))"
        }
    }

    private var groups: Groups { Groups(installation.accounts) }

    private func group(_ name: String) async throws -> AccountGroup {
        guard let group = try await groups.group(named: name) else { throw DeliveriesError(.notFound) }
        return group
    }

    func groupList() async throws -> AdminReply {
        let lines = try await groups.list().map { GroupLine($0.group, members: $0.members) }
        return try AdminReply(
            lines: lines.map { line in
                let rules = line.rules.keys.sorted().joined(separator: ",")
                return [line.name, "\(line.members)", rules.isEmpty ? "(none)" : rules].joined(separator: "\t")
            }, json: lines)
    }

    func groupShow(_ name: String) async throws -> AdminReply {
        let group = try await group(name)
        var members: [String] = []
        while true {
            let page = try await groups.members(of: group.id, offset: members.count, limit: 200)
            members += page.accounts.map(\.email.displayForm)
            if page.accounts.isEmpty || members.count >= page.total { break }
        }
        let rules = PolicyRule.allCases.compactMap { rule in
            group.policy[rule].map { "\(rule.rawValue) = \($0.text)" }
        }
        return try AdminReply(
            lines: [group.name] + [group.mailbox.map { "mailbox\t\($0.mailbox.displayForm)" }].compactMap { $0 } + rules
                + members.map { "member\t\($0)" },
            json: GroupDetail(
                id: group.id.description, name: group.name, rules: group.policy.texts,
                mailbox: group.mailbox.map { MailboxLine($0) }, members: members))
    }

    func groupAdd(_ name: String) async throws -> AdminReply {
        let group = try await groups.create(name: name, by: nil, origin: Self.origin)
        return try AdminReply(lines: ["\(group.name) is there."], json: GroupLine(group, members: 0))
    }

    func groupRename(_ name: String, to new: String) async throws -> AdminReply {
        let group = try await groups.update(try await group(name).id, name: new, by: nil, origin: Self.origin)
        return AdminReply(lines: ["It is called \(group.name) now."])
    }

    func groupMailbox(_ name: String, _ form: MailboxForm) async throws -> AdminReply {
        let group = try await groups.update(
            try await group(name).id, mailbox: form, by: nil, origin: Self.origin)
        return try AdminReply(
            lines: [
                group.mailbox.map { "\(group.name) sends as \($0.mailbox.displayForm)." }
                    ?? "\(group.name) has no mailbox."
            ], json: GroupLine(group, members: try await groups.members(of: group.id, limit: 1).total))
    }

    func groupRemove(_ name: String, handOverTo: String) async throws -> AdminReply {
        let group = try await group(name)
        try await groups.remove(group.id, handOverTo: handOverTo, by: nil, origin: Self.origin)
        return AdminReply(lines: ["\(group.name) is removed. Its members' accounts stay."])
    }

    func groupSet(_ name: String, _ rules: [String: String]) async throws -> AdminReply {
        guard !rules.isEmpty else { throw Misuse(text: "Name a rule.") }
        if let unknown = rules.keys.sorted().first(where: { PolicyRule(rawValue: $0) == nil }) {
            let known = PolicyRule.allCases.map(\.rawValue).joined(separator: ", ")
            throw Misuse(text: "There is no rule \(unknown). The rules are \(known).")
        }
        let group = try await groups.update(try await group(name).id, rules: rules, by: nil, origin: Self.origin)
        return try AdminReply(
            lines: PolicyRule.allCases.compactMap { rule in
                group.policy[rule].map { "\(rule.rawValue) = \($0.text)" }
            }, json: group.policy.texts)
    }

    func groupMember(_ name: String, _ email: String, isAdded: Bool) async throws -> AdminReply {
        let group = try await group(name)
        let account = try await account(email)
        if isAdded {
            try await groups.add(account.id, to: group.id, by: nil, origin: Self.origin)
        } else {
            try await groups.remove(account.id, from: group.id, by: nil, origin: Self.origin)
        }
        let words = isAdded ? "is in" : "is not in"
        return AdminReply(lines: ["\(account.email.displayForm) \(words) \(group.name)."])
    }

    func userPolicy(_ email: String) async throws -> AdminReply {
        let lines = try await groups.policy(of: try await account(email).id).policy.rulings.map { RuleLine($0) }
        return try AdminReply(lines: lines.map(\.text), json: lines)
    }
}
