/// A listener's address cannot be listened on.
public struct MailListenError: Error, Sendable, CustomStringConvertible {
    /// What the listener is called.
    public let name: String
    /// Its address and port.
    public let endpoint: String
    /// The system's reason.
    public let errno: Int32?
    /// In words, for the log and the terminal.
    public let description: String

    init(_ listener: MailListener, errno: Int32?, reason: String) {
        name = listener.name
        let host = listener.host.contains(":") ? "[\(listener.host)]" : listener.host
        endpoint = "\(host):\(listener.port)"
        self.errno = errno
        description = "Mail (\(listener.name)) cannot be taken in on \(endpoint): \(reason)."
    }
}
