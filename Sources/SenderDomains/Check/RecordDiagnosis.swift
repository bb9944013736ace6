public import DNS

/// What a check found out about one record. Compared is what a record means, never its spelling.
public enum RecordDiagnosis: Sendable, Hashable, Codable {
    /// It is right, at all of the domain's servers and at the resolver.
    case ok
    /// It is not there.
    case missing
    /// It stands at a name with the zone in it twice: the DNS panel appended the zone to an absolute name.
    case nameDoubled(at: DNSName)
    /// Only the beginning of it is there.
    case truncated(found: String)
    /// More than one record stands where one may.
    case twoRecords(found: [String])
    /// A key is there, but another one.
    case wrongKey(found: String)
    /// Something else is there.
    case wrongValue(found: String)
    /// Quotes, backslashes or line ends of the panel have got into the text.
    case mangled(found: String)
    /// An alias leads elsewhere.
    case wrongTarget(found: DNSName)
    /// The alias is right, but there is nothing where it leads.
    case targetMissing(target: DNSName)
    /// The key is revoked: its `p=` is empty (RFC 6376, 3.6.1).
    case revoked
    /// The key is too short (RFC 8301, 3.2).
    case weakKey(bits: Int)
    /// The domain's servers have the right one, the resolver remembers the old one for so many seconds.
    case oldValueCached(secondsLeft: Int)
    /// Some of the domain's servers have it, these do not yet.
    case notAtAllServers(missing: [String])
    /// These servers could not be asked, so nothing is known; it is not the record's fault.
    case resolverTrouble([ServerTrouble])
    /// The answer does not stand up to DNSSEC: the zone is signed wrongly.
    case bogus
    /// The domain does not exist.
    case noSuchDomain
    /// The SPF record does not let our mail server send.
    case spfLacksUs(found: String)
    /// The SPF record takes more look-ups than allowed, so receivers refuse it as a whole (RFC 7208, 4.6.4).
    case spfTooManyLookups(count: Int, found: String)
    /// The SPF record cannot be evaluated; `detail` is English, for the log and for those who know SPF.
    case spfBroken(found: String, detail: String)
    /// The include that this installation is set to cannot be evaluated.
    case includeBroken(include: String)
    /// DMARC asks for SPF of the very same domain (`aspf=s`), so a return path at a subdomain does not align.
    case strictAlignment
    /// It can be removed and is still there.
    case stillThere
    /// It was to be removed and is gone.
    case gone
    /// It counts for nothing, so it was not looked at.
    case notChecked

    /// How much a diagnosis weighs.
    public enum Weight: String, Sendable, Hashable, Codable, CaseIterable {
        /// All right.
        case good
        /// Right where it was published; time does the rest.
        case waiting
        /// Nothing can be said.
        case unknown
        /// Somebody has to change something.
        case wrong
    }

    /// A stable code, for the catalogue and for programs.
    public var code: String {
        switch self {
        case .ok: "ok"
        case .missing: "missing"
        case .nameDoubled: "name-doubled"
        case .truncated: "truncated"
        case .twoRecords: "two-records"
        case .wrongKey: "wrong-key"
        case .wrongValue: "wrong-value"
        case .mangled: "mangled"
        case .wrongTarget: "wrong-target"
        case .targetMissing: "target-missing"
        case .revoked: "revoked"
        case .weakKey: "weak-key"
        case .oldValueCached: "old-value-cached"
        case .notAtAllServers: "not-at-all-servers"
        case .resolverTrouble: "resolver-trouble"
        case .bogus: "bogus"
        case .noSuchDomain: "no-such-domain"
        case .spfLacksUs: "spf-lacks-us"
        case .spfTooManyLookups: "spf-too-many-lookups"
        case .spfBroken: "spf-broken"
        case .includeBroken: "include-broken"
        case .strictAlignment: "strict-alignment"
        case .stillThere: "still-there"
        case .gone: "gone"
        case .notChecked: "not-checked"
        }
    }

    /// How much it weighs.
    public var weight: Weight {
        switch self {
        case .ok, .gone, .notChecked: .good
        case .oldValueCached, .notAtAllServers, .stillThere: .waiting
        case .resolverTrouble, .includeBroken: .unknown
        case .missing, .nameDoubled, .truncated, .twoRecords, .wrongKey, .wrongValue, .mangled, .wrongTarget,
            .targetMissing, .revoked, .weakKey, .bogus, .noSuchDomain, .spfLacksUs, .spfTooManyLookups, .spfBroken,
            .strictAlignment:
            .wrong
        }
    }

    /// What stood there instead, if something did.
    public var found: [String] {
        switch self {
        case .truncated(let text), .wrongKey(let text), .wrongValue(let text), .mangled(let text),
            .spfLacksUs(let text), .spfTooManyLookups(_, let text), .spfBroken(let text, _):
            [text]
        case .twoRecords(let texts): texts
        case .wrongTarget(let name): [name.description + "."]
        default: []
        }
    }
}
