/// An error that a use case answers with: a code for programs and for the text shown, and what it concerns.
///
/// The doors translate it: pages look up `error.<code>` in the language of the reader, the API writes a
/// problem+json whose `type` ends in the code. `detail` is for the log only.
public struct DeliveriesError: Error, Equatable, Sendable {
    /// What went wrong, stable and in kebab-case: part of the API.
    public enum Code: String, Sendable, CaseIterable {
        /// No such thing, or not for the one who asks; the two are not told apart.
        case notFound = "not-found"
        /// The one who asks may not do this.
        case forbidden
        /// A field is missing or malformed; `fields` says which and why.
        case invalid
        /// The thing is no longer in the state that the action needs.
        case conflict
        /// Wrong address or password, or a disabled account; never which.
        case wrongCredentials = "wrong-credentials"
        /// Nobody is signed in: the session has ended or never was.
        case notSignedIn = "not-signed-in"
        /// The second factor is needed.
        case secondFactorNeeded = "second-factor-needed"
        /// The second factor was wrong or used before.
        case wrongSecondFactor = "wrong-second-factor"
        /// Too many tries; `retryAfter` says when to come back.
        case throttled
        /// The server is busy; try again in a moment.
        case busy
        /// The one-time link was used, has run out or never was.
        case linkSpent = "link-spent"
        /// Another installation signs with another key than before.
        case strangeKey = "strange-key"
        /// The set-up is done already.
        case setupDone = "setup-done"
        /// The delivery was withdrawn by its sender.
        case withdrawn
        /// The delivery has run out.
        case expired
        /// The virus scanner has not looked at the files yet; `retryAfter` says when to come back.
        case beingScanned = "being-scanned"
        /// The files are held back because of what the virus scanner said, until an administrator decides.
        case heldBack = "held-back"
        /// The link was replaced by a newer one (the address was corrected).
        case linkReplaced = "link-replaced"
        /// The link is damaged: not the form of a link at all.
        case linkDamaged = "link-damaged"
        /// The delivery's own password is needed or was wrong.
        case deliveryPasswordWrong = "delivery-password-wrong"
        /// A code must be entered first.
        case codeNeeded = "code-needed"
        /// The code was wrong; tries are left.
        case codeWrong = "code-wrong"
        /// The code has run out, was used, or its tries are; a fresh one is needed.
        case codeSpent = "code-spent"
        /// Ten codes were sent to this recipient in a day.
        case codeLimit = "code-limit"
        /// A chunk number outside of the file.
        case chunkOutOfRange = "chunk-out-of-range"
        /// A chunk arrived again with other content.
        case chunkDiffers = "chunk-differs"
        /// The bytes do not match the digest that was sent along.
        case checksumMismatch = "checksum-mismatch"
        /// The body is longer or shorter than the chunk must be.
        case sizeMismatch = "size-mismatch"
        /// The body comes so slowly that it was given up; send it again over a better connection.
        case tooSlow = "too-slow"
        /// Larger than the settings allow.
        case tooLarge = "too-large"
        /// More recipients, files or characters than the settings allow.
        case tooMany = "too-many"
        /// Not all chunks of all files have arrived.
        case incomplete
        /// A security level or option that this server does not know or offer; never silently ignored.
        case unsupportedOption = "unsupported-option"
        /// The disk is full.
        case diskFull = "disk-full"
        /// The store of the files does not answer at the moment; `retryAfter` says when to try again.
        case storeUnreachable = "store-unreachable"
        /// A stored file is damaged or missing, so that nobody gets any of it; the log has the detail.
        case fileDamaged = "file-damaged"
        /// Something underneath failed; the log has the detail.
        case trouble

        /// Whether the server itself or what lies underneath is to blame, so that its administrators should know.
        public var isTrouble: Bool { [.trouble, .fileDamaged, .diskFull, .storeUnreachable].contains(self) }
    }

    /// What went wrong.
    public let code: Code
    /// The fields concerned, in the order of the form.
    public let fields: [FieldError]
    /// When a new try makes sense, seconds from now.
    public let retryAfter: Int?
    /// For the log: never shown, never a secret.
    public let detail: String?

    /// An error of the given code.
    public init(_ code: Code, fields: [FieldError] = [], retryAfter: Int? = nil, detail: String? = nil) {
        self.code = code
        self.fields = fields
        self.retryAfter = retryAfter
        self.detail = detail
    }
}

/// What is wrong with one field of a form or request.
public struct FieldError: Error, Equatable, Sendable {
    /// The field's name in the API and in the form, such as `recipients[3]` or `subject`.
    public let field: String
    /// The reason, kebab-case; pages look up `error.field.<reason>`.
    public let reason: String
    /// Values for the text, such as the longest allowed length.
    public let values: [String: String]

    /// An error at a field.
    public init(_ field: String, _ reason: String, _ values: [String: String] = [:]) {
        self.field = field
        self.reason = reason
        self.values = values
    }
}
