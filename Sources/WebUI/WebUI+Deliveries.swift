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
        PublicPages(renderer: renderer, receipts: Receipts(deliveries)).add(to: router)
        let wishes = MailWishes(database: deliveries.database, keys: deliveries.keys, now: deliveries.now)
        LetterPages(renderer: renderer, fetching: Fetching(deliveries, traces: traces), wishes: wishes).add(to: router)
        MailWishPages(renderer: renderer, wishes: wishes).add(to: router)
        DeliveryListPages(renderer: renderer, parts: deliveries).add(to: inside)
        ComposePages(renderer: renderer, parts: deliveries).add(to: inside)
        DeliveryPages(renderer: renderer, parts: deliveries).add(to: inside)
        ReceiptPages(parts: deliveries).add(to: inside)
        DeliveryActionPages(renderer: renderer, parts: deliveries).add(to: inside)
        RecipientActionPages(renderer: renderer, parts: deliveries).add(to: inside)
    }
}
