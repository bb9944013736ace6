import Deliveries
import Foundation
import Hummingbird
import HummingbirdTesting
import Testing

@testable import RESTAPI

/// The description of the interface tells of it all, and of nothing else.
@Suite struct DescriptionTests {
    @Test func everyRouteIsDescribedAndNothingElse() async throws {
        try await APIHouse.open { house, _ in
            let routes = try house.router().routes.map { route in
                let path = route.path.description.split(separator: "/").map { part in
                    part.hasPrefix(":") ? "{\(part.dropFirst())}" : String(part)
                }
                return "\(route.method.rawValue) /\(path.joined(separator: "/"))"
            }
            let prefix = "/api/v1"
            let mine = Set(
                routes.filter { $0.contains(" \(prefix)/") }.map { $0.replacing(prefix, with: "") })
            let described = Description.shared.operations()
            #expect(mine.count > 30)
            #expect(mine.subtracting(described) == [], "not described")
            #expect(described.subtracting(mine) == [], "described and not there")
        }
    }

    @Test func everyParameterOfAnAddressIsDescribedAndNothingElse() {
        #expect(Description.shared.queryParameters() == QueryMiddleware.known)
    }

    @Test func everyErrorCodeIsDescribed() {
        #expect(Description.shared.codes() == Set(DeliveriesError.Code.allCases.map(\.rawValue)))
    }

    @Test func everyoneMayReadIt() async throws {
        try await APIHouse.open { _, caller in
            let response = try await caller.with(nil).call(.get, "/openapi.yaml")
            #expect(response.status == .ok)
            #expect(String(buffer: response.body) == Description.shared.text)
            #expect(response.headers[.contentType] == "application/yaml")
        }
    }
}
