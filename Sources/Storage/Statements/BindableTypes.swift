import Deliveries
import Localization
import MailTemplates
import SenderDomains

extension Account.State: SQLBindable {}
extension FileScan.State: SQLBindable {}
extension AccountToken.Purpose: SQLBindable {}
extension Delivery.State: SQLBindable {}
extension Delivery.DispatchPath: SQLBindable {}
extension Delivery.SecurityLevel: SQLBindable {}
extension DeliveryEvent.Kind: SQLBindable {}
extension ControlProof.Method: SQLBindable {}
extension DomainKey.KeyType: SQLBindable {}
extension DomainKey.Origin: SQLBindable {}
extension DomainKey.Phase: SQLBindable {}
extension DomainRequest.State: SQLBindable {}
extension DomainRequest.Way: SQLBindable {}
extension HandOver.Purpose: SQLBindable {}
extension Language: SQLBindable {}
extension Link.Kind: SQLBindable {}
extension Link.State: SQLBindable {}
extension MailKind: SQLBindable {}
extension OutboxEntry.State: SQLBindable {}
extension SenderDomain.Policy: SQLBindable {}
extension SenderDomain.State: SQLBindable {}
extension SignInRequest.Client: SQLBindable {}
extension SignInRequest.State: SQLBindable {}
extension StoredMessage.Origin: SQLBindable {}
extension StoredMessage.Protection: SQLBindable {}
extension Suppression.Reason: SQLBindable {}
