import Deliveries
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing
import WebServer

@testable import WebUI

@Suite struct AdministrationPageTests {
    private func inside(_ body: @Sendable @escaping (PageHouse, PageReader) async throws -> Void) async throws {
        try await PageHouse.with { house, client in
            try await Users(house.parts).addDirectly(
                email: "anna@kunde.example", name: "Anna", isAdministrator: true, password: PageHouse.password)
            let reader = PageReader(client)
            _ = try await reader.submit(
                "/sign-in", ["email": "anna@kunde.example", "password": PageHouse.password])
            try await body(house, reader)
        }
    }

    @Test func aUserIsInvitedChangedAndDisabled() async throws {
        try await inside { house, reader in
            let wrong = try await reader.submit("/admin/users/new", ["name": "Carl", "email": "carl@"])
            #expect(wrong.status == .unprocessableContent)
            #expect(wrong.text.contains("value=\"carl@\""))
            let made = try await reader.submit(
                "/admin/users/new", ["name": "Carl", "email": "carl@kunde.example", "language": "en"])
            let location = try #require(made.location)
            #expect(location.hasSuffix("?done=invited"))
            let page = try await reader.get(location)
            #expect(page.text.contains("Die Einladung ist unterwegs.") && page.text.contains("eingeladen"))
            let address = location.replacingOccurrences(of: "?done=invited", with: "")
            #expect(try await reader.submit("\(address)/promote", [:]).location == "\(address)?done=saved")
            #expect(try await reader.submit("\(address)/disable", [:]).location == "\(address)?done=saved")
            let carl = try #require(try await Users(house.parts).account(email: "carl@kunde.example"))
            #expect(carl.isAdministrator && carl.state == .disabled)
        }
    }

    @Test func theLastAdministratorStays() async throws {
        try await inside { house, reader in
            let anna = try #require(try await Users(house.parts).account(email: "anna@kunde.example"))
            let answer = try await reader.submit("/admin/users/\(anna.id)/demote", [:])
            #expect(answer.status == .unprocessableContent)
            #expect(answer.text.contains("das letzte aktive Konto"))
        }
    }

    @Test func settingsAreSavedShownAndJudged() async throws {
        try await inside { house, reader in
            let saved = try await reader.submit(
                "/admin/organisation",
                [
                    "organisation.name": "Kanzlei & Söhne", "organisation.language": "de",
                    "server.public-url": "https://depesche.kunde.example",
                    "organisation.imprint-url": "https://kunde.example/impressum",
                ])
            #expect(saved.location == "/admin/organisation?done=saved")
            let page = try await reader.get("/admin/organisation?done=saved")
            #expect(page.text.contains("Gespeichert.") && page.text.contains("Kanzlei &amp; Söhne"))
            #expect(page.text.contains("href=\"https://kunde.example/impressum\""))
            let wrong = try await reader.submit("/admin/deliveries", ["deliveries.lifetime-days": "viele"])
            #expect(wrong.status == .unprocessableContent)
            #expect(wrong.text.contains("value=\"viele\""))
            let settings = try await house.parts.settings.current()
            #expect(settings.integer(.deliveriesLifetimeDays) == 14)
        }
    }

    @Test func sizesAreShownInMebibytesAndKeptExactly() async throws {
        try await inside { house, reader in
            try await house.parts.settings.set(["deliveries.largest-file": "1000000"], by: nil)
            #expect(try await reader.get("/admin/deliveries").text.contains("value=\"1\""))
            let fields = ["deliveries.largest-file": "1", "deliveries.largest-delivery": "2048"]
            #expect(try await reader.submit("/admin/deliveries", fields).status == .seeOther)
            let settings = try await house.parts.settings.current()
            #expect(settings.integer64(.deliveriesLargestFile) == 1_000_000)
            #expect(settings.integer64(.deliveriesLargestDelivery) == 2_147_483_648)
        }
    }

    @Test func everyChangeIsInTheAuditTrail() async throws {
        try await inside { _, reader in
            _ = try await reader.submit("/admin/security", ["security.session-hours": "24"])
            let page = try await reader.get("/admin/audit")
            #expect(page.text.contains("Einstellung geändert") && page.text.contains("security.session-hours"))
        }
    }
}
