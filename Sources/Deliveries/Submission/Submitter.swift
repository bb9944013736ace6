public import MailMessage
import SenderDomains

/// Who hands a mail in.
public enum Submitter: Equatable, Sendable {
    /// A program that signed in.
    case credential(SubmissionCredential)
    /// A machine in a network that is trusted without a sign-in.
    case trustedNetwork(SubmissionLimits)

    /// What the administration calls it.
    public var name: String {
        switch self {
        case .credential(let credential): credential.name
        case .trustedNetwork: ""
        }
    }

    /// How much it may hand in.
    public var limits: SubmissionLimits {
        switch self {
        case .credential(let credential): credential.limits
        case .trustedNetwork(let limits): limits
        }
    }

    /// Whether it may hand mail in that is in the name of that domain: bound to it, and the domain is in order now.
    public func maySend(as domain: MailDomain, _ settings: Settings) -> Bool {
        if case .credential(let credential) = self, !credential.domains.contains(domain) { return false }
        return settings.senderDomains[domain]?.isUsable ?? false
    }

    /// Whether what becomes of its mail may be reported to an address of that domain: one that it may send as, or one
    /// beneath it, where an installation has its own return path. A name beneath that is a sender domain itself is judged
    /// as that.
    public func mayReturn(to domain: MailDomain, _ settings: Settings) -> Bool {
        var labels = domain.ascii.split(separator: ".")[...]
        while labels.count > 1, let name = try? MailDomain(parsing: labels.joined(separator: ".")) {
            if settings.senderDomains[name] != nil { return maySend(as: name, settings) }
            labels = labels.dropFirst()
        }
        return false
    }
}
