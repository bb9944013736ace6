public import Foundation

/// A question to a certificate authority.
public struct ACMERequest: Sendable, Equatable {
    /// How it is asked.
    public enum Method: String, Sendable {
        /// For the directory.
        case get = "GET"
        /// For a fresh nonce.
        case head = "HEAD"
        /// For all else: signed.
        case post = "POST"
    }

    /// How it is asked.
    public let method: Method
    /// Where; always with `https`.
    public let url: String
    /// What is said; `application/jose+json`.
    public var body: Data?
    /// Which kind of answer is wanted, if not JSON.
    public var accept: String?
}

/// What the authority answers.
public struct ACMEAnswer: Sendable {
    /// The status.
    public let status: Int
    /// The fields of the header, by names in small letters.
    public let header: [String: String]
    /// The body.
    public let body: Data

    /// An answer.
    public init(status: Int, header: [String: String], body: Data) {
        self.status = status
        self.header = Dictionary(header.map { ($0.key.lowercased(), $0.value) }) { first, _ in first }
        self.body = body
    }

    /// For how long the authority wants to be left alone, seconds (RFC 9110, 10.2.3).
    func pause(now: Date) -> TimeInterval? {
        guard let text = header["retry-after"] else { return nil }
        if let seconds = TimeInterval(text) { return max(seconds, 0) }
        return HTTPDate(text).map { max($0.date.timeIntervalSince(now), 0) }
    }
}

/// Asks certificate authorities over HTTPS.
public protocol ACMEExchange: Sendable {
    /// Asks once; redirects are not followed.
    ///
    /// - Throws: ``ACMEFailure/unreachable(_:)`` or ``ACMEFailure/untrusted(_:)``.
    func ask(_ request: ACMERequest) async throws(ACMEFailure) -> ACMEAnswer
}
