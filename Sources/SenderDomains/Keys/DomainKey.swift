public import DNS
public import FoundationEssentials
import MailAuth

/// A DKIM key of a sender domain, from its making until nobody needs it any more (RFC 6376, 3.6).
///
/// The private half is sealed by whoever stores the domain; here it is only octets.
public struct DomainKey: Sendable, Hashable, Codable {
    /// The kind of key: what stands in the tag `k=` of its record (RFC 6376, 3.6.1; RFC 8463, 4).
    public enum KeyType: String, Sendable, Hashable, Codable, CaseIterable {
        /// RSA; ours have 2,048 bits.
        case rsa
        /// Ed25519.
        case ed25519

        init(_ type: DKIMKeyType) {
            self =
                switch type {
                case .rsa: .rsa
                case .ed25519: .ed25519
                }
        }
    }

    /// Where a key is in its life.
    public enum Phase: String, Sendable, Hashable, Codable, CaseIterable {
        /// It was made and is not yet seen at all of the domain's servers: it must not sign.
        case pending
        /// It signs.
        case active
        /// It no longer signs, but mail on its way may still carry its signature: its record must stay.
        case retiring
        /// Nobody needs it: its record can be removed.
        case retired
    }

    /// How the public half gets into DNS.
    public enum Publication: Sendable, Hashable, Codable {
        /// As a text record in the domain's zone.
        case txt
        /// As an alias in the domain's zone, to a text record in the operator's.
        case cname(target: DNSName)
    }

    /// Where the key comes from.
    public enum Origin: String, Sendable, Hashable, Codable, CaseIterable {
        /// It was made here.
        case generated
        /// Its private half was taken over from a system before this one.
        case imported
        /// Only its selector is known: the operator of the SMTP interface holds it.
        case told
    }

    /// What stands in front of `._domainkey`, one label or several, in lower case; unique within the domain.
    public let selector: String
    /// The kind of key; `nil` while only the selector is known.
    public var type: KeyType?
    /// The text of its record, such as `v=DKIM1; k=rsa; p=…`; `nil` while only the selector is known.
    public var publicRecord: String?
    /// The private half as the store sealed it; `nil` where another installation holds it.
    public var sealedPrivateKey: Data?
    /// Where it is in its life.
    public internal(set) var phase: Phase
    /// How it gets into DNS.
    public var publication: Publication
    /// Where it comes from.
    public let origin: Origin
    /// When it was made, taken over or told.
    public let createdAt: Date
    /// When it was first seen at all of the domain's servers.
    public internal(set) var seenAt: Date?
    /// Since when it signs.
    public internal(set) var activatedAt: Date?
    /// When it stopped signing.
    public internal(set) var retiringSince: Date?
    /// Since when its record may be removed.
    public internal(set) var retiredAt: Date?
    /// Since when its record is gone from all of the domain's servers; the key can be forgotten then.
    public internal(set) var goneAt: Date?
    /// Whether its private half may be known to others: then its record must go at once.
    public internal(set) var isCompromised: Bool
    /// When somebody was reminded that it is old.
    public internal(set) var remindedAt: Date?

    /// A key that nobody has seen in DNS yet.
    ///
    /// - Parameters:
    ///   - selector: its selector.
    ///   - type: the kind of key, if it is known.
    ///   - publicRecord: the text of its record, if it is known.
    ///   - sealedPrivateKey: the sealed private half, if it is here.
    ///   - publication: how it gets into DNS.
    ///   - origin: where it comes from.
    ///   - createdAt: when.
    public init(
        selector: String, type: KeyType?, publicRecord: String?, sealedPrivateKey: Data? = nil,
        publication: Publication = .txt, origin: Origin = .generated, createdAt: Date
    ) {
        self.selector = selector.lowercased()
        self.type = type
        self.publicRecord = publicRecord
        self.sealedPrivateKey = sealedPrivateKey
        phase = .pending
        self.publication = publication
        self.origin = origin
        self.createdAt = createdAt
        isCompromised = false
    }

    /// Restores a key from where it was stored.
    public init(
        selector: String, type: KeyType?, publicRecord: String?, sealedPrivateKey: Data?, phase: Phase,
        publication: Publication, origin: Origin, createdAt: Date, seenAt: Date?, activatedAt: Date?,
        retiringSince: Date?, retiredAt: Date?, goneAt: Date?, isCompromised: Bool, remindedAt: Date?
    ) {
        self.selector = selector
        self.type = type
        self.publicRecord = publicRecord
        self.sealedPrivateKey = sealedPrivateKey
        self.phase = phase
        self.publication = publication
        self.origin = origin
        self.createdAt = createdAt
        self.seenAt = seenAt
        self.activatedAt = activatedAt
        self.retiringSince = retiringSince
        self.retiredAt = retiredAt
        self.goneAt = goneAt
        self.isCompromised = isCompromised
        self.remindedAt = remindedAt
    }

    /// Whether its record is an alias into the operator's zone.
    public var isAlias: Bool { if case .cname = publication { true } else { false } }

    /// Whether it may sign now: it is active, and its private half is here.
    public var signs: Bool { phase == .active && sealedPrivateKey != nil }
}
