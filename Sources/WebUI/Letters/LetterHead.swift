import Deliveries
import Foundation
import Localization
import MailMessage

/// Who wrote a letter, when, and how we know.
struct LetterHead: Sendable, Equatable {
    let senderName: String
    let senderAddress: String
    let organisation: String?
    let sent: TimeView?
    let proof: StatusView?

    /// A head with all its parts.
    init(senderName: String, senderAddress: String, organisation: String?, sent: TimeView?, proof: StatusView?) {
        self.senderName = senderName
        self.senderAddress = senderAddress
        self.organisation = organisation
        self.sent = sent
        self.proof = proof
    }

    /// - Parameters:
    ///   - letter: what the recipient may see.
    ///   - organisation: the organisation's name; may be empty.
    ///   - homeDomains: the domains that the organisation vouches for.
    ///   - sent: when it was sent.
    ///   - text: the reader's language.
    init(
        _ letter: RecipientPage, organisation: String, homeDomains: [String], sent: TimeView?, text: Localizer
    ) {
        let address = letter.senderAddress
        senderName = letter.senderName.isEmpty ? address.displayForm : letter.senderName
        senderAddress = address.displayForm
        self.organisation = organisation.isEmpty ? nil : organisation
        self.sent = sent
        let domain = address.domain
        if homeDomains.contains(where: { $0.lowercased() == domain.ascii }) {
            proof = StatusView(.good, icon: "shield", text("page.letter.senderChecked", ["domain": domain.unicode]))
        } else if !organisation.isEmpty {
            proof = StatusView(
                .plain, icon: "person", text("page.letter.senderSignedIn", ["organisation": organisation]))
        } else {
            proof = nil
        }
    }
}
