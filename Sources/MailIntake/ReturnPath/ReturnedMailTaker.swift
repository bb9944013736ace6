public import MailMessage

/// Where mail to our own addresses goes: reports about our mail, and what people write to postmaster and abuse.
public protocol ReturnedMailTaker: Sendable {
    /// The largest mail that is taken, octets.
    var mostOctets: Int { get }
    /// Whether an address is one of ours.
    func isOurs(_ address: EmailAddress) async throws -> Bool
    /// Takes a mail in.
    ///
    /// - Throws: if the mail does not count as taken; its sender tries again.
    func take(_ octets: [UInt8], sender: EmailAddress?, recipients: [EmailAddress]) async throws
}
