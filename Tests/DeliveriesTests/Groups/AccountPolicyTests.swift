import Foundation
import MailMessage
import Secrets
import Testing

@testable import Deliveries

@Suite struct AccountPolicyTests {
    private let random = SeededRandomSource(seed: 11)

    private func group(_ name: String, _ rules: [String: String]) throws -> AccountGroup {
        let now = Date(timeIntervalSince1970: 1_790_000_000)
        return AccountGroup(
            id: Identifier(now: now, random: random), name: name, policy: try GroupPolicy(rules), createdAt: now,
            updatedAt: now)
    }

    @Test func `without groups the settings hold`() throws {
        let policy = AccountPolicy(Settings())
        #expect(policy.levels == [.secureLink, .identityProven] && policy.preselectedLevel == .identityProven)
        #expect(policy.passwordLength == 10 && !policy.demandsFreshPassword && policy.deliveryPasswordLength == 8)
        #expect(policy.allows(senderAt: try MailDomain(parsing: "anywhere.example")))
        #expect(policy.ruling(on: .attachments).value == .word("off"))
        #expect(policy.longestLifetimeDays == 90 && policy.lifetimeDays == 14 && policy.graceDays == 14)
        #expect(policy.largestFile == 107_374_182_400 && policy.mostRecipients == 10_000)
        #expect(policy.allows(fileName: "setup.exe"))
        #expect(policy.allows(recipientsAt: try MailDomain(parsing: "anywhere.example")))
        #expect(policy.rulings.map(\.rule) == PolicyRule.allCases)
        #expect(policy.rulings.allSatisfy { $0.votes.isEmpty && $0.outvoted.isEmpty && $0.limitedBy == nil })
    }

    private func settings(_ values: [String: String]) -> Settings {
        Settings(stored: values.map { StoredSetting(key: $0.key, value: $0.value, sealedValue: nil) })
    }

    @Test func `rules of the installation hold until a group sets them`() throws {
        let settings = settings([
            "deliveries.levels": "1", "deliveries.forbidden-file-types": "bat, exe",
            "deliveries.allowed-recipient-domains": "gut.example", "security.password-length": "14",
            "addins.policy": "ask", "addins.policy-types": "pdf",
        ])
        let alone = AccountPolicy(settings)
        #expect(alone.levels == [.secureLink] && alone.preselectedLevel == .secureLink && alone.passwordLength == 14)
        #expect(!alone.allows(fileName: "a.EXE") && alone.allows(fileName: "a.zip"))
        #expect(!alone.allows(recipientsAt: try MailDomain(parsing: "other.example")))
        #expect(alone.rulings.allSatisfy { $0.votes.isEmpty && $0.limitedBy == nil })
        let member = AccountPolicy(
            settings,
            groups: [
                try group("A", ["levels": "1, 2", "forbidden-file-types": "zip", "attachments": "off"]),
                try group("B", ["allowed-recipient-domains": "*", "attachment-types": "-"]),
            ])
        #expect(member.preselectedLevel == .identityProven && member.allows(fileName: "a.exe"))
        #expect(!member.allows(fileName: "a.zip"))
        #expect(member.allows(recipientsAt: try MailDomain(parsing: "other.example")))
        #expect(member.ruling(on: .attachments).value == .word("off"))
        #expect(member.restrictions(.attachmentTypes).isEmpty && member.passwordLength == 14)
    }

    @Test func `a minus takes back what the settings forbid, unless another group forbids something`() throws {
        let settings = settings(["deliveries.forbidden-file-types": "exe"])
        let free = try group("A", ["forbidden-file-types": "-"])
        #expect(AccountPolicy(settings, groups: [free]).allows(fileName: "a.exe"))
        let both = AccountPolicy(settings, groups: [free, try group("B", ["forbidden-file-types": "bat"])])
        #expect(both.allows(fileName: "a.exe") && !both.allows(fileName: "a.bat"))
        #expect(both.ruling(on: .forbiddenFileTypes).value == .list(["bat"]))
        #expect(throws: DeliveriesError.self) { try GroupPolicy(["allowed-file-types": "-"]) }
    }

