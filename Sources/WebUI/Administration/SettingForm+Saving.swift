import Deliveries
import Hummingbird
import WebServer

extension SettingForm {
    /// Stores what was typed and leads on, or shows the page again with what is wrong and all that was typed.
    ///
    /// - Parameters:
    ///   - typed: what came.
    ///   - accounts: where settings are kept.
    ///   - target: where it leads when everything is stored.
    ///   - again: makes the page with the mistakes.
    func save(
        _ typed: FormBody, _ accounts: AccountParts, _ context: WebContext, then target: String,
        again: (FormErrors) async throws -> Response
    ) async throws -> Response {
        do {
            try await accounts.settings.set(
                values(typed, context.settings), by: try context.signedIn().account.id,
                clientAddress: context.clientAddress)
            return .redirect(to: target)
        } catch let error as DeliveriesError where FormErrors.canShow(error) {
            return try await again(FormErrors(error, context.text))
        }
    }
}
