import Deliveries
import Hummingbird
import Localization
import Outbox
import RESTAPI
import WebServer
import WebUI

/// The router with both doors and what every request meets first.
struct Doors {
    /// The longest body that any door takes, octets: a chunk of the largest size that can be set.
    private static let longestBody = 64 << 20

    private let installation: Installation
    private let hasOwnTLS: Bool
    private let limit: ConnectionLimit

    /// - Parameters:
    ///   - installation: what is behind the doors; without the role `web`, only what supervisors ask for.
    ///   - hasOwnTLS: whether connections end here with our own certificate.
    ///   - limit: the limit on connections.
    init(_ installation: Installation, hasOwnTLS: Bool, limit: ConnectionLimit) {
        self.installation = installation
        self.hasOwnTLS = hasOwnTLS
        self.limit = limit
    }

    func router() throws -> Router<WebContext> {
        let installation = installation
        let csrf = CSRFProtection(keyRing: installation.keyRing, random: installation.random)
        let signIn = SignIn(installation.accounts)
        let tokens = APITokens(installation.accounts)
        let pages = try WebUI(
            accounts: installation.accounts, deliveries: installation.deliveries, traces: installation.traces,
            csrf: csrf)
        let held = HeldFiles(installation.deliveries, scanner: installation.scanner)

        let router = Router(context: WebContext.self)
        let errors = ErrorMiddleware { error, request, context in
            // What nobody answers is told in the way of the door that it knocked at.
            if request.uri.path.hasPrefix("/api/") { return await RESTAPI.problem(error, request, context) }
            return await pages.errorPage(error, request, context)
        }
        // Before the front for what goes wrong there, behind it for the headers that each answer carries, behind the
        // session for the reader's language.
        router.add(middleware: errors)
        // Before the front, which asks the database for the settings.
        router.get("ready") { _, _ in await Health(installation).readiness() }
        router.add(
            middleware: FrontMiddleware(hasOwnTLS: hasOwnTLS, limit: limit) {
                try await installation.settings.current()
            })
        router.add(middleware: errors)
        router.add(
            middleware: BodyLimitMiddleware(limit: Self.longestBody) { request, _ in WebUI.takesFiles(request) })
        router.get("health") { _, _ in await Health(installation).answer() }
        // Under whatever host name it is asked for: the mail server's is not that of the pages.
        router.get(".well-known/acme-challenge/:token") { _, context in
            try await CertificateChallenge(installation).answer(to: context.parameters.get("token") ?? "")
        }
        let metrics = Metrics(installation)
        router.get("metrics") { try await metrics.answer($0, $1) }
        guard installation.configuration.roles.contains(.web) else { return router }
        router.add(
            middleware: SessionMiddleware(
                session: { try await signIn.resume(cookie: $0) }, bearer: { try await tokens.authenticate($0) }))
        router.add(middleware: errors)
        // Long forms are for those who are signed in.
        router.add(middleware: BodyLimitMiddleware(limit: Self.longestBody) { (try? $1.signedIn()) != nil })
        try RESTAPI(
            accounts: installation.accounts, deliveries: installation.deliveries, outbox: installation.outbox,
            orders: installation.destinationOrders, mailTest: installation.mailTest, held: held,
            csrf: csrf, liveEvents: LiveEvents(installation.deliveries)
        ).addRoutes(to: router)
        pages.add(to: router)
        pages.addMailPages(
            to: router, outbox: installation.outbox, orders: installation.destinationOrders,
            mailTest: installation.mailTest,
            runs: installation.mailTestRuns, checks: installation.mailboxChecks,
            mailServer: installation.mailServerChecks, certificates: installation.certificates,
            shown: installation.serverCertificates, isDemo: installation.configuration.isDemo)
        pages.addScanPages(to: router, held: held)
        pages.addDomainPages(to: router, domains: installation.domains)
        return router
    }
}
