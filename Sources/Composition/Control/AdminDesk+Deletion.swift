import Deliveries
import MailMessage

/// Deleting accounts.
extension AdminDesk {
    private struct Answer: Encodable {
        let email: String
        let handedOver: Int
        let withdrawn: Int
        let draftsRemoved: Int
    }

    func userDelete(_ email: String, handOverTo: String?, removesDeliveries: Bool) async throws -> AdminReply {
        let account = try await account(email)
        var choice: AccountDeletion.Choice? = removesDeliveries ? .remove : nil
        if let handOverTo {
            guard !removesDeliveries else {
                throw Misuse(text: "Deliveries are handed over or removed, not both.")
            }
            choice = .handOver(to: try await self.account(handOverTo).id)
        }
        let deletion = AccountDeletion(accounts: installation.accounts, deliveries: installation.deliveries)
        let done = try await deletion.delete(account.id, deliveries: choice, by: nil, origin: Self.origin)
        var lines = ["\(account.email.displayForm) is deleted."]
        if let handOverTo { lines.append("Handed over to \(handOverTo): \(done.handedOver)") }
        if removesDeliveries { lines.append("Withdrawn: \(done.withdrawn)") }
        if done.draftsRemoved > 0 { lines.append("Drafts removed: \(done.draftsRemoved)") }
        return try AdminReply(
            lines: lines,
            json: Answer(
                email: account.email.displayForm, handedOver: done.handedOver, withdrawn: done.withdrawn,
                draftsRemoved: done.draftsRemoved))
    }
}
