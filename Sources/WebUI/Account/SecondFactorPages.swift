import Deliveries
import HTTPTypes
import Hummingbird
import Localization
import Secrets
import WebServer

/// The second factor of an account: set up, turned off, new recovery codes.
struct SecondFactorPages {
    let renderer: PageRenderer
    let accounts: AccountParts

    func add(to group: RouterGroup<WebContext>) {
        group.post("account/second-factor", use: begin)
        group.get("account/second-factor") { request, context in try await show(request, context) }
        group.post("account/second-factor/confirm", use: confirm)
        group.get("account/second-factor/disable") { request, context in try await askDisable(request, context) }
        group.post("account/second-factor/disable", use: disable)
        group.get("account/second-factor/recovery-codes") { request, context in
            try await askCodes(request, context)
        }
        group.post("account/second-factor/recovery-codes", use: newCodes)
    }

    private func begin(_ request: Request, _ context: WebContext) async throws -> Response {
        let (account, _) = try context.signedIn()
        _ = try await renderer.form(request, context)
        _ = try await SecondFactorSetUp(accounts).begin(account: account.id)
        return .redirect(to: "/account/second-factor")
    }

    private func confirm(_ request: Request, _ context: WebContext) async throws -> Response {
        let (account, _) = try context.signedIn()
        let form = try await renderer.form(request, context)
        do {
            let codes = try await SecondFactorSetUp(accounts).confirm(
                account: account.id, code: form["code"], origin: context.origin(of: request))
            return try await recoveryCodes(codes, request, context)
        } catch let error as DeliveriesError where FormErrors.canShow(error) {
            return try await show(request, context, errors: FormErrors(error, context.text))
        }
    }

    private func disable(_ request: Request, _ context: WebContext) async throws -> Response {
        let (account, _) = try context.signedIn()
        let form = try await renderer.form(request, context)
        do {
            try await SecondFactorSetUp(accounts).disable(
                account: account.id, password: form["password"], origin: context.origin(of: request))
            return .redirect(to: "/account?done=second-factor-off#second-factor")
        } catch let error as DeliveriesError where FormErrors.canShow(error) {
            return try await askDisable(request, context, errors: FormErrors(error, context.text))
        }
    }

    private func newCodes(_ request: Request, _ context: WebContext) async throws -> Response {
        let (account, _) = try context.signedIn()
        let form = try await renderer.form(request, context)
        do {
            let codes = try await SecondFactorSetUp(accounts).newRecoveryCodes(
                account: account.id, password: form["password"], origin: context.origin(of: request))
            return try await recoveryCodes(codes, request, context)
        } catch let error as DeliveriesError where FormErrors.canShow(error) {
            return try await askCodes(request, context, errors: FormErrors(error, context.text))
        }
    }

    private func show(
        _ request: Request, _ context: WebContext, errors: FormErrors? = nil
    ) async throws -> Response {
        let (account, _) = try context.signedIn()
        guard let offer = try await SecondFactorSetUp(accounts).pending(account: account.id),
            let code = QRCode(offer.uri)
        else { return .redirect(to: "/account#second-factor") }
        let text = context.text
        let fields = [FormField.code("code", text("page.secondFactor.firstCode"))]
        let page = SecondFactorPage(
            page: renderer.frame(
                text("page.secondFactor.title"), .account, request, context, scripts: ["copy.js"]),
            crumb: LinkView("/account#second-factor", text("page.account.title")), qrSize: String(code.svgSize),
            qrPath: code.svgPath, secret: Self.grouped(offer.secret), otpauth: offer.uri,
            fields: fields.judged(by: errors), errorSummary: errors?.summary(for: fields))
        return renderer.response(page, status: errors?.status ?? .ok)
    }

    private func askDisable(
        _ request: Request, _ context: WebContext, errors: FormErrors? = nil
    ) async throws -> Response {
        let text = context.text
        let page = ConfirmPage(
            page: renderer.frame(text("page.secondFactor.disable"), .account, request, context),
            crumb: LinkView("/account#second-factor", text("page.account.title")),
            paragraphs: [text("page.secondFactor.disableText")], action: "/account/second-factor/disable",
            fields: [password(text)], submit: text("page.account.disableSecondFactor"), isDestructive: true,
            errors: errors)
        return renderer.response(page, status: errors?.status ?? .ok)
    }

    private func askCodes(
        _ request: Request, _ context: WebContext, errors: FormErrors? = nil
    ) async throws -> Response {
        let text = context.text
        let page = ConfirmPage(
            page: renderer.frame(text("page.account.newRecoveryCodes"), .account, request, context),
            crumb: LinkView("/account#second-factor", text("page.account.title")),
            paragraphs: [text("page.secondFactor.newCodesText")], action: "/account/second-factor/recovery-codes",
            fields: [password(text)], submit: text("page.account.newRecoveryCodes"), errors: errors)
        return renderer.response(page, status: errors?.status ?? .ok)
    }

    private func recoveryCodes(
        _ codes: [String], _ request: Request, _ context: WebContext
    ) async throws -> Response {
        let page = RecoveryCodesPage(
            page: renderer.frame(
                context.text("page.recoveryCodes.title"), .account, request, context, scripts: ["copy.js"]),
            codes: codes)
        return renderer.response(page)
    }

    private func password(_ text: Localizer) -> FormField {
        .password("password", text("page.account.oldPassword"), autocomplete: "current-password").focused
    }

    /// In groups of four, which are easier to type.
    private static func grouped(_ secret: String) -> String {
        let characters = Array(secret.filter { $0 != " " })
        return stride(from: 0, to: characters.count, by: 4).map {
            String(characters[$0..<min($0 + 4, characters.count)])
        }.joined(separator: " ")
    }
}
