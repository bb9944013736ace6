/// My account: profile, password, second factor, sessions, access tokens.
struct AccountPage: PageModel {
    /// A browser that the account is signed in with.
    struct SessionRow: Sendable {
        let id: String
        let browser: String
        let isThis: Bool
        let address: String
        let lastSeen: TimeView
        let endLabel: String
    }

    /// An access token of a program.
    struct TokenRow: Sendable {
        let id: String
        let name: String
        let scopes: String
        let lastUsed: TimeView?
        let revokeLabel: String
    }

    static let template = "account"
    let page: PageFrame
    let email: String
    /// How much of the storage is taken, where there is a quota.
    let quota: String?
    let profileFields: [FormField]
    let passwordFields: [FormField]
    let tokenFields: [FormField]
    let secondFactorDemanded: Bool
    let hasSecondFactor: Bool
    let secondFactorStatus: StatusView
    let recoveryCodesLeft: String
    let sessions: [SessionRow]
    let hasOtherSessions: Bool
    let tokens: [TokenRow]
    let hasTokens: Bool
    let errorSummary: FormErrors.Summary?
}

/// Setting up a second factor: the QR code, the secret, the first code.
struct SecondFactorPage: PageModel {
    static let template = "second-factor-set-up"
    let page: PageFrame
    let crumb: LinkView
    let qrSize: String
    let qrPath: String
    let secret: String
    let otpauth: String
    let fields: [FormField]
    let errorSummary: FormErrors.Summary?
}

/// Recovery codes, shown this one time.
struct RecoveryCodesPage: PageModel {
    static let template = "recovery-codes"
    let page: PageFrame
    let codes: [String]
}