    @Test func `a level that the settings fix holds, and otherwise it follows what is allowed`() throws {
        let both = try group("A", ["levels": "1, 2"])
        let fixed = settings(["deliveries.level": "1"])
        #expect(AccountPolicy(fixed).preselectedLevel == .secureLink)
        #expect(AccountPolicy(fixed, groups: [both]).preselectedLevel == .secureLink)
        let only = AccountPolicy(fixed, groups: [try group("B", ["levels": "2"])])
        #expect(only.preselectedLevel == .identityProven && only.ruling(on: .level).limitedBy == .levels)
        #expect(AccountPolicy(settings(["deliveries.levels": "1"])).preselectedLevel == .secureLink)
    }

    @Test func `of rules that protect, the strictest of several groups holds`() throws {
        let groups = [
            try group(
                "A",
                [
                    "password-length": "20", "fresh-password": "false", "delivery-password-length": "9",
                    "attachments": "ask", "attachments-from": "0", "attachment-types": "pdf",
                    "attachments-outside": "true",
                ]),
            try group(
                "B",
                [
                    "password-length": "12", "fresh-password": "true", "delivery-password-length": "12",
                    "attachments": "always", "attachments-from": "5", "attachment-types": "docx",
                    "attachments-outside": "false",
                ]),
            try group("C", ["attachments": "off", "attachments-from": "25"]),
        ]
        let policy = AccountPolicy(Settings(), groups: groups)
        #expect(policy.passwordLength == 20 && policy.demandsFreshPassword && policy.deliveryPasswordLength == 12)
        #expect(policy.ruling(on: .attachments).value == .word("always"))
        #expect(policy.ruling(on: .attachments).outvoted.map(\.name) == ["A", "C"])
        #expect(policy.ruling(on: .attachmentsFrom).value == .number(5))
        #expect(policy.restrictions(.attachmentTypes) == ["docx", "pdf"])
        #expect(policy.ruling(on: .attachmentsOutside).value.isOn)
    }

    @Test func `senders come from the domains of their groups together, with all below them`() throws {
        let groups = [
            try group("A", ["sender-domains": "kunde.example"]), try group("B", ["sender-domains": "@Büro.example"]),
        ]
        let policy = AccountPolicy(Settings(), groups: groups)
        for domain in ["kunde.example", "nord.kunde.example", "büro.example"] {
            #expect(policy.allows(senderAt: try MailDomain(parsing: domain)), "\(domain)")
        }
        #expect(!policy.allows(senderAt: try MailDomain(parsing: "privat.example")))
        let all = AccountPolicy(Settings(), groups: groups + [try group("C", ["sender-domains": "*"])])
        #expect(all.allows(senderAt: try MailDomain(parsing: "privat.example")))
    }

    @Test func `the most generous group wins, and says so`() throws {
        let (small, large) = (
            try group("Büro", ["most-recipients": "10", "longest-lifetime-days": "7", "lifetime-days": "5"]),
            try group("Presse", ["most-recipients": "500"])
        )
        let policy = AccountPolicy(Settings(), groups: [small, large])
        #expect(policy.mostRecipients == 500 && policy.longestLifetimeDays == 7 && policy.lifetimeDays == 5)
        let ruling = policy.ruling(on: .mostRecipients)
        #expect(ruling.votes.map(\.name) == ["Presse"] && ruling.outvoted.map(\.name) == ["Büro"])
        #expect(ruling.outvoted.map(\.value) == [.number(10)])
    }

