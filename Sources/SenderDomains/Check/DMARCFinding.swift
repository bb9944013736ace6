public import DNS
import MailAuth

/// The DMARC policy that holds for a domain, read both ways while receivers differ: by the tree walk of RFC 9989, and by
/// the list of public suffixes as RFC 7489 had it.
public struct DMARCFinding: Sendable, Hashable, Codable {
    /// What a policy asks of receivers, from mild to strict.
    public enum Policy: String, Sendable, Hashable, Codable, CaseIterable {
        /// Nothing but reports.
        case none
        /// To take failing mail for spam.
        case quarantine
        /// To refuse failing mail.
        case reject

        init(_ policy: DMARCPolicy) {
            self =
                switch policy {
                case .none: .none
                case .quarantine: .quarantine
                case .reject: .reject
                }
        }
    }

    /// What is in force by one of the two ways.
    public struct View: Sendable, Hashable, Codable {
        /// The name of the record.
        public let name: DNSName
        /// Its text, as it stands there.
        public let text: String
        /// What it asks for mail from this very domain.
        public let policy: Policy
        /// Whether SPF must pass for the very same domain (`aspf=s`).
        public let strictSPF: Bool
        /// Whether DKIM must pass for the very same domain (`adkim=s`).
        public let strictDKIM: Bool

        /// What is in force.
        public init(name: DNSName, text: String, policy: Policy, strictSPF: Bool, strictDKIM: Bool) {
            self.name = name
            self.text = text
            self.policy = policy
            self.strictSPF = strictSPF
            self.strictDKIM = strictDKIM
        }
    }

    /// By the tree walk (RFC 9989, 4.10); `nil` if there is no policy.
    public let treeWalk: View?
    /// By the public suffix list (RFC 7489, 6.6.3); `nil` if there is no policy, or no list to go by.
    public let publicSuffix: View?
    /// Whether receivers of the two kinds come to different ends.
    public let differ: Bool

    /// A finding.
    public init(treeWalk: View?, publicSuffix: View?, differ: Bool) {
        self.treeWalk = treeWalk
        self.publicSuffix = publicSuffix
        self.differ = differ
    }

    /// The stricter of the two policies; `nil` if there is none.
    public var strictest: Policy? {
        let policies = [treeWalk, publicSuffix].compactMap { $0?.policy }
        return Policy.allCases.last { policies.contains($0) }
    }
    /// Whether either way asks SPF to pass for the very same domain.
    public var isSPFStrict: Bool { treeWalk?.strictSPF == true || publicSuffix?.strictSPF == true }
}
