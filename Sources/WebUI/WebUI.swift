public import Deliveries
public import Foundation
public import Hummingbird
import Localization
import Secrets
public import WebServer

/// The pages: everything that a person sees in a browser.
public struct WebUI: Sendable {
    let renderer: PageRenderer
    let deliveries: DeliveryParts
    let traces: AccessTraces
    private let accounts: AccountParts
    private let files: StaticFiles

    /// Reads templates, texts and static files; fails if one of them is missing or does not fit.
    ///
    /// - Parameters:
    ///   - accounts: what the use cases around accounts work with.
    ///   - deliveries: what the use cases around deliveries work with.
    ///   - traces: where visits of recipients' pages are taken down.
    ///   - csrf: proofs for forms.
    ///   - timeZone: the zone that times are shown in.
    ///   - resources: the folder with `templates` and `static`; nil: the target's own.
    public init(
        accounts: AccountParts, deliveries: DeliveryParts, traces: AccessTraces, csrf: CSRFProtection,
        timeZone: TimeZone = .current, resources: URL? = nil
    ) throws {
        let folder = resources ?? ResourceFolder.locate(target: "WebUI") ?? Bundle.module.bundleURL
        files = try StaticFiles(folder: folder.appendingPathComponent("static", isDirectory: true))
        renderer = PageRenderer(
            library: try PageLibrary(folder: folder.appendingPathComponent("templates", isDirectory: true)),
            assets: files.base, csrf: csrf, settings: accounts.settings, timeZone: timeZone, now: accounts.now)
        self.accounts = accounts
        self.deliveries = deliveries
        self.traces = traces
    }

    /// Adds all pages.
    ///
    /// - Parameter router: with its front, error and session middleware in place.
    public func add(to router: Router<WebContext>) {
        files.add(to: router)
        // The errors of pages are told as pages, here, where reader and language are known already.
        let pages = self
        let router = router.group().add(middleware: ErrorMiddleware { await pages.errorPage($0, $1, $2) })
        SignInPages(renderer: renderer, accounts: accounts).add(to: router)
        PasswordPages(renderer: renderer, accounts: accounts).add(to: router)
        SetUpPages(renderer: renderer, accounts: accounts).add(to: router)
        let inside = router.group().add(middleware: InsideMiddleware(demandsAdministrator: false))
        AccountPages(renderer: renderer, accounts: accounts).add(to: inside)
        addDeliveryPages(to: router, inside: inside)
        let administration = router.group().add(middleware: InsideMiddleware(demandsAdministrator: true))
        UserPages(renderer: renderer, accounts: accounts).add(to: administration)
        SettingPages(renderer: renderer, accounts: accounts).add(to: administration)
        AuditPages(renderer: renderer, accounts: accounts).add(to: administration)
    }
}
