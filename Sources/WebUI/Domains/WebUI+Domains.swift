public import Deliveries
public import Hummingbird
public import WebServer

extension WebUI {
    /// Adds the pages of sender domains: the administrator's, those of users who ask for a domain, and those behind
    /// links.
    ///
    /// - Parameters:
    ///   - router: with its front, error and session middleware in place.
    ///   - domains: what the use cases around sender domains work with.
    public func addDomainPages(to router: Router<WebContext>, domains: DomainParts) {
        let administration = administrationGroup(of: router)
        let outside = pageGroup(of: router)
        DomainPages(renderer: renderer, parts: domains).add(to: administration)
        DMARCReportsPages(renderer: renderer, parts: domains).add(to: administration)
        DomainDetailPages(renderer: renderer, parts: domains).add(to: administration)
        HandOverPages(renderer: renderer, parts: domains).add(to: outside)
        DomainRequestPages(renderer: renderer, parts: domains).add(
            inside: insideGroup(of: router), administration: administration, outside: outside)
    }
}
