/// What a derived key is for. Each purpose has its own key, so that nothing made for one can be used for another.
public struct KeyPurpose: Sendable, Hashable {
    /// The name that goes into the derivation; never changed once data exists.
    public let name: String

    /// Names a purpose.
    ///
    /// - Parameter name: a short stable name, unique in the program.
    public init(_ name: StaticString) {
        self.name = name.description
    }

    /// Secret columns of the database.
    public static let column = KeyPurpose("column")
    /// Keys of files.
    public static let fileKey = KeyPurpose("file-key")
    /// Messages that wait in the outbox.
    public static let outbox = KeyPurpose("outbox")
    /// Sealed copies of links.
    public static let link = KeyPurpose("link")
    /// Keyed hashes of mailed codes.
    public static let oneTimeCode = KeyPurpose("one-time-code")
    /// Keyed hashes of recovery codes.
    public static let recoveryCode = KeyPurpose("recovery-code")
    /// Tokens against forged forms.
    public static let form = KeyPurpose("form")
    /// Download addresses.
    public static let download = KeyPurpose("download")
    /// Keyed return paths.
    public static let returnPath = KeyPurpose("return-path")
    /// Addresses in links to their owners' choice of mail.
    public static let mailWish = KeyPurpose("mail-wish")
    /// The chain of the audit trail.
    public static let audit = KeyPurpose("audit")
    /// The key that signs receipts.
    public static let receipt = KeyPurpose("receipt")
    /// The value by which a wrong key is recognised.
    static let fingerprint = KeyPurpose("fingerprint")
}
