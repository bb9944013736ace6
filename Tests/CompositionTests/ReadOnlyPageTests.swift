import Deliveries
import Foundation
import HTTPTypes
import Testing

@testable import Composition

/// The pages of the administration as everybody sees them who may not do everything there.
@Suite struct ReadOnlyPageTests {
    /// All pages that can be reached by links from the overview and from the list of deliveries.
    private static func pages(
        of person: RightsHouse.Person, in house: RightsHouse
    ) async throws -> [(address: String, status: HTTPResponse.Status, html: String)] {
        var waiting = ["/deliveries", "/account"]
        if person.account.permits(.seeAdministration) { waiting.append("/admin") }
        var known = Set(waiting)
        var pages: [(String, HTTPResponse.Status, String)] = []
        while let address = waiting.popLast() {
            let (status, html) = try await house.page(address, by: person)
            pages.append((address, status, html))
            guard status == .ok, html.contains("<html") else { continue }
            for link in values("<a ", "href", in: html) where link.hasPrefix("/") && !link.hasPrefix("/static/") {
                let plain = String(link.replacing("&amp;", with: "&").prefix { $0 != "#" })
                if known.insert(plain).inserted { waiting.append(plain) }
            }
        }
        return pages
    }

    /// The values of an attribute in tags that begin so.
    private static func values(_ tag: String, _ name: String, in html: String) -> [String] {
        tags(tag, in: html).compactMap { value(name, in: $0) }
    }

    private static func tags(_ start: String, in html: String) -> [String] {
        html.components(separatedBy: start).dropFirst().map { String($0.prefix { $0 != ">" }) }
    }

    private static func value(_ name: String, in tag: String) -> String? {
        guard let start = (" " + tag).range(of: " \(name)=\"") else { return nil }
        return String((" " + tag)[start.upperBound...].prefix { $0 != "\"" })
    }

    /// The forms of a page that send something, each with its address and what is in it.
    private static func forms(in html: String) -> [(action: String, inside: String)] {
        html.components(separatedBy: "<form ").dropFirst().compactMap { part in
            let tag = String(part.prefix { $0 != ">" })
            guard value("method", in: tag) == "post", let action = value("action", in: tag),
                let end = part.range(of: "</form>")
            else { return nil }
            return (action, String(part[..<end.lowerBound]))
        }
    }

    @Test func noLinkAndNoOpenFormLeadsWhereOneMayNotGo() async throws {
        try await RightsHouse.with { house in
            for person in house.people {
                let role = person.role?.rawValue ?? "nobody"
                let pages = try await Self.pages(of: person, in: house)
                for page in pages { #expect(page.status != .forbidden, "\(page.address) as \(role)") }
                for page in pages where !page.html.contains("id=\"read-only\"") {
                    for form in Self.forms(in: page.html) {
                        let path = String(form.action.prefix { $0 != "?" && $0 != "#" })
                        let verdict = try await house.ask("POST \(path)", cookie: person.cookie)
                        #expect(verdict != .refused, "\(path) on \(page.address) as \(role)")
                    }
                }
            }
        }
    }

    @Test func aPageThatOneMayOnlyReadTakesNothingAndSaysWhoMayChangeIt() async throws {
        try await RightsHouse.with { house in
            let auditor = try house.person(.auditor)
            var readOnly: Set<String> = []
            for page in try await Self.pages(of: auditor, in: house) where page.html.contains("id=\"read-only\"") {
                readOnly.insert(page.address)
                #expect(page.html.contains("Administrat"), "\(page.address) says who")
                for form in Self.forms(in: page.html) {
                    for field in ["<input ", "<select ", "<textarea "].flatMap({ Self.tags($0, in: form.inside) })
                    where !field.contains("type=\"hidden\"") {
                        // What is typed there may say the same words.
                        let attributes = field.replacing(/"[^"]*"/, with: "")
                        let isClosed = attributes.contains(" disabled") != attributes.contains(" readonly")
                        #expect(isClosed, "\(field) on \(page.address)")
                    }
                }
            }
            // All pages with settings are among them.
            #expect(
                readOnly.isSuperset(of: [
                    "/admin/organisation", "/admin/smtp", "/admin/bounces", "/admin/mail-intake",
                    "/admin/notifications",
                    "/admin/deliveries", "/admin/add-ins", "/admin/security", "/admin/scan", "/admin/domains/settings",
                ]))
            let boss = try house.person(.administrator)
            for address in readOnly {
                let html = try await house.page(address, by: boss).html
                #expect(!html.contains("id=\"read-only\"") && !html.contains(" readonly"), "\(address)")
            }
        }
    }
}
