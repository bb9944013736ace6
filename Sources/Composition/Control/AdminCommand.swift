public import Foundation

/// What a command of the command line asks of the data: sent to the running server, or carried out in place.
public enum AdminCommand: Codable, Sendable, Equatable {
    /// A fresh one-time link for the first administrator.
    case setupLink
    /// A new account; with a password it is active at once, otherwise its invitation link is printed.
    case userAdd(email: String, name: String, roles: [String], password: String?)
    /// All accounts.
    case userList
    /// Gives an account exactly these roles.
    case userRoles(email: String, roles: [String])
    /// Shuts an account.
    case userDisable(email: String)
    /// Deletes an account; its deliveries go to another account or are withdrawn. With neither it must have none.
    case userDelete(email: String, handOverTo: String?, removesDeliveries: Bool)
    /// A one-time link for somebody locked out.
    case userReset(email: String)
    /// What holds for an account, rule by rule, and why.
    case userPolicy(email: String)
    /// All groups.
    case groupList
    /// One group with its rules and members.
    case groupShow(name: String)
    /// A new group.
    case groupAdd(name: String)
    /// Gives a group another name.
    case groupRename(name: String, newName: String)
    /// Removes a group; another mailbox takes over the deliveries of its own.
    case groupRemove(name: String, handOverTo: String)
    /// Gives a group a mailbox, or takes it away.
    case groupMailbox(name: String, address: String, displayName: String, handOverTo: String)
    /// Sets rules of a group; an empty value is as in the settings.
    case groupSet(name: String, rules: [String: String])
    /// Puts an account into a group, or takes it out.
    case groupMember(name: String, email: String, isAdded: Bool)
    /// What the clean-up would take away within so many days.
    case cleanUpPreview(days: Int)
    /// How the virus scan stands.
    case scanStatus
    /// Files that are held because of what the virus scanner said.
    case scanList(limit: Int)
    /// Lets a held file go all the same.
    case scanRelease(id: String)
    /// Takes a held file away from everybody.
    case scanRemove(id: String)
    /// The words of all mails.
    case templateList
    /// The words of a mail.
    case templateShow(kind: String, language: String, isOriginal: Bool)
    /// Changes the words of a mail.
    case templateSet(
        kind: String, language: String, subject: String, body: String, text: String?, phrases: [String: String])
    /// Takes the original words of a mail back.
    case templateReset(kind: String, language: String)
    /// All settings.
    case settingList
    /// One setting.
    case settingGet(key: String)
    /// Sets one.
    case settingSet(key: String, value: String)
    /// What the organisation's logo is.
    case logoShow
    /// Sets the organisation's logo.
    case logoSet(image: Data)
    /// Takes the organisation's logo away.
    case logoRemove
    /// A new API token.
    case tokenCreate(email: String, name: String, scopes: [String])
    /// A real mail by the real way.
    case mailTest(to: String, from: String?)
    /// The outbox; states empty: all.
    case outboxList(states: [String], search: String, destination: String?, limit: Int)
    /// The outbox by destination.
    case outboxDestinations(limit: Int)
    /// Does something with all mail to a destination: `hold`, `release`, `retry` or `cancel`.
    case outboxOrder(action: String, destination: String)
    /// One row with its attempts.
    case outboxShow(id: String)
    /// Tries a row at once.
    case outboxRetry(id: String)
    /// Gives a row up.
    case outboxCancel(id: String)
    /// Holds a row until it is released.
    case outboxHold(id: String)
    /// Releases a row that was held so.
    case outboxRelease(id: String)
    /// A new sender domain with fresh keys, and a look at it.
    case domainAdd(domain: String)
    /// A check of a sender domain; `resolver` is the one server to ask instead.
    case domainCheck(domain: String, resolver: String?)
    /// The records of a sender domain; `format` is `table`, `zone`, `text` or `terraform`.
    case domainRecords(domain: String, format: String)
    /// New keys of a sender domain.
    case domainRotate(domain: String, isEmergency: Bool)
    /// A new credential of the mail server; what is nil is as the settings have it.
    case submissionCredentialAdd(
        name: String, domains: [String], mailsPerHour: Int?, recipients: Int?, messageSize: Int?)
    /// All credentials of the mail server.
    case submissionCredentialList
    /// Revokes a credential of the mail server.
    case submissionCredentialRevoke(id: String)
    /// A look at the whole audit trail; `witness` is `NUMBER:HASH` that must still hold.
    case auditVerify(witness: String?)
    /// What was sent by whom; `month` is `2026-11` or nil for the present one, `format` is `table` or `csv`.
    case report(month: String?, months: Int, sender: String?, format: String)
    /// The keys that check receipts.
    case receiptKey
    /// Which steps of the schema were applied.
    case appliedSchema
    /// A consistent copy of database and files, and of the key if asked for.
    case backup(directory: String, withKey: Bool)
}

/// The answer to a command.
public struct AdminReply: Codable, Sendable, Equatable {
    /// 0 yes, 1 no, 2 misuse, 3 trouble underneath.
    public var exitCode: Int32
    /// What to print for people.
    public var lines: [String]
    /// What to print with `--json`: one JSON value.
    public var json: String
    /// What went wrong, for standard error.
    public var error: String?

    /// A reply.
    public init(exitCode: Int32 = 0, lines: [String] = [], json: String = "{}", error: String? = nil) {
        self.exitCode = exitCode
        self.lines = lines
        self.json = json
        self.error = error
    }

    /// A reply that says only what went wrong.
    public static func failure(_ exitCode: Int32, _ error: String) -> AdminReply {
        AdminReply(exitCode: exitCode, error: error)
    }
}
