public import DNS
public import Foundation
public import Localization

/// What a check of the built-in mail server found: one line for each thing that receivers look at.
public struct MailServerReport: Sendable, Equatable, Codable {
    /// What is looked at; the raw values are stable.
    public enum Topic: String, Sendable, CaseIterable, Codable {
        /// The name in EHLO leads to an outgoing address (RFC 5321, 4.1.1.1).
        case hello
        /// Each outgoing address leads to the name, and the name back to it (RFC 1912, 2.1).
        case reverse
        /// A mail server elsewhere can be reached.
        case port25 = "port-25"
        /// The system sender's domain allows the outgoing addresses.
        case spf
        /// The keys of the system sender's domain are published.
        case dkim
        /// The system sender's domain has a policy.
        case dmarc
        /// Reports come back.
        case returnPath = "return-path"
        /// Our own certificate, for those who come to us.
        case tls
    }

    /// How it stands.
    public enum State: String, Sendable, CaseIterable, Codable {
        /// As it should be.
        case good
        /// To be repaired.
        case bad
        /// It could not be found out.
        case unknown
        /// Nothing is set up, and nothing needs to be.
        case unused
    }

    /// A record to publish.
    public struct Record: Sendable, Equatable, Codable {
        /// The name, absolute.
        public let name: String
        /// Its type, such as `TXT`.
        public let type: String
        /// What it says.
        public let value: String
    }

    /// One line.
    public struct Line: Sendable, Equatable, Codable {
        /// What was looked at.
        public let topic: Topic
        /// How it stands.
        public let state: State
        /// What was found, and how it is repaired, in a sentence or two.
        public let text: Phrase
        /// Records that repair it.
        public let records: [Record]

        init(_ topic: Topic, _ state: State, _ what: String, _ values: [String: String] = [:], _ records: [Record] = [])
        {
            self.topic = topic
            self.state = state
            text = Phrase("page.mailserver.\(topic.rawValue).\(what)", values)
            self.records = records
        }

        /// DNS did not say what had to be known.
        init(_ topic: Topic, unanswered name: DNSName, _ failure: DNSFailure) {
            self.topic = topic
            state = .unknown
            text = Phrase(
                "page.mailserver.unanswered.\(failure.server == nil ? "resolver" : "server")",
                ["name": name.description, "server": failure.server ?? "", "why": failure.code.rawValue])
            records = []
        }
    }

    /// The lines in their order.
    public let lines: [Line]
    /// When the check ended.
    public let checkedAt: Date

    /// Whether nothing has to be repaired.
    public var isGood: Bool { lines.allSatisfy { $0.state == .good || $0.state == .unused } }
}

/// What the built-in mail server is, as it is set up.
public struct MailServerIdentity: Sendable, Equatable {
    /// Its name.
    public let name: String
    /// The addresses from which mail leaves.
    public let addresses: [IPAddress]
    /// Which addresses of mail hosts are tried first: the setting's word.
    public let family: String
    /// The SPF record of these addresses, for a name that others include; `nil` without addresses.
    public let spf: String?
    /// The domain of keyed return paths; `nil` if none is set.
    public let returnPathDomain: String?
}
