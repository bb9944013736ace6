import Deliveries
import Foundation
import Localization
import Logging
import MailMessage
import Outbox
import Secrets
import Storage

/// Carries out commands: in the running server, or in place when none runs.
struct AdminDesk: Sendable {
    let installation: Installation
    private let users: Users

    init(_ installation: Installation) {
        self.installation = installation
        users = Users(installation.accounts)
    }

    /// Carries out a command; what goes wrong is in the reply.
    func perform(_ command: AdminCommand) async -> AdminReply {
        do {
            return try await carryOut(command)
        } catch let error as DeliveriesError {
            let text = Localizer(.english)
            let fields = error.fields.map { "\n  \($0.field): \(text("error.field.\($0.reason)", $0.values))" }.joined()
            let isTrouble = error.code.isTrouble || error.code == .busy
            let seconds = ["seconds": error.retryAfter.map(String.init) ?? ""]
            return .failure(isTrouble ? 3 : 1, text("error.\(error.code.rawValue)", seconds) + fields)
        } catch let error as StartError {
            return .failure(3, error.description)
        } catch let misuse as Misuse {
            return .failure(2, misuse.text)
        } catch {
            installation.logger.error("a command failed", metadata: ["error": "\(String(reflecting: error))"])
            return .failure(3, "The command failed; the log has the detail.")
        }
    }

    struct Misuse: Error { let text: String }
    static let origin = RequestOrigin(clientAddress: "", userAgent: "command line")