    @Test func `what is forbidden stays forbidden, and what is allowed is put together`() throws {
        let one = try group("A", ["allowed-file-types": ".pdf, zip", "forbidden-recipient-domains": "weg.example"])
        let two = try group("B", ["allowed-file-types": "docx", "forbidden-file-types": "ZIP"])
        let policy = AccountPolicy(Settings(), groups: [one, two])
        #expect(policy.allows(fileName: "Befund.PDF") && policy.allows(fileName: "a.docx"))
        #expect(
            !policy.allows(fileName: "a.zip") && !policy.allows(fileName: "a.txt") && !policy.allows(fileName: "pdf"))
        #expect(policy.ruling(on: .allowedFileTypes).limitedBy == .forbiddenFileTypes)
        #expect(!policy.allows(recipientsAt: try MailDomain(parsing: "mail.WEG.example")))
        #expect(policy.allows(recipientsAt: try MailDomain(parsing: "umweg.example")))
    }

    @Test func `all that is allowed was forbidden by another group, and then nothing is allowed`() throws {
        let groups = [try group("A", ["allowed-file-types": "zip"]), try group("B", ["forbidden-file-types": "zip"])]
        let policy = AccountPolicy(Settings(), groups: groups)
        #expect(!policy.allows(fileName: "a.zip") && !policy.allows(fileName: "a.pdf"))
    }

    @Test func `a star allows everything but what is forbidden`() throws {
        let groups = [
            try group("A", ["allowed-file-types": "pdf"]),
            try group("B", ["allowed-file-types": "*", "forbidden-file-types": "tar.gz"]),
        ]
        let policy = AccountPolicy(Settings(), groups: groups)
        #expect(
            policy.allows(fileName: "a.xyz") && policy.allows(fileName: "README") && policy.allows(fileName: "a.gz"))
        #expect(!policy.allows(fileName: "a.TAR.gz"))
    }

    @Test func `the highest allowed level is proposed unless a group says otherwise`() throws {
        let both = try group("A", ["levels": "2 1"])
        #expect(AccountPolicy(Settings(), groups: [both]).preselectedLevel == .identityProven)
        let low = try group("B", ["levels": "1,2", "level": "1"])
        #expect(AccountPolicy(Settings(), groups: [both, low]).preselectedLevel == .secureLink)
        let only = try group("C", ["levels": "2"])
        let policy = AccountPolicy(Settings(), groups: [only])
        #expect(policy.levels == [.identityProven] && policy.preselectedLevel == .identityProven)
        #expect(policy.ruling(on: .level).limitedBy == .levels)
    }

    @Test func `two groups that contradict each other are resolved towards the safe side`() throws {
        let groups = [
            try group("A", ["longest-lifetime-days": "7", "largest-delivery": "1000", "levels": "2"]),
            try group("B", ["lifetime-days": "60", "largest-file": "5000", "level": "1"]),
        ]
        let policy = AccountPolicy(Settings(), groups: groups)
        #expect(policy.lifetimeDays == 7 && policy.largestFile == 1_000 && policy.preselectedLevel == .identityProven)
        #expect(policy.ruling(on: .lifetimeDays).limitedBy == .longestLifetimeDays)
        #expect(policy.ruling(on: .largestFile).limitedBy == .largestDelivery)
    }

    @Test func `whatever groups say, the outcome makes sense and does not depend on their order`() throws {
        let random = SeededRandomSource(seed: 4_711)
        func choice<Value>(_ values: [Value]) -> Value { values[Int(random.bytes(1)[0]) % values.count] }
        let texts: [PolicyRule: [String]] = [
            .levels: ["1", "2", "1, 2"], .level: ["1", "2"], .longestLifetimeDays: ["1", "30", "3650"],
            .lifetimeDays: ["1", "20", "400"], .graceDays: ["0", "5", "50"], .largestFile: ["1", "1000", "900000"],
            .largestDelivery: ["1", "2000", "800000"], .mostRecipients: ["1", "20"],
            .allowedFileTypes: ["pdf", "pdf, zip", "*"], .forbiddenFileTypes: ["zip", "exe, zip"],
            .allowedRecipientDomains: ["a.example", "*"], .forbiddenRecipientDomains: ["a.example", "b.example"],
            .quota: ["1", "900"], .deliveriesPerDay: ["3", "5"], .recipientsPerDay: ["1", "70"],
            .addIns: ["true", "false"], .api: ["true", "false"], .secondFactor: ["true", "false"],
            .senderDomains: ["a.example", "b.example, a.example", "*"], .passwordLength: ["10", "12", "64"],
            .freshPassword: ["true", "false"], .deliveryPasswordLength: ["8", "20"],
            .attachments: ["off", "ask", "always"], .attachmentsFrom: ["0", "5", "20"],
            .attachmentTypes: ["pdf", "docx, pdf", "-"], .attachmentsOutside: ["true", "false"],
        ]
        for _ in 0..<300 {
            let groups = try (0..<Int(random.bytes(1)[0] % 5)).map { number in
                var rules: [String: String] = [:]
                for rule in PolicyRule.allCases where random.bytes(1)[0] % 3 == 0 {
                    rules[rule.rawValue] = choice(texts[rule] ?? [])
                }
                return try group("G\(number)", rules)
            }
            let policy = AccountPolicy(Settings(), groups: groups)
            #expect(policy == AccountPolicy(Settings(), groups: groups.reversed()))
            #expect(policy.levels.contains(policy.preselectedLevel))
            #expect((1...policy.longestLifetimeDays).contains(policy.lifetimeDays))
            #expect((1...policy.largestDelivery).contains(policy.largestFile))
            for group in groups {
                if let most = group.policy[.mostRecipients] { #expect(policy.mostRecipients >= most.number) }
                for type in group.policy[.forbiddenFileTypes]?.entries ?? [] {
                    #expect(!policy.allows(fileName: "a.\(type)"))
                }
                for domain in group.policy[.forbiddenRecipientDomains]?.entries ?? [] {
                    #expect(!policy.allows(recipientsAt: try MailDomain(parsing: domain)))
                }
            }
            for ruling in policy.rulings {
                let setting = groups.filter { $0.policy[ruling.rule] != nil }.map(\.id)
                #expect(Set(ruling.votes.map(\.group) + ruling.outvoted.map(\.group)) == Set(setting))
            }
        }
    }

    @Test(arguments: [
        (PolicyRule.levels, "3"), (.levels, "1, x"), (.level, "0"), (.level, "1 2"), (.graceDays, "-1"),
        (.lifetimeDays, "0"), (.lifetimeDays, "3651"), (.largestFile, "1e9"), (.largestFile, "99999999999999999999"),
        (.mostRecipients, "1 000"), (.forbiddenFileTypes, "*"), (.allowedFileTypes, "../x"),
        (.allowedFileTypes, "a\u{0}b"), (.forbiddenFileTypes, "."),
        (.allowedFileTypes, String(repeating: "x", count: 33)),
        (.forbiddenRecipientDomains, "*"), (.allowedRecipientDomains, "a@b@c"), (.allowedRecipientDomains, "-.example"),
        (.senderDomains, "-"), (.passwordLength, "9"), (.passwordLength, "65"), (.deliveryPasswordLength, "7"),
        (.attachments, "never"), (.attachmentsFrom, "-1"), (.attachmentTypes, "*"), (.freshPassword, "yes"),
    ])
    func `what is no value is refused at its rule`(_ rule: PolicyRule, _ text: String) {
        let error = #expect(throws: DeliveriesError.self) { try GroupPolicy([rule.rawValue: text]) }
        #expect(error?.code == .invalid && error?.fields.map(\.field) == [rule.rawValue])
    }

    @Test func `values are stored in one form, and unknown rules are refused`() throws {
        let policy = try GroupPolicy([
            "forbidden-file-types": " .EXE;*.bat\nexe", "allowed-recipient-domains": "@Büro.example, *.a.example",
            "levels": "2,1", "grace-days": "",
        ])
        #expect(
            policy.texts == [
                "forbidden-file-types": "bat, exe", "allowed-recipient-domains": "a.example, xn--bro-hoa.example",
                "levels": "1, 2",
            ])
        #expect(try GroupPolicy(policy.texts) == policy)
        let error = #expect(throws: DeliveriesError.self) { try GroupPolicy(["isAdministrator": "true"]) }
        #expect(error?.code == .unsupportedOption)
        #expect(error?.fields == [FieldError("isAdministrator", "unknown-rule")])
    }
}
