extension Transaction {
    /// What holds for an account.
    func policy(of account: AccountID, _ settings: Settings) throws -> AccountPolicy {
        AccountPolicy(settings, groups: try groups.groups(of: account))
    }

    /// The limits of an account's deliveries.
    func limits(of account: AccountID, _ parts: DeliveryParts) throws -> DeliveryLimits {
        let settings = try parts.settings.current(in: self)
        return DeliveryLimits(try policy(of: account, settings), settings)
    }
}
