public import Foundation

/// Why there is no certificate.
public enum ACMEFailure: Error, Sendable, Equatable {
    /// The authority cannot be reached, or not understood at the level of HTTP.
    case unreachable(String)
    /// The authority's own certificate is not trusted here.
    case untrusted(String)
    /// It refuses.
    ///
    /// - Parameter pause: for how long it wants to be left alone, seconds.
    case refused(ACMEProblem, pause: TimeInterval?)
    /// It looked for our answer under the name, and did not find it.
    case challengeRefused(name: String, ACMEProblem)
    /// It offers no challenge that we can answer.
    case noChallenge(name: String)
    /// It takes only those who have an account elsewhere (RFC 8555, 7.3.4).
    case needsExternalAccount
    /// Its answers make no sense.
    case malformed(String)
    /// It did not come to an end in time.
    case tooSlow
}
