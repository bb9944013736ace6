import Deliveries
import Localization
import MailMessage
import SenderDomains
import WebServer

/// The addresses from which somebody may send, each with what recipients see then, and why.
struct ComposeSenders {
    /// Stands for a mailbox that was chosen and is no longer theirs: something else must be chosen.
    private static let gone = "-"

    let parts: DeliveryParts

    /// The address that a draft is sent from.
    func address(of draft: Delivery, _ account: Account) async throws -> String? {
        guard let mailbox = draft.mailbox else { return nil }
        let found = try await Mailboxes(parts).list(of: account.id).first { $0.group == mailbox }
        return found?.mailbox.address.displayForm ?? Self.gone
    }

    /// The choices, the account's own address first.
    ///
    /// - Parameter chosen: the address that was chosen; nil or empty: the account's own.
    /// - Returns: the choices, and whether the sender can ask for mail to leave in the name of their own domain.
    func choices(
        _ chosen: String?, of account: Account, _ limits: DeliveryLimits, _ settings: Settings, _ text: Localizer
    ) async throws -> (senders: [ComposePage.Sender], canAskForDomain: Bool) {
        let chosen = (chosen ?? "").isEmpty ? account.email.displayForm : chosen ?? ""
        let own = try await Sending(parts).preview(for: account.id)
        var senders = [sender(account.mailbox, isOwn: true, own, chosen, limits, settings, text)]
        for mailbox in try await Mailboxes(parts).list(of: account.id) {
            let preview = try await Sending(parts).preview(for: account.id, from: mailbox.group)
            senders.append(sender(mailbox.mailbox.mailbox, preview, chosen, limits, settings, text))
        }
        if !senders.contains(where: \.isSelected) {
            senders.insert(
                .init(
                    value: Self.gone, label: text("page.compose.fromGone"), isSelected: true,
                    seenAs: text("page.compose.nobody"), reason: text("error.field.not-your-mailbox"), problem: nil),
                at: 0)
        }
        return (senders, settings.domainsNeedApproval && own?.reason == .foreignDomain)
    }

    private func sender(
        _ author: Mailbox, isOwn: Bool = false, _ preview: SenderPreview?, _ chosen: String, _ limits: DeliveryLimits,
        _ settings: Settings, _ text: Localizer
    ) -> ComposePage.Sender {
        .init(
            value: author.address.displayForm, label: author.displayForm,
            isSelected: author.address.displayForm == chosen,
            seenAs: preview?.from.displayForm ?? text("page.compose.nobody"),
            reason: preview.map { reason($0, author.address, isOwn: isOwn, settings, text) }
                ?? text("page.compose.noSender"),
            problem: limits.senderProblem(author.address)?.words(text))
    }

    /// Why recipients see this sender.
    private func reason(
        _ preview: SenderPreview, _ address: EmailAddress, isOwn: Bool, _ settings: Settings, _ text: Localizer
    ) -> String {
        let values = ["domain": address.domain.unicode, "address": address.displayForm]
        // Without a system sender there was no choice.
        guard settings.systemSender != nil || preview.reason == .homeDomain else {
            return text("page.compose.reason.no-system-sender", values)
        }
        // The words there speak of the reader's own address.
        let key = "page.compose.reason.\(preview.code)"
        return text(isOwn && text.has(key) ? key : "domain.decision.\(preview.code)", values)
    }
}
