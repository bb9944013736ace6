public import Deliveries
public import Foundation
public import Logging
public import MailMessage
public import SenderDomains

/// Signs outgoing mail with the keys of the domain in From, whichever way it leaves (RFC 6376, 5).
public struct MailSigner: Sendable {
    /// The mail cannot be signed although it should be; the log says why.
    public struct Failure: Error {}

    private let keys: DomainKeyVault
    private let now: @Sendable () -> Date
    private let logger: Logger

    /// - Parameters:
    ///   - keys: opens the keys and signs.
    ///   - now: the clock.
    ///   - logger: the log.
    public init(
        keys: DomainKeyVault, now: @escaping @Sendable () -> Date, logger: Logger
    ) {
        self.keys = keys
        self.now = now
        self.logger = logger
    }

    /// The signatures of a message, to be put in front of it.
    ///
    /// - Parameters:
    ///   - chunks: in how many pieces the message comes.
    ///   - chunk: reads a piece.
    ///   - domain: the domain in From.
    ///   - signingKeys: its keys; each makes one signature.
    /// - Returns: the fields; none without keys.
    /// - Throws: ``Failure`` if a key cannot be used, or the message cannot be read.
    public func fields(
        chunks: Int, chunk: @Sendable (Int) async throws -> Data, for domain: MailDomain, with signingKeys: [DomainKey]
    ) async throws -> [UInt8] {
        do {
            return try await keys.fields(chunks: chunks, chunk: chunk, for: domain, with: signingKeys, now: now())
        } catch {
            logger.error("a mail cannot be signed", metadata: ["domain": "\(domain)", "error": "\(error)"])
            throw Failure()
        }
    }
}