    private func carryOut(_ command: AdminCommand) async throws -> AdminReply {
        switch command {
        case .setupLink: return try await setupLink()
        case .userAdd(let email, let name, let roles, let password):
            return try await userAdd(email, name, try Self.roles(roles), password)
        case .userRoles(let email, let roles):
            let id = try await account(email).id
            try await users.setRoles(id, try Self.roles(roles), by: nil, origin: Self.origin)
            let account = try await users.account(id)
            return try AdminReply(
                lines: ["\(email): \(Self.words(account.roles))"], json: UserLine(account))
        case .userList: return try await userList()
        case .userDisable(let email):
            try await users.setDisabled(try await account(email).id, true, by: nil, origin: Self.origin)
            return AdminReply(lines: ["\(email) is disabled. Its deliveries stay."])
        case .userDelete(let email, let handOverTo, let removesDeliveries):
            return try await userDelete(email, handOverTo: handOverTo, removesDeliveries: removesDeliveries)
        case .userReset(let email):
            let token = try await users.resetLink(try await account(email).id, by: nil, origin: Self.origin)
            let link = try await installation.settings.current().addresses.passwordReset(token).absoluteString
            return try AdminReply(lines: [link], json: ["link": link])
        case .userPolicy(let email): return try await userPolicy(email)
        case .groupList: return try await groupList()
        case .groupShow(let name): return try await groupShow(name)
        case .groupAdd(let name): return try await groupAdd(name)
        case .groupRename(let name, let newName): return try await groupRename(name, to: newName)
        case .groupRemove(let name, let handOverTo): return try await groupRemove(name, handOverTo: handOverTo)
        case .groupMailbox(let name, let address, let displayName, let handOverTo):
            return try await groupMailbox(
                name, MailboxForm(address: address, name: displayName, handOverTo: handOverTo))
        case .groupSet(let name, let rules): return try await groupSet(name, rules)
        case .groupMember(let name, let email, let isAdded):
            return try await groupMember(name, email, isAdded: isAdded)
        case .cleanUpPreview(let days): return try await cleanUpPreview(days)
        case .scanStatus: return try await scanStatus()
        case .scanList(let limit): return try await scanList(limit: limit)
        case .scanRelease(let id): return try await scanRelease(id)
        case .scanRemove(let id): return try await scanRemove(id)
        case .templateList: return try await templateList()
        case .templateShow(let kind, let language, let isOriginal):
            return try await templateShow(kind, language, isOriginal: isOriginal)
        case .templateSet(let kind, let language, let subject, let body, let text, let phrases):
            return try await templateSet(kind, language, subject, body, text, phrases)
        case .templateReset(let kind, let language): return try await templateReset(kind, language)
        case .settingList: return try await settingList()
        case .settingGet(let key): return try await settingGet(key)
        case .settingSet(let key, let value):
            try await installation.settings.set([key: value], by: nil)
            return AdminReply()
        case .logoShow: return try await logoShow()
        case .logoSet(let image): return try await logoSet(image)
        case .logoRemove: return try await logoRemove()
        case .tokenCreate(let email, let name, let scopes): return try await tokenCreate(email, name, scopes)
        case .mailTest(let to, let from): return try await mailTest(to: to, from: from)
        case .outboxList(let states, let search, let destination, let limit):
            return try await outboxList(states: states, search: search, destination: destination, limit: limit)
        case .outboxDestinations(let limit): return try await outboxDestinations(limit: limit)
        case .outboxOrder(let action, let destination):
            return try await outboxOrder(action: action, destination: destination)
        case .outboxShow(let id): return try await outboxShow(try Self.outboxID(id))
        case .outboxRetry(let id):
            try await installation.outbox.retry(try Self.outboxID(id), by: nil, origin: Self.origin)
            return AdminReply(lines: ["It is tried again at once."])
        case .outboxCancel(let id):
            try await installation.outbox.cancel(try Self.outboxID(id), by: nil, origin: Self.origin)
            return AdminReply(lines: ["It is cancelled."])
        case .outboxHold(let id):
            try await installation.outbox.hold(try Self.outboxID(id), by: nil, origin: Self.origin)
            return AdminReply(lines: ["It is held until it is released."])
        case .outboxRelease(let id):
            try await installation.outbox.release(try Self.outboxID(id), by: nil, origin: Self.origin)
            return AdminReply(lines: ["It is released and due at once."])
        case .domainAdd(let domain): return try await domainAdd(domain)
        case .domainCheck(let domain, let resolver): return try await domainCheck(domain, resolver: resolver)
        case .domainRecords(let domain, let format): return try await domainRecords(domain, format: format)
        case .domainRotate(let domain, let isEmergency):
            return try await domainRotate(domain, isEmergency: isEmergency)
        case .submissionCredentialAdd(let name, let domains, let mailsPerHour, let recipients, let messageSize):
            return try await submissionCredentialAdd(
                SubmissionCredentialForm(
                    name: name, domains: domains.joined(separator: " "),
                    mailsPerHour: mailsPerHour.map(String.init) ?? "", recipients: recipients.map(String.init) ?? "",
                    messageSize: messageSize.map(String.init) ?? ""))
        case .submissionCredentialList: return try await submissionCredentialList()
        case .submissionCredentialRevoke(let id): return try await submissionCredentialRevoke(id)
        case .auditVerify(let witness): return try await auditVerify(witness: witness)
        case .report(let month, let months, let sender, let format):
            return try await report(month: month, months: months, sender: sender, format: format)
        case .receiptKey: return try receiptKey()
        case .appliedSchema:
            let applied = try await installation.database.appliedSchema()
            return try AdminReply(lines: applied.numbers.map(String.init), json: applied)
        case .backup(let directory, let withKey):
            try await AuditTrail(installation.accounts).note(
                .backupMade, by: nil, target: withKey ? "with key" : "without key", origin: Self.origin)
            let made = try await BackupCopy(URL(filePath: directory)).make(of: installation, withKey: withKey)
            return AdminReply(lines: made.lines, json: made.json)
        }
    }

    private func setupLink() async throws -> AdminReply {
        let token = try await SetUp(installation.accounts).makeLink()
        let current = try await installation.settings.current()
        let base =
            current.isSet(.serverPublicURL) ? current.publicURL : URL(string: installation.configuration.localURL)
        let link = base.map { PublicAddresses(publicURL: $0).setup(token).absoluteString } ?? ""
        return try AdminReply(lines: [link], json: ["link": link])
    }

    // MARK: Users

    func account(_ email: String) async throws -> Account {
        guard let account = try await users.account(email: email) else { throw DeliveriesError(.notFound) }
        return account
    }

