import Deliveries
import Localization
import MailTemplates

extension Account.State: SQLBindable {}
extension AccountToken.Purpose: SQLBindable {}
extension Delivery.State: SQLBindable {}
extension Delivery.DispatchPath: SQLBindable {}
extension Delivery.SecurityLevel: SQLBindable {}
extension DeliveryEvent.Kind: SQLBindable {}
extension Language: SQLBindable {}
extension Link.Kind: SQLBindable {}
extension Link.State: SQLBindable {}
extension MailKind: SQLBindable {}
extension OutboxEntry.State: SQLBindable {}
