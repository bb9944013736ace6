import ACME

/// Why there is no new certificate: what words are found by. The texts are `certificate.problem.<raw value>`.
public enum CertificateProblem: String, Sendable, CaseIterable {
    /// The authority cannot be reached.
    case unreachable
    /// Its own certificate is not trusted here.
    case untrusted
    /// It could not connect to our web server.
    case challengeConnection = "challenge-connection"
    /// It does not find the name in DNS.
    case challengeDNS = "challenge-dns"
    /// It found something else than our answer.
    case challengeAnswer = "challenge-answer"
    /// It offers no challenge by HTTP.
    case noChallenge = "no-challenge"
    /// The domain's CAA records allow only other authorities (RFC 8659).
    case caa
    /// It wants to be left alone for some time.
    case rateLimited = "rate-limited"
    /// It does not certify that name.
    case rejectedName = "rejected-name"
    /// It does not take the contact address.
    case contact
    /// It wants its new terms to be agreed to.
    case terms
    /// It takes only customers whom it knows otherwise.
    case externalAccount = "external-account"
    /// Something is wrong at its side.
    case server
    /// It refuses for another reason.
    case refused
    /// Its answers make no sense.
    case malformed
    /// It did not come to an end.
    case tooSlow = "too-slow"
    /// Something failed here; the log has it.
    case trouble

    init(_ failure: ACMEFailure) {
        switch failure {
        case .unreachable: self = .unreachable
        case .untrusted: self = .untrusted
        case .challengeRefused(_, let problem): self = Self.challenge(problem.kind)
        case .noChallenge: self = .noChallenge
        case .needsExternalAccount: self = .externalAccount
        case .malformed: self = .malformed
        case .tooSlow: self = .tooSlow
        case .refused(let problem, _): self = Self.refusal(problem.kind)
        }
    }

    private static func challenge(_ kind: String) -> CertificateProblem {
        switch kind {
        case "connection", "tls": .challengeConnection
        case "dns": .challengeDNS
        case "caa": .caa
        case "rateLimited": .rateLimited
        case "serverInternal": .server
        default: .challengeAnswer
        }
    }

    private static func refusal(_ kind: String) -> CertificateProblem {
        switch kind {
        case "rateLimited": .rateLimited
        case "rejectedIdentifier", "unsupportedIdentifier": .rejectedName
        case "caa": .caa
        case "dns": .challengeDNS
        case "connection": .challengeConnection
        case "invalidContact", "unsupportedContact": .contact
        case "userActionRequired": .terms
        case "externalAccountRequired": .externalAccount
        case "serverInternal", "badNonce": .server
        default: .refused
        }
    }
}

extension ACMEFailure {
    /// What the other side said, for the page and the log.
    var detail: String {
        switch self {
        case .unreachable(let words), .untrusted(let words), .malformed(let words): words
        case .refused(let problem, _): problem.detail
        case .challengeRefused(let name, let problem): "\(name): \(problem.detail)"
        case .noChallenge(let name): name
        case .needsExternalAccount, .tooSlow: ""
        }
    }

    /// For how long the authority wants to be left alone, seconds.
    var pause: Double? {
        if case .refused(_, let pause) = self { pause } else { nil }
    }
}
