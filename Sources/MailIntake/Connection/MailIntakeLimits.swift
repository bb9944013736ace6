/// What a listener bears of all its clients together, and for how long of each.
public struct MailIntakeLimits: Sendable, Hashable {
    /// The most connections.
    public var connections = 1000
    /// The most connections of one address; for IPv6 of one network of 64 bits, which is what one customer gets.
    public var connectionsPerAddress = 50
    /// For how long a connection may go on. A mail that is under way then is taken to its end.
    public var session = Duration.seconds(3600)
    /// For how long one message may come, so that nobody holds a connection with one octet a minute.
    public var message = Duration.seconds(1800)
    /// For how long is waited until a client that was said goodbye to closes, too.
    public var farewell = Duration.seconds(2)
    /// The most octets of a message that wait to be taken before the client has to wait, too.
    public var pendingOctets = 512 << 10

    /// Makes the limits; change the single ones afterwards.
    public init() {}
}
