/// What an evaluation found (RFC 7208, 2.6).
public struct SPFResult: Sendable, Hashable {
    /// The result in a word (RFC 7208, 2.6).
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// There is no name to ask about, or it has no record.
        case none
        /// The record says nothing of the client.
        case neutral
        /// The client is authorized.
        case pass
        /// The client is not authorized.
        case fail
        /// The client is probably not authorized.
        case softfail
        /// DNS could not be asked; later it may be possible.
        case temperror
        /// The record cannot be understood, or costs too much.
        case permerror
    }

    /// The result.
    public var code: Code
    /// Whose authorization was asked about.
    public var identity: SPFRequest.Identity
    /// The domain that was asked about.
    public var domain: String
    /// The domain whose record decided: after `redirect` another one.
    public var decidingDomain: String
    /// The term of that record which matched; `nil` if none did.
    public var match: SPFTerm?
    /// How many terms asked DNS: at most ten are allowed (RFC 7208, 4.6.4).
    public var lookups: Int
    /// How many questions had no answer: at most two are allowed (RFC 7208, 4.6.4).
    public var voidLookups: Int
    /// What the domain says of a failure: ASCII without control characters; `nil` if it says nothing, or there is no
    /// failure. It is a stranger's text (RFC 7208, 6.2 and 11.5).
    public var explanation: String?
    /// What is wrong, with `none`, `temperror` and `permerror`.
    public var problem: SPFProblem?
}

extension SPFResult.Code {
    /// What a match of a directive means (RFC 7208, 4.6.2).
    init(_ qualifier: SPFQualifier) {
        self =
            switch qualifier {
            case .pass: .pass
            case .fail: .fail
            case .softfail: .softfail
            case .neutral: .neutral
            }
    }
}
