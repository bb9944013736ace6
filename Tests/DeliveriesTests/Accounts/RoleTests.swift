import Deliveries
import Foundation
import Localization
import Testing

@Suite struct RoleTests {
    @Test func administratorsMayDoEverythingAndAuditorsChangeNothing() {
        #expect(Set<Role>([.administrator]).capabilities == Set(Capability.allCases))
        let changes: [Capability] = [
            .send, .manageUsers, .manageDomains, .changeSettings, .steerOutbox, .readLocalMail,
        ]
        #expect(changes.allSatisfy { !Role.auditor.permits($0) })
        #expect(Set<Role>([]).capabilities == [])
        #expect(Set<Role>([.sender, .auditor]).permits(.send) && Set<Role>([.sender, .auditor]).permits(.seeAudit))
    }

    @Test func nobodyDecidesOnThoseWhoMayDoMore() {
        let manager: Set<Role> = [.userManager]
        #expect(manager.mayDecide(on: [.sender]) && manager.mayDecide(on: []) && manager.mayDecide(on: manager))
        for role in [Role.auditor, .domainManager, .administrator] { #expect(!manager.mayDecide(on: [.sender, role])) }
        #expect(Set<Role>([.userManager, .auditor]).mayDecide(on: [.auditor]))
        #expect(Role.allCases.allSatisfy { Set<Role>([.administrator]).mayDecide(on: [$0]) })
        for role in [Role.sender, .auditor, .domainManager] { #expect(!Set<Role>([role]).mayDecide(on: [.sender])) }
    }

    @Test func rolesAreGivenAndTakenAndEachIsNoted() async throws {
        try await AccountHouse.with { house in
            let boss = try await house.account("chef@kunde.example", administrator: true)
            let anna = try await house.account("anna@kunde.example")
            try await house.users.setRoles(
                anna.id, [.auditor, .domainManager], by: boss.id, origin: AccountHouse.origin)
            #expect(try await house.users.account(anna.id).roles == [.auditor, .domainManager])
            try await house.users.setRoles(anna.id, [], by: boss.id, origin: AccountHouse.origin)
            #expect(try await house.users.account(anna.id).roles == [])
            let noted = try await AuditTrail(house.parts).list().filter { $0.target == anna.id.description }
            #expect(
                noted.map(\.action) == [
                    "domain-manager-revoked", "auditor-revoked", "sender-revoked", "domain-manager-granted",
                    "auditor-granted", "user-created",
                ])
            #expect(noted.prefix(5).allSatisfy { $0.actor == boss.id })
        }
    }

    @Test func theOwnAccountIsNotDisabledByMistake() async throws {
        try await AccountHouse.with { house in
            let boss = try await house.account("chef@kunde.example", administrator: true)
            try await house.account("zweite@kunde.example", administrator: true)
            let refused = try await refusal {
                try await house.users.setDisabled(boss.id, true, by: boss.id, origin: AccountHouse.origin)
            }
            #expect(refused.code == .conflict && refused.fields == [FieldError("isDisabled", "own-account")])
            #expect(try await house.users.account(boss.id).state == .active)
        }
    }

    @Test func aUserManagerTakesOverNoAdministrator() async throws {
        try await AccountHouse.with { house in
            let boss = try await house.account("chef@kunde.example", administrator: true)
            _ = try await house.secondFactor(of: boss)
            let manager = try await house.users.addDirectly(
                email: "m@kunde.example", name: "M", roles: [.userManager], password: AccountHouse.password)
            let (users, origin) = (house.users, AccountHouse.origin)
            let tries: [@Sendable () async throws -> Void] = [
                { _ = try await users.resetLink(boss.id, by: manager.id, origin: origin) },
                { try await users.removeSecondFactor(boss.id, by: manager.id, origin: origin) },
                { try await users.setDisabled(boss.id, true, by: manager.id, origin: origin) },
                { try await users.setRoles(boss.id, [.sender], by: manager.id, origin: origin) },
                { try await users.update(boss.id, name: "M", language: .german, by: manager.id, origin: origin) },
                { try await users.setAdministrator(manager.id, true, by: manager.id, origin: origin) },
                {
                    try await users.create(
                        UserForm(email: "n@kunde.example", name: "N", roles: [.administrator]), by: manager,
                        origin: origin)
                },
            ]
            for attempt in tries {
                let refused = try await refusal { try await attempt() }
                #expect(refused.code == .forbidden && refused.fields == [FieldError("roles", "beyond-own-rights")])
            }
            #expect(try await users.account(boss.id).hasSecondFactor)
            #expect(try await users.account(email: "n@kunde.example") == nil)
            // Who was disabled meanwhile decides nothing either.
            try await users.setDisabled(manager.id, true, by: boss.id, origin: origin)
            let late = try await refusal {
                try await users.create(UserForm(email: "n@kunde.example", name: "N"), by: manager, origin: origin)
            }
            #expect(late.code == .forbidden)
        }
    }

    @Test func tokensKeepOnlyWhatTheRolesAllow() async throws {
        try await AccountHouse.with { house in
            let anna = try await house.users.addDirectly(
                email: "anna@kunde.example", name: "Anna", roles: [.sender, .auditor], password: AccountHouse.password)
            let tokens = APITokens(house.parts)
            let sending = try await tokens.create(
                account: anna.id, name: "S", scopes: [.send], origin: AccountHouse.origin)
            let seeing = try await tokens.create(
                account: anna.id, name: "A", scopes: [.administer, .read], origin: AccountHouse.origin)
            try await house.users.setRoles(anna.id, [.auditor], by: nil, origin: .commandLine)
            #expect(try await tokens.authenticate(sending.text) == nil)
            #expect(try await tokens.authenticate(seeing.text)?.token.scopes == [.administer, .read])
            let refused = try await refusal {
                _ = try await tokens.create(account: anna.id, name: "S", scopes: [.send], origin: AccountHouse.origin)
            }
            #expect(refused.code == .forbidden && refused.fields == [FieldError("scopes", "beyond-own-rights")])
        }
    }
}
