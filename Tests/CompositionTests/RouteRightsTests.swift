import Deliveries
import Foundation
import HTTPTypes
import Testing

@testable import Composition

/// Every route of the real server, tried as everybody.
@Suite struct RouteRightsTests {
    @Test func everyRouteStandsInTheTableAndNoOther() async throws {
        try await RightsHouse.with { house in
            let there = Set(house.routes)
            #expect(there.count > 200)
            #expect(there.subtracting(RouteTable.all.keys) == [], "not in the table")
            #expect(Set(RouteTable.all.keys).subtracting(there) == [], "in the table and not there")
        }
    }

    @Test func everyPageLetsInWhoItShouldAndTakesNoFormWithoutAProof() async throws {
        try await RightsHouse.with { house in
            for (route, admission) in RouteTable.all.sorted(by: { $0.key < $1.key }) where !route.contains(" /api/") {
                // What comes to a draft is read piece by piece, so that the draft is looked for first.
                let isProven =
                    route.hasPrefix("GET ") || route.hasPrefix("HEAD ") || route == "POST /deliveries/{id}/edit"
                let letIn: RightsHouse.Verdict = isProven ? .letIn : .unproven
                let stranger = try await house.ask(route)
                switch admission {
                case .guarded: break
                case .anybody: #expect(stranger == letIn, "\(route) as a stranger")
                default: #expect(stranger == .signIn, "\(route) as a stranger")
                }
                guard case .roles(let roles) = admission else { continue }
                for person in house.people {
                    let verdict = try await house.ask(route, cookie: person.cookie)
                    let role = person.role?.rawValue ?? "nobody"
                    #expect(verdict == (roles.contains(person.role) ? letIn : .refused), "\(route) as \(role)")
                    // A token opens no page.
                    #expect(try await house.ask(route, token: person.token) == .signIn, "\(route) by a token")
                }
            }
        }
    }

    @Test func everyCallLetsInWhoItShould() async throws {
        try await RightsHouse.with { house in
            let administrator = try house.person(.administrator)
            let reading = try await house.token(of: administrator, .read)
            let sending = try await house.token(of: administrator, .send)
            for (route, admission) in RouteTable.all.sorted(by: { $0.key < $1.key }) where route.contains(" /api/") {
                guard admission != .anybody, admission != .guarded else { continue }
                #expect(try await house.ask(route) == .signIn, "\(route) as a stranger")
                if !route.hasPrefix("GET ") {
                    let forged = try await house.ask(route, cookie: administrator.cookie)
                    #expect(forged == .unproven, "\(route) without a proof")
                }
                switch admission {
                case .roles(let roles):
                    let isForReading = roles.contains(nil)
                    #expect(
                        try await house.ask(route, token: isForReading ? sending : reading) == .refused,
                        "\(route) without its scope")
                    // The stream of events does not end by itself.
                    guard route != "GET /api/v1/events" else { continue }
                    for person in house.people {
                        let verdict = try await house.ask(route, token: person.token)
                        let role = person.role?.rawValue ?? "nobody"
                        #expect(
                            verdict == (roles.contains(person.role) ? .letIn : .refused), "\(route) as \(role)")
                    }
                case .session: #expect(try await house.ask(route, token: administrator.token) == .refused, "\(route)")
                default: break
                }
            }
        }
    }

    @Test func nobodyGetsRolesByFieldsThatAFormDoesNotHave() async throws {
        try await RightsHouse.with { house in
            let more =
                "isAdministrator=true&roles=administrator&role-administrator=true&role=administrator&state=active"
            for person in house.people where person.role != .administrator {
                let before = try await house.roles(of: person.account)
                _ = try await house.send("/account/profile", "name=Anna&language=en&\(more)", by: person)
                _ = try await house.send("/account/password", "current=x&password=y&\(more)", by: person)
                _ = try await house.send("/deliveries/new", "subject=x&sender=\(person.account.id)&\(more)", by: person)
                for target in house.people {
                    let path = "/admin/users/\(target.account.id)"
                    _ = try await house.send("\(path)/edit", "name=Anna&language=en&\(more)", by: person)
                }
                #expect(try await house.roles(of: person.account) == before)
                for body in [
                    #"{"subject":"x","isAdministrator":true}"#, #"{"subject":"x","roles":["administrator"]}"#,
                    #"{"subject":"x","sender":"0"}"#, #"{"subject":"x","state":"sent"}"#,
                ] {
                    let status = try await house.call(.post, "/deliveries", body, by: person)
                    #expect(status == (person.role == .sender ? .unprocessableContent : .forbidden), "\(body)")
                }
                #expect(try await house.roles(of: person.account) == before)
            }
            let administrators = try await house.installation.accounts.database.read {
                try $0.accounts.administrators().count
            }
            #expect(administrators == 1)
        }
    }

    @Test func aUserManagerReachesNobodyWhoMayDoMore() async throws {
        try await RightsHouse.with { house in
            let manager = try house.person(.userManager)
            for role in [Role.auditor, .domainManager, .administrator] {
                let target = try house.person(role)
                let path = "/admin/users/\(target.account.id)"
                for action in ["reset", "disable", "remove-second-factor"] {
                    #expect(
                        try await house.send("\(path)/\(action)", "", by: manager) == .forbidden, "\(role) \(action)")
                }
                #expect(try await house.send("\(path)/edit", "name=Eve&language=en", by: manager) == .forbidden)
                #expect(try await house.send("\(path)/roles", "role-sender=true", by: manager) == .forbidden)
                let api = "/users/\(target.account.id)"
                #expect(try await house.call(.patch, api, #"{"isDisabled":true}"#, by: manager) == .forbidden)
                #expect(try await house.call(.patch, api, #"{"roles":[]}"#, by: manager) == .forbidden)
                // Nor does he give away what he does not have: to himself, to others, to new ones.
                for other in [manager, try house.person(.sender)] {
                    let path = "/admin/users/\(other.account.id)/roles"
                    let fields = "role-sender=true&role-user-manager=true&role-\(role.rawValue)=true"
                    #expect(try await house.send(path, fields, by: manager) == .forbidden)
                    let body = #"{"roles":["\#(role.rawValue)"]}"#
                    #expect(try await house.call(.patch, "/users/\(other.account.id)", body, by: manager) == .forbidden)
                }
                let new = "name=Neu&email=neu@kunde.example&language=en&role-\(role.rawValue)=true"
                #expect(try await house.send("/admin/users/new", new, by: manager) == .forbidden)
                #expect(try await house.roles(of: target.account) == [role])
            }
            #expect(try await house.roles(of: manager.account) == [.userManager])
            let sender = try house.person(.sender)
            let path = "/admin/users/\(sender.account.id)"
            #expect(try await house.send("\(path)/roles", "role-user-manager=true", by: manager) == .seeOther)
            #expect(try await house.roles(of: sender.account) == [.userManager])
            #expect(try await house.send("\(path)/disable", "", by: manager) == .seeOther)
        }
    }
}
