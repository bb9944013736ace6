import Deliveries
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Localization
import NIOCore
import Secrets
import Testing

@testable import WebServer

/// An error that nobody has foreseen.
private struct Surprise: Error {}

/// The middlewares together, before a router of three routes.
@Suite struct FrontDoorTests {
    private func application(_ overrides: [String: String] = [:]) -> some ApplicationProtocol {
        let router = Router(context: WebContext.self)
        router.add(
            middleware: ErrorMiddleware { error, _, context in
                Problem(error, language: context.language).response()
            })
        router.add(middleware: FrontMiddleware(hasOwnTLS: false) { Settings(overrides: overrides) })
        router.add(middleware: BodyLimitMiddleware(limit: 100))
        router.get("address") { _, context in context.clientAddress }
        router.get("busy") { _, _ -> String in throw DeliveriesError(.busy, retryAfter: 7) }
        router.get("broken") { _, _ -> String in throw Surprise() }
        router.post("echo") { request, _ in String(buffer: try await request.body.collect(upTo: 1000)) }
        return Application(responder: router.buildResponder())
    }

    private func problem(_ response: TestResponse) throws -> Problem {
        try JSONDecoder().decode(Problem.self, from: Data(response.body.readableBytesView))
    }

    @Test func everyAnswerCarriesTheSafeHeaders() async throws {
        try await application().test(.router) { client in
            try await client.execute(uri: "/address", method: .get) { response in
                #expect(response.headers[.xContentTypeOptions] == "nosniff")
                #expect(response.headers[.referrerPolicy] == "no-referrer")
                #expect(response.headers[.cacheControl] == "no-store")
            }
        }
    }

    @Test func errorsBecomeProblemsWithAnIdAndNoDetail() async throws {
        try await application(["organisation.language": "de"]).test(.router) { client in
            try await client.execute(uri: "/busy", method: .get) { response in
                #expect(response.status == .serviceUnavailable)
                #expect(response.headers[.retryAfter] == "7")
                #expect(response.headers[.contentType] == "application/problem+json")
                let problem = try problem(response)
                #expect(problem.code == "busy" && problem.status == 503 && !problem.instance.isEmpty)
            }
            try await client.execute(uri: "/broken", method: .get) { response in
                #expect(response.status == .internalServerError)
                #expect(!String(buffer: response.body).contains("Surprise"))
            }
            try await client.execute(uri: "/nowhere", method: .get) { response in
                #expect(response.status == .notFound)
                let problem = try problem(response)
                #expect(problem.code == "not-found")
            }
        }
    }

    @Test func aBodyThatIsAnnouncedTooLongIsRefused() async throws {
        try await application().test(.live) { client in
            let body = ByteBuffer(repeating: 65, count: 101)
            try await client.execute(uri: "/echo", method: .post, body: body) { response in
                #expect(response.status == .contentTooLarge)
            }
            try await client.execute(uri: "/echo", method: .post, body: ByteBuffer(string: "kurz")) { response in
                #expect(String(buffer: response.body) == "kurz")
            }
        }
    }

    @Test(arguments: [
        ("ALT.example:8080", "https://neu.example/l/x?y=1"), ("evil.example", nil), ("neu.example", nil),
    ])
    func anOldHostNameRedirectsAndAForeignOneDoesNot(authority: String, target: String?) {
        let web = WebSettings(publicURL: "https://neu.example", aliases: ["alt.example"])
        let head = HTTPRequest(method: .get, scheme: "https", authority: authority, path: "/l/x?y=1")
        let moved = FrontMiddleware.redirect(of: Request(head: head, body: RequestBody(buffer: ByteBuffer())), web: web)
        #expect(moved?.headers[.location] == target)
        #expect(moved?.status == (target == nil ? nil : .permanentRedirect))
    }

    @Test func headerNamesAreWhatTheySay() {
        #expect(HTTPField.Name.referrerPolicy.canonicalName == "referrer-policy")
        #expect(HTTPField.Name.csrfToken.canonicalName == "x-csrf-token")
        #expect(HTTPField.Name.contentDigest.canonicalName == "content-digest")
        #expect(HTTPField.Name.permissionsPolicy.canonicalName == "permissions-policy")
        #expect(HTTPField.Name.lastEventID.canonicalName == "last-event-id")
        #expect(HTTPField.Name.accelBuffering.canonicalName == "x-accel-buffering")
    }

    @Test func eventsAreEncodedAsTheStandardSays() {
        #expect(
            ServerSentEvent(id: "7", name: "sent", data: "a\nb").encoded == "id: 7\nevent: sent\ndata: a\ndata: b\n\n")
    }
}
