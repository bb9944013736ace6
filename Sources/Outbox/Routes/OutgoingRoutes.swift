public import Deliveries

/// The ways by which mail leaves, by their setting.
public struct OutgoingRoutes: Sendable {
    private let routes: [Settings.MailRoute: any OutgoingRoute]

    /// Routes by their setting; the local mailbox is none.
    public init(_ routes: [Settings.MailRoute: any OutgoingRoute]) { self.routes = routes }

    /// The route of that setting; `nil` where mail does not leave.
    public subscript(setting: Settings.MailRoute) -> (any OutgoingRoute)? { routes[setting] }

    /// Forgets who was out of reach or asked for a pause.
    func tryAnew() {
        for route in routes.values { route.pacing?.tryAnew() }
    }

    /// Closes the connections of all; mail under way goes on to its end.
    public func shutDown() async {
        for route in routes.values { await route.shutDown() }
    }
}
