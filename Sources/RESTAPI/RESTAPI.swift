public import Deliveries
public import Hummingbird
public import Outbox
public import WebServer

/// The door for programs, add-ins, the command line and the scripts of our own pages: JSON under `/api/v1`.
public struct RESTAPI: Sendable {
    let accounts: AccountParts
    let deliveries: DeliveryParts
    let outbox: OutboxActions
    let orders: DestinationOrders
    let mailTest: MailTest
    let held: HeldFiles
    let csrf: CSRFProtection
    let liveEvents: LiveEvents
    let clock: any Clock<Duration>

    /// Puts the door together.
    ///
    /// - Parameters:
    ///   - accounts: what the use cases around accounts work with.
    ///   - deliveries: what the use cases around deliveries work with.
    ///   - outbox: what administrators do with the outbox.
    ///   - orders: orders about destinations.
    ///   - mailTest: the test mail.
    ///   - held: the files that are held because of the virus scanner.
    ///   - csrf: the proofs that calls of our pages' scripts bring.
    ///   - liveEvents: tells pages what changes.
    ///   - clock: measures how fast bodies come.
    public init(
        accounts: AccountParts, deliveries: DeliveryParts, outbox: OutboxActions, orders: DestinationOrders,
        mailTest: MailTest, held: HeldFiles, csrf: CSRFProtection, liveEvents: LiveEvents,
        clock: any Clock<Duration> = ContinuousClock()
    ) {
        self.accounts = accounts
        self.deliveries = deliveries
        self.outbox = outbox
        self.orders = orders
        self.mailTest = mailTest
        self.held = held
        self.csrf = csrf
        self.liveEvents = liveEvents
        self.clock = clock
    }

    /// Adds all routes. The router brings the session and the language along; errors are answered here as problems.
    ///
    /// - Throws: if the description of the interface is not where it should be.
    public func addRoutes(to router: some RouterMethods<WebContext>) throws {
        let open = router.group("api/v1").add(middleware: ErrorMiddleware(Self.problem))
            .add(middleware: QueryMiddleware())
        try DescriptionRoute().add(to: open)
        SignInRequestRoutes(api: self).add(to: open)
        let api = open.group().add(middleware: ForgeryMiddleware(csrf: csrf))
        DeliveryRoutes(api: self).add(to: api)
        ReceiptRoutes(api: self).add(to: api)
        FileRoutes(api: self).add(to: api)
        AddInRoutes(api: self).add(to: api)
        RecipientRoutes(api: self).add(to: api)
        EventRoutes(api: self).add(to: api)
        AccountRoutes(api: self).add(to: api)
        AdministrationRoutes(api: self).add(to: api)
        AllDeliveryRoutes(api: self).add(to: api)
        LogoRoutes(api: self).add(to: api)
        GroupRoutes(api: self).add(to: api)
        HeldFileRoutes(api: self).add(to: api)
        SuppressionRoutes(api: self).add(to: api)
        MailTemplateRoutes(api: self).add(to: api)
        AuditRoutes(api: self).add(to: api)
        ReportRoutes(api: self).add(to: api)
        SubmissionCredentialRoutes(api: self).add(to: api)
        OutboxRoutes(api: self).add(to: api)
        DownloadRoutes(api: self).add(to: router)
    }

    /// The answer for an error: for whatever under `/api` goes wrong outside of the routes, too.
    public static func problem(_ error: PresentedError, _ request: Request, _ context: WebContext) async -> Response {
        var response = Problem(error, language: context.language).response()
        // RFC 9110, 15.5.2; RFC 6750, 3
        if error.status == .unauthorized { response.headers[.wwwAuthenticate] = "Bearer realm=\"depesche\"" }
        return response
    }
}

/// Demands the proof against forged requests of every unsafe call that comes with a session's cookie.
struct ForgeryMiddleware: RouterMiddleware {
    let csrf: CSRFProtection

    func handle(
        _ request: Request, context: WebContext, next: (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        guard context.identity != nil else { throw DeliveriesError(.notSignedIn) }
        try csrf.demand(field: nil, for: request, context: context)
        return try await next(request, context)
    }
}
