import Deliveries
import Hummingbird
import WebServer

extension WebUI {
    /// Adds the pages of senders and recipients.
    ///
    /// - Parameters:
    ///   - router: for what everybody may see.
    ///   - inside: for those who are signed in.
    func addDeliveryPages(to router: RouterGroup<WebContext>, inside: RouterGroup<WebContext>) {
        PublicPages(renderer: renderer).add(to: router)
        LetterPages(renderer: renderer, fetching: Fetching(deliveries, traces: traces)).add(to: router)
        DeliveryListPages(renderer: renderer, parts: deliveries).add(to: inside)
        ComposePages(renderer: renderer, parts: deliveries).add(to: inside)
        DeliveryPages(renderer: renderer, parts: deliveries).add(to: inside)
        DeliveryActionPages(renderer: renderer, parts: deliveries).add(to: inside)
        RecipientActionPages(renderer: renderer, parts: deliveries).add(to: inside)
    }
}
