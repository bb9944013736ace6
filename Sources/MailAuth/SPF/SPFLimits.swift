/// How much an evaluation may cost (RFC 7208, 4.6.4).
public struct SPFLimits: Sendable, Hashable {
    /// How many terms may ask DNS.
    public var lookups = 10
    /// How many questions may have no answer.
    public var voidLookups = 2
    /// How many mail exchanges of a name are allowed, and how many names of an address are looked at.
    public var names = 10
    /// How long the whole may take; `nil` for as long as the resolver takes.
    public var time: Duration? = .seconds(20)

    /// The limits of the standard.
    public static let standard = SPFLimits()

    /// Limits.
    public init() {}
}
