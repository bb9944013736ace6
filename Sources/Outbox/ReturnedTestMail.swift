public import DNS
import Foundation
public import MailAuth
import MailMessage
public import MailTemplates

/// A test mail that came back: what arrived of it, and what its signatures are worth.
public struct ReturnedTestMail: Sendable, Equatable, Codable {
    /// One signature.
    public struct Signature: Sendable, Equatable, Codable {
        /// In whose name it was made (`d=`); `nil` if it cannot be read.
        public let domain: DNSName?
        /// The selector of its key; empty if it cannot be read.
        public let selector: String
        /// Why it is not a pass; `nil` if it is one.
        public let failure: DKIMFailure?
        /// Whether its domain belongs to the visible sender, so that it counts for DMARC (RFC 9989, 4.4.1).
        public let isAligned: Bool

        /// A signature from its parts.
        public init(domain: DNSName?, selector: String, failure: DKIMFailure?, isAligned: Bool) {
            self.domain = domain
            self.selector = selector
            self.failure = failure
            self.isAligned = isAligned
        }
    }

    /// What arrived, compared with what was sent.
    public let mail: ReceivedTestMail
    /// The signatures, from the top of the header to its bottom; at most eight of them were looked at.
    public let signatures: [Signature]

    /// A mail with its signatures.
    public init(mail: ReceivedTestMail, signatures: [Signature]) {
        self.mail = mail
        self.signatures = signatures
    }

    /// Compares a mail with what was sent, and verifies its signatures as a receiver does.
    ///
    /// - Parameters:
    ///   - source: the mail as it arrived; line ends may be LF.
    ///   - marker: the marker of the test mail.
    ///   - sent: the links that stood in it.
    ///   - resolver: who is asked for keys and policies.
    ///   - now: the time against which signatures expire.
    init(source: [UInt8], marker: String, sent: [MailLink], resolver: any DNSResolver, at now: Date) async {
        mail = ReceivedTestMail(source: source, marker: marker, sent: sent)
        var policy = DKIMVerifier.Policy()
        policy.maximumSignatures = 8
        let results = await DKIMVerifier(resolver: resolver, policy: policy).verify(source, at: now)
        let author = mail.from.flatMap { DNSName($0.address.domain.ascii) }
        var aligned: Set<DNSName> = []
        if let author {
            let passed = results.filter { $0.failure == nil }.compactMap(\.domain)
            let identifiers = passed.map { DMARCIdentifier(.dkim, $0, isPass: true) }
            let evaluation = await DMARCEvaluator(resolver: resolver).evaluate(author: author, identifiers: identifiers)
            aligned = Set(evaluation.treeWalk.alignments.filter(\.isAligned).map(\.identifier.domain))
            // Without a policy nobody asks; the author's own domain fits whatever the policy will be.
            aligned.formUnion(passed.filter { $0 == author })
        }
        signatures = results.prefix(policy.maximumSignatures).map { result in
            Signature(
                domain: result.domain, selector: result.signature?.selector.description ?? "", failure: result.failure,
                isAligned: result.domain.map(aligned.contains) ?? false)
        }
    }
}
