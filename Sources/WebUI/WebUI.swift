import AddIns
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
    let accounts: AccountParts
    private let files: StaticFiles
    private let addInFiles: AddInFilePages

    /// Reads templates, texts and static files; fails if one of them is missing or does not fit.
    ///
    /// - Parameters:
    ///   - accounts: what the use cases around accounts work with.
    ///   - deliveries: what the use cases around deliveries work with.
    ///   - traces: where visits of recipients' pages are taken down.
    ///   - csrf: proofs for forms.
    ///   - resources: the folder with `templates` and `static`; nil: the target's own.
    public init(
        accounts: AccountParts, deliveries: DeliveryParts, traces: AccessTraces, csrf: CSRFProtection,
        resources: URL? = nil
    ) throws {
        let folder = resources ?? ResourceFolder.locate(target: "WebUI") ?? Bundle.module.bundleURL
        files = try StaticFiles(
            folders: [
                folder.appendingPathComponent("static", isDirectory: true), AddInFolder.shared.url,
                AddInFolder.outlook.url,
            ])
        addInFiles = try AddInFilePages(assets: files.base)
        renderer = PageRenderer(
            library: try PageLibrary(folder: folder.appendingPathComponent("templates", isDirectory: true)),
            assets: files.base, csrf: csrf, now: accounts.now)
        self.accounts = accounts
        self.deliveries = deliveries
        self.traces = traces
    }

    /// Whether a request brings a form with files of any size: it is read piece by piece and judged while it is read.
    public static func takesFiles(_ request: Request) -> Bool {
        let path = request.uri.path
        return request.method == .post
            && (path == "/deliveries/new" || path.hasPrefix("/deliveries/") && path.hasSuffix("/edit"))
    }

    /// Adds all pages.
    ///
    /// - Parameter router: with its front, error and session middleware in place.
    public func add(to router: Router<WebContext>) {
        files.add(to: router)
        Theme.add(to: router)
        LogoFile(branding: Branding(accounts)).add(to: router)
        let pages = pageGroup(of: router)
        let inside = insideGroup(of: router)
        SignInPages(renderer: renderer, accounts: accounts).add(to: pages)
        PasswordPages(renderer: renderer, accounts: accounts).add(to: pages)
        SetUpPages(renderer: renderer, accounts: accounts).add(to: pages)
        AccountPages(renderer: renderer, accounts: accounts).add(to: inside)
        addDeliveryPages(to: pages, inside: inside)
        let administration = administrationGroup(of: router)
        UserPages(renderer: renderer, accounts: accounts, deliveries: deliveries).add(to: administration)
        GroupPages(renderer: renderer, accounts: accounts).add(to: administration)
        MailTemplatePages(renderer: renderer, accounts: accounts).add(to: administration)
        NotificationPages(renderer: renderer, accounts: accounts).add(to: administration)
        SettingPages(renderer: renderer, accounts: accounts).add(to: administration)
        AllDeliveriesPages(renderer: renderer, parts: deliveries).add(to: administration)
        OrganisationPages(renderer: renderer, accounts: accounts).add(to: administration)
        CleanUpPages(renderer: renderer, parts: deliveries).add(to: administration)
        ReportPages(renderer: renderer, reports: Reports(accounts)).add(to: administration)
        AuditPages(renderer: renderer, accounts: accounts).add(to: administration)
        SubmissionPages(renderer: renderer, accounts: accounts).add(to: administration)
        AddInAdministrationPages(renderer: renderer, accounts: accounts).add(to: administration)
        AddInConnectPages(renderer: renderer, accounts: accounts).add(to: inside)
        addInFiles.add(to: pages)
    }

    /// Routes whose errors are told as pages, here, where reader and language are known already.
    func pageGroup(of router: Router<WebContext>) -> RouterGroup<WebContext> {
        let pages = self
        return router.group().add(middleware: ErrorMiddleware { await pages.errorPage($0, $1, $2) })
    }

    /// The same for those who are signed in.
    func insideGroup(of router: Router<WebContext>) -> RouterGroup<WebContext> {
        pageGroup(of: router).add(middleware: InsideMiddleware(demandsAdministrator: false))
    }

    /// The same for those who administer, each as far as ``PageRights`` lets them.
    func administrationGroup(of router: Router<WebContext>) -> RouterGroup<WebContext> {
        pageGroup(of: router).add(middleware: InsideMiddleware(demandsAdministrator: true))
    }
}