    private func userAdd(
        _ email: String, _ name: String, _ roles: Set<Role>, _ password: String?
    ) async throws -> AdminReply {
        let current = try await installation.settings.current()
        let form = UserForm(
            email: email, name: name.isEmpty ? String(email.prefix { $0 != "@" }) : name,
            roles: roles, language: current.language)
        if let password {
            let account = try await users.addDirectly(
                email: form.email, name: form.name, roles: roles, password: password, language: form.language)
            return try AdminReply(
                lines: ["\(account.email.displayForm) can sign in."], json: UserLine(account))
        }
        let account = try await users.create(form, by: nil, origin: Self.origin)
        let token = try await users.resetLink(account.id, by: nil, origin: Self.origin)
        let link = current.addresses.passwordReset(token).absoluteString
        return try AdminReply(
            lines: ["\(account.email.displayForm) was invited by mail. This link chooses the password, too:", link],
            json: ["id": account.id.description, "email": account.email.displayForm, "link": link])
    }

    private static func roles(_ names: [String]) throws -> Set<Role> {
        Set(
            try names.map { name in
                guard let role = Role(rawValue: name) else {
                    throw Misuse(text: "A role is \(Role.allCases.map(\.rawValue).joined(separator: ", ")).")
                }
                return role
            })
    }

    private static func words(_ roles: Set<Role>) -> String {
        roles.isEmpty ? "(none)" : Role.allCases.filter(roles.contains).map(\.rawValue).joined(separator: ",")
    }

    private struct UserLine: Encodable {
        let id: String
        let email: String
        let name: String
        let state: String
        let roles: [String]
        let isAdministrator: Bool

        init(_ account: Account) {
            id = account.id.description
            email = account.email.displayForm
            name = account.name
            state = account.state.rawValue
            roles = account.roles.map(\.rawValue).sorted()
            isAdministrator = account.isAdministrator
        }
    }

    private func userList() async throws -> AdminReply {
        var accounts: [Account] = []
        while true {
            let page = try await users.list(offset: accounts.count, limit: 200)
            accounts += page.accounts
            if page.accounts.isEmpty || accounts.count >= page.total { break }
        }
        return try AdminReply(
            lines: accounts.map { account in
                [
                    account.email.displayForm, account.name, account.state.rawValue, Self.words(account.roles),
                ]
                .joined(separator: "\t")
            }, json: accounts.map { UserLine($0) })
    }

    private func tokenCreate(_ email: String, _ name: String, _ scopes: [String]) async throws -> AdminReply {
        let known = scopes.compactMap { APIToken.Scope(rawValue: $0) }
        guard known.count == scopes.count else { throw Misuse(text: "A scope is send, read or administer.") }
        let made = try await APITokens(installation.accounts).create(
            account: try await account(email).id, name: name, scopes: Set(known), origin: Self.origin)
        return try AdminReply(
            lines: [made.text], json: ["token": made.text, "id": made.token.id.description, "name": made.token.name])
    }

    // MARK: Settings

    private struct SettingLine: Encodable {
        let key: String
        let value: String?
        let isSet: Bool
        let isSecret: Bool
        let isLocked: Bool

        init(_ key: SettingKey, _ settings: Settings) {
            self.key = key.name
            value = key.isSecret ? nil : settings.text(key)
            isSet = settings.isSet(key)
            isSecret = key.isSecret
            isLocked = settings.isLocked(key)
        }

        var text: String { isSecret ? (isSet ? "(set)" : "(not set)") : value ?? "" }
    }

    private func settingList() async throws -> AdminReply {
        let current = try await installation.settings.current()
        let lines = SettingKey.all.map { SettingLine($0, current) }
        return try AdminReply(lines: lines.map { "\($0.key) = \($0.text)" }, json: lines)
    }

    private func settingGet(_ name: String) async throws -> AdminReply {
        guard let key = SettingKey.named(name) else {
            return .failure(2, "There is no setting \(name). `depesche setting list` shows all.")
        }
        let line = SettingLine(key, try await installation.settings.current())
        return try AdminReply(lines: [line.text], json: line)
    }
}

extension AdminReply {
    /// A reply with a value as JSON.
    init(lines: [String], json value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        self.init(lines: lines, json: String(decoding: try encoder.encode(value), as: UTF8.self))
    }
}
