public import Foundation

/// A certificate that an authority issued for a server of ours, with its private key sealed.
public struct IssuedCertificate: Equatable, Sendable {
    /// Which server shows it.
    public let server: String
    /// From whom and for which names: another one is needed where that changes.
    public let subject: String
    /// The certificates as PEM, the server's own first.
    public let chain: String
    /// The private key.
    public let sealedKey: Data
    /// When it came.
    public let issuedAt: Date

    /// A certificate.
    public init(server: String, subject: String, chain: String, sealedKey: Data, issuedAt: Date) {
        self.server = server
        self.subject = subject
        self.chain = chain
        self.sealedKey = sealedKey
        self.issuedAt = issuedAt
    }
}

/// How the order of a server's next certificate stands.
public struct CertificateOrder: Equatable, Sendable {
    /// Which server it is for.
    public let server: String
    /// From whom and for which names.
    public var subject: String
    /// When it begins, or begins again.
    public var dueAt: Date
    /// Until when the authority wants to be left alone.
    public var pausedUntil: Date?
    /// When the last try began.
    public var startedAt: Date?
    /// When it ended; `nil` while it is under way.
    public var endedAt: Date?
    /// How far it came.
    public var step: String
    /// What it failed at, a stable name; empty if it did not.
    public var problem: String
    /// What the authority said.
    public var detail: String
    /// How many tries failed one after the other.
    public var failures: Int

    /// An order that nobody began.
    public init(server: String, subject: String, dueAt: Date) {
        self.server = server
        self.subject = subject
        self.dueAt = dueAt
        step = ""
        problem = ""
        detail = ""
        failures = 0
    }
}

/// Keeps the certificates of our servers, and what their orders need.
public protocol CertificateStore {
    /// Keeps a certificate in place of the one before.
    func keep(_ certificate: IssuedCertificate) throws
    /// The certificate of a server.
    func certificate(of server: String) throws -> IssuedCertificate?
    /// When the certificate of a server came: tells whether there is a newer one.
    func issuedAt(of server: String) throws -> Date?
    /// Keeps how an order stands.
    func set(_ order: CertificateOrder) throws
    /// How the order of a server stands.
    func order(of server: String) throws -> CertificateOrder?
    /// Keeps the sealed key of an account with an authority.
    func keepAccountKey(_ sealed: Data, at directory: String) throws
    /// The sealed key of the account with an authority.
    func accountKey(at directory: String) throws -> Data?
    /// Makes an answer reachable, and forgets those that have run out by then.
    func publish(_ answer: String, token: String, until: Date) throws
    /// What stands at a token.
    func answer(to token: String, now: Date) throws -> String?
}
