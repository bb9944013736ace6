import Deliveries
import Localization

extension BrowserName {
    /// Such as "Firefox, Linux", or that it is not known.
    func words(_ text: Localizer) -> String { words ?? text("page.account.unknownBrowser") }
}
